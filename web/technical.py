"""Says the telephone side's English sentences in the language of the page. They come finished, gaps filled in.

The theory: modem/ must know nothing of translation, so its sentences are known again by their shape. Each row of
DETAILS, a message id with named gaps, becomes one regular expression; the row with the most letters of its own that
fits is the sentence, and what stood in its gaps is put into its translation. A gap is one word, unless GAPS says
otherwise; some gaps hold a sentence again. What no row fits is shown as it came: never lost, only untranslated.
tests/web/test_technical.py finds every sentence the code can hand out and no row knows.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from web import language, telephone_words, words
from web.marks import N_
from web.technical_details import DETAILS

JOINT = "; "  # between the troubles of several ports
PEOPLE_JOINT = ", "
WORD = r"\S+?"
_GAP = re.compile(r"%\((\w+)\)s")


def said(detail: str) -> str:
    """The sentence in the language of the request; sentences joined by "; " are said one by one."""
    pieces = detail.split(JOINT)
    found = []
    while pieces:
        # A sentence may have a "; " of its own: the longest run of pieces that is one sentence counts.
        runs = ((count, _sentence(JOINT.join(pieces[:count]))) for count in range(len(pieces), 0, -1))
        count, text = next(((count, text) for count, text in runs if text is not None), (1, pieces[0]))
        found.append(text)
        del pieces[:count]
    return functools.reduce(_and_then, found)


def _people(holders: str) -> str:
    """Those who have a port, such as "minicom (process 812), gammu (process 9)"."""
    each = (_sentence(holder) or holder for holder in holders.split(PEOPLE_JOINT))
    return functools.reduce(_and_also, each)


def _state(code: str) -> str:
    return language.gettext(words.word(telephone_words.LINE_STATES, code).label)


@dataclass(frozen=True, slots=True)
class Gap:
    """What may stand in a gap of this name, and how it is said."""

    pattern: str
    say: Callable[[str], str] = str


GAPS = {
    "reason": Gap(r".+", said),
    "who": Gap(r"[^;]+ \(process \d+\)", _people),
    "state": Gap(r"\w+", _state),
    "code": Gap(r"[A-Z0-9 -]+"),  # PIN, PUK2, PH-SIM PIN
    "program": Gap(r"[^;]+?"),  # a process may have a blank in its name
    "tool": Gap(r"a(?:record|play)"),
}


def _sentence(text: str) -> str | None:
    """The translation of this one sentence; None if no row knows it."""
    for row, pattern in ROWS:
        if found := pattern.fullmatch(text):
            gaps = {name: filled(name, value) for name, value in found.groupdict().items()}
            return language.gettext(row, **gaps)
    return None


def filled(name: str, value: str) -> str:
    """What is put into the gap of this name for `value`."""
    return GAPS[name].say(value) if name in GAPS else value


def _and_then(first: str, second: str) -> str:
    return language.gettext(N_("%(first)s; %(second)s"), first=first, second=second)


def _and_also(first: str, second: str) -> str:
    return language.gettext(N_("%(first)s, %(second)s"), first=first, second=second)


def _pattern(row: str) -> re.Pattern[str]:
    """Its own letters as they are, its gaps as groups."""
    texts = _GAP.split(row)
    parts = [re.escape(texts[0])]
    for name, text in zip(texts[1::2], texts[2::2], strict=True):
        parts.append(f"(?P<{name}>{GAPS[name].pattern if name in GAPS else WORD}){re.escape(text)}")
    return re.compile("".join(parts), re.DOTALL)


def _own_letters(row: str) -> int:
    return len(_GAP.sub("", row))


ROWS = tuple((row, _pattern(row)) for row in sorted(DETAILS, key=_own_letters, reverse=True))
