"""Joining the parts of one message into its text. Knows nothing of stores, waiting or missing parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from modem.events import Deliver


def join(parts: Sequence[Deliver]) -> str:
    """The text of a message whose parts are all there, in any order; a part that came twice counts once.

    UTF-16 is joined before it is decoded, because a part may end between the halves of one sign.
    """
    first_of: dict[int, Deliver] = {}
    for part in parts:
        first_of.setdefault(part.part, part)
    ordered = [first_of[number] for number in sorted(first_of)]
    runs = groupby(ordered, key=lambda part: part.alphabet)
    return "".join(_text(alphabet, b"".join(part.body for part in run)) for alphabet, run in runs)


def text_of(part: Deliver) -> str:
    """The text of this single part, half signs at its ends shown as U+FFFD; octets of no alphabet as hex."""
    return _text(part.alphabet, part.body)


def _text(alphabet: str, body: bytes) -> str:
    if alphabet == "ucs2":
        return body.decode("utf-16-be", "replace")
    if alphabet == "gsm7":
        return body.decode("utf-8", "replace")
    return body.hex(" ").upper()
