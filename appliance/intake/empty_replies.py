"""Replies that say nothing: "passed on", under ten characters, the same words as before. Marked, never refused: the
reviewer decides, and sees the mark beside the reply.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from appliance.casework.views import MoveMade
from db import ticket_facts
from db.store import Transaction

MARK = "empty"
SHORTEST = 10  # characters that a reply has at least
REPLIES = frozenset({"reply", "co_reply"})


def says_nothing(text: str, before: Iterable[str] = ()) -> bool:
    """Whether this reply tells nothing about what was done. `before`: what was replied to the same ticket earlier."""
    plain = _plain(text)
    if len(plain) < SHORTEST or plain in {_plain(each) for each in before}:
        return True
    for phrase in _phrases():
        plain = plain.replace(phrase, "")
    return not plain


def mark_empty_reply(tx: Transaction, made: MoveMade) -> None:
    """In the transaction of the reply, whichever way it came."""
    if made.move not in REPLIES:
        return
    replies = ticket_facts.replies(tx, made.ticket_id)
    if replies and says_nothing(replies[0]["text"], (row["text"] for row in replies[1:])):
        ticket_facts.mark_note(tx, replies[0]["id"], MARK)


def _plain(text: str) -> str:
    """Letters and figures alone: marks and blanks make no reply longer."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


@cache
def _phrases() -> tuple[str, ...]:
    """The longest first, so that none leaves the end of another."""
    read = tomllib.loads(files("appliance.intake").joinpath("empty_replies.toml").read_text("utf-8"))
    return tuple(sorted((_plain(phrase) for phrase in read["phrases"]), key=len, reverse=True))
