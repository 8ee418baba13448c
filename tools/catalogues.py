"""The words on the screen, gathered from templates and code, and the catalogues held against them. Needs Babel.

    python tools/catalogues.py update    add what is new, drop what is gone; new Chinese entries stay empty
    python tools/catalogues.py check     what is missing, fuzzy, left over, or has other gaps than its message

Messages stand in `_()`, `ngettext()` and `N_()`. The office's tables and errors have theirs in fixed places
(PLACES): whoever adds a row there needs to do nothing but `update` and translate.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "web" / "translations"
LANGUAGES = ("zh_CN", "en")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trim_blocks": "true", "silent": "false"}

# Where the office writes message ids: which argument of which call, which attribute, which table of a module.
PLACES: dict[str, int | str] = {
    "FieldWrong": 1,
    "LineBusy": "reason",
    "AgencyMove": 3,
    "AgencyState": 1,
    "Stage": 1,
    "Status": 2,
    "Move": 4,
    "Kind": 0,
    "Purpose": 1,
    "RoleRow": 1,
    "N_": 0,
}
ATTRIBUTES = frozenset({"message"})
TABLES = frozenset({"ADVICE", "ALARMS", "LABELS", "REASONS", "WARNINGS"})
_GAP = re.compile(r"%\((\w+)\)([sd])")

MessageId = str | tuple[str, str]


def messages(root: Path = ROOT) -> dict[MessageId, str]:
    """Every message of the product, with one place it stands in. Plurals are pairs."""
    found: dict[MessageId, str] = {}
    for path in sorted((root / "web").rglob("*")):
        if path.suffix in {".py", ".html"}:
            for message in _of_web(path):
                found.setdefault(message, path.relative_to(root).as_posix())
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((root / "appliance").rglob("*.py"))}
    constants = {name: text for tree in trees.values() for name, text in _constants(tree)}
    for path, tree in trees.items():
        for text in _of_office(tree, constants):
            found.setdefault(text, path.relative_to(root).as_posix())
    return found


def _of_web(path: Path) -> Iterator[MessageId]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    options = {} if path.suffix == ".py" else JINJA
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, keywords=KEYWORDS, options=options):
            yield (message[0], message[1]) if isinstance(message, tuple) else message


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value.value


def _of_office(tree: ast.Module, constants: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in PLACES:
                yield from _argument(node, PLACES[name], tree, constants)
            case ast.ClassDef():
                for part in node.body:
                    if isinstance(part, ast.Assign) and _names(part) & ATTRIBUTES:
                        yield from _texts(part.value)
            case ast.Assign() | ast.AnnAssign() if _names(node) & TABLES and isinstance(node.value, ast.Dict):
                for value in node.value.values:
                    yield from _texts(value)


def _argument(call: ast.Call, place: int | str, tree: ast.Module, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(place, int):
        argument = call.args[place] if len(call.args) > place else None
    else:
        argument = next((each.value for each in call.keywords if each.arg == place), None)
    match argument:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            if name in constants:
                yield constants[name]
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and name in _names(node):
                    yield from _texts(node.value)
        case ast.expr():
            yield from _texts(argument)


def _names(node: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _texts(node: ast.expr) -> Iterator[str]:
    """The strings that this expression may be: itself, or either side of an `if`."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body)
            yield from _texts(other)


def read(language: str, folder: Path = FOLDER) -> Catalog:
    text = (folder / f"{language}.po").read_bytes()
    return read_po(io.BytesIO(text), locale=language)


def complaints(root: Path = ROOT) -> list[str]:
    """What is wrong with the catalogues; empty when all is well."""
    wanted = messages(root)
    found: list[str] = []
    for language in LANGUAGES:
        catalogue = read(language, root / "web" / "translations")
        for message, place in wanted.items():
            found += (f"{language}: {_id(message)!r} ({place}): {wrong}" for wrong in _wrong(catalogue, message))
        known = {_id(message) for message in wanted}
        left = [each for each in catalogue if each.id and _first(each) not in known]
        found += (f"{language}: {each.id!r}: nobody says it any more" for each in left)
    return found


def _wrong(catalogue: Catalog, message: MessageId) -> Iterator[str]:
    entry = catalogue.get(_id(message))
    texts = _translations(entry) if entry is not None else []
    if not texts or not all(texts):
        yield "is missing"
    elif entry is not None and entry.fuzzy:
        yield "is fuzzy"
    else:
        # A plural may leave the number out of one of its forms, and nothing else.
        gaps = set(_GAP.findall(" ".join(message) if isinstance(message, tuple) else message))
        for text in texts:
            if set(_GAP.findall(text)) != gaps and not isinstance(message, tuple):
                yield f"has other gaps: {text!r}"
            elif "%" in _GAP.sub("", text).replace("%%", "") and gaps:
                yield f"has a broken gap: {text!r}"


def update(root: Path = ROOT) -> None:
    """Write both catalogues anew in the order of the messages; English says what the message says."""
    for language in LANGUAGES:
        folder = root / "web" / "translations"
        before = read(language, folder)
        after = Catalog(locale=language, charset="utf-8")
        for message in sorted(messages(root), key=lambda each: _id(each).casefold()):
            known = before.get(_id(message))
            text: str | tuple[str, ...] = _translation_of(known) if known is not None else ""
            if not text or not any(text):
                text = message if language == "en" else ""
            after.add(message, text, auto_comments=[])
        with (folder / f"{language}.po").open("wb") as file:
            write_po(file, after, width=0, omit_header=True, sort_output=False)


def _id(message: MessageId) -> str:
    return message[0] if isinstance(message, tuple) else message


def _first(entry: Message) -> str:
    return str(entry.id if isinstance(entry.id, str) else entry.id[0])


def _translation_of(entry: Message) -> str | tuple[str, ...]:
    return entry.string if isinstance(entry.string, str) else tuple(entry.string or ())


def _translations(entry: Message) -> list[str]:
    text = _translation_of(entry)
    return [text] if isinstance(text, str) else list(text)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            update()
            return 0
        case ["check"]:
            found = complaints()
            sys.stdout.write("".join(f"{line}\n" for line in found) or "both catalogues are complete\n")
            return 1 if found else 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
