"""Builds one SVG sprite from single icon files. Pure: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_ICON = re.compile(r'<svg[^>]*viewBox="(?P<box>[^"]+)"[^>]*>(?P<body>.*)</svg>', re.DOTALL)


class BadIcon(ValueError):
    """A file that is not one plain <svg> element."""


def names(listing: str) -> tuple[str, ...]:
    """The names of a list file: one a line, `#` opens a comment."""
    lines = (line.partition("#")[0].strip() for line in listing.splitlines())
    return tuple(sorted({line for line in lines if line}))


def symbol(name: str, svg: str) -> str:
    """One icon as a <symbol>; its colour stays that of the text around it."""
    match = _ICON.fullmatch(svg.strip())
    if match is None:
        raise BadIcon(f"{name}: not a plain <svg> with a viewBox")
    body = " ".join(match["body"].split())
    return f'<symbol id="{name}" viewBox="{match["box"]}" fill="currentColor">{body}</symbol>'


def sprite(wanted: Iterable[str], svg_of: Mapping[str, str], *, origin: str) -> str:
    """The whole sprite, drawn with `<svg><use href="icons.svg#NAME"/></svg>`. Same input, same bytes."""
    rows = [symbol(name, svg_of[name]) for name in sorted(set(wanted))]
    head = f'<svg xmlns="http://www.w3.org/2000/svg">\n<!-- {origin} -->\n'
    return head + "\n".join(rows) + "\n</svg>\n"
