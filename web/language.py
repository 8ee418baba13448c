"""The language of the screen: which one, the words of it, and how errors of the office are said in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, current_app, g, request
from markupsafe import Markup, escape

from web import catalogue, current

# The tag is what <html lang> and the browser's choice of glyphs want.
TAGS = {"zh_CN": "zh-CN", "en": "en"}
FORMS: dict[str, Callable[[int], int]] = {"zh_CN": lambda count: 0, "en": lambda count: int(count != 1)}
COOKIE = "hotline_language"
FOLDER = Path(__file__).parent / "translations"


def load() -> dict[str, catalogue.Catalogue]:
    """Every catalogue, by language."""
    return {name: catalogue.read(FOLDER / f"{name}.po", FORMS[name]) for name in TAGS}


def own_names() -> dict[str, str]:
    """Each language called by its own name, as the switch shows it in every language."""
    found: dict[str, catalogue.Catalogue] = current_app.extensions["catalogues"]
    return {name: words.gettext("This language, by its own name") for name, words in found.items()}


def install(app: Flask) -> None:
    """Give templates and views their `_()`."""
    app.extensions["catalogues"] = load()
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_escaped, _escaped_plural, newstyle=True)  # type: ignore[attr-defined]


def chosen() -> str:
    """The user's own language, else this browser's, else the office's."""
    if "language" not in g:
        user = current.user_or_none()
        wanted = ((user.language if user else ""), request.cookies.get(COOKIE, ""))
        g.language = next((name for name in wanted if name in TAGS), current.office().settings.office.language)
    found: str = g.language
    return found


def gettext(message: str, /, **gaps: object) -> str:
    """The message in the language of this request."""
    words = _catalogue().gettext(message)
    return words % gaps if gaps else words


def ngettext(one: str, many: str, count: int, /, **gaps: object) -> str:
    words = _catalogue().ngettext(one, many, count)
    return words % gaps if gaps else words


def _escaped(message: str) -> Markup:
    """For templates: Jinja takes a translated sentence for safe HTML, so it is made so, whatever was looked up."""
    return escape(_catalogue().gettext(message))


def _escaped_plural(one: str, many: str, count: int) -> Markup:
    return escape(_catalogue().ngettext(one, many, count))


def _catalogue() -> catalogue.Catalogue:
    found: dict[str, catalogue.Catalogue] = current_app.extensions["catalogues"]
    return found[chosen()]
