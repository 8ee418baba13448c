"""What belongs to the request being answered: the office, the user, the language, how the pages look."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request

from appliance.office import Office
from appliance.people.users import User
from web.settings import WebSettings

LOOK_COOKIE = "hotline_look"
THEMES = ("system", "light", "dark")
SIZES = ("100", "125", "150")


def office() -> Office:
    """The bundle of services `create_app` was given."""
    found: Office = current_app.extensions["office"]
    return found


def settings() -> WebSettings:
    found: WebSettings = current_app.extensions["web_settings"]
    return found


def user() -> User:
    """Who is signed in. Only for pages that need somebody (access.py lets nobody else come so far)."""
    found: User = g.user
    return found


def user_or_none() -> User | None:
    found: User | None = g.get("user")
    return found


def is_fragment() -> bool:
    """The browser asks for a piece of a page (htmx), not for a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


@dataclass(frozen=True, slots=True)
class Look:
    """How this browser shows the pages: kept in a cookie, so that it holds without JavaScript and before sign-in."""

    theme: str = "system"
    size: str = "100"
    has_keys: bool = True

    def cookie(self) -> str:
        return f"{self.theme}.{self.size}.{'keys' if self.has_keys else 'nokeys'}"


def look() -> Look:
    """Read from the cookie; anything unknown in it counts as not set."""
    theme, _, rest = request.cookies.get(LOOK_COOKIE, "").partition(".")
    size, _, keys = rest.partition(".")
    return Look(
        theme=theme if theme in THEMES else "system",
        size=size if size in SIZES else "100",
        has_keys=keys != "nokeys",
    )
