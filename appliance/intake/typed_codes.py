"""Where a handler may have typed his four digits: behind the number, or at the end of the text. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from appliance.intake.sms_words import Reading, digits_of

CODE_DIGITS = 4
HIDDEN = "*" * CODE_DIGITS
MARKS = " \t\r\n\u3000,.;:!?#\uff0c\u3002\uff1b\uff1a\uff01\uff1f\u3001()\uff08\uff09"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """Four digits that may be the code, and what the text asks without them."""

    code: str
    without: Reading


def candidates(reading: Reading) -> Iterator[TypedCode]:
    """Every place where the code can stand: "DF 000123 done 4711", "DF 000123 4711 done", "DF 4711 done"."""
    words = reading.rest.split()
    for at in dict.fromkeys((len(words) - 1, 0)) if words else ():
        code = digits_of(words[at].strip(MARKS))
        if len(code) == CODE_DIGITS:
            yield TypedCode(code, replace(reading, rest=_without(reading.rest, words[at], is_last=at > 0)))
    if reading.no is not None and reading.no_digits == CODE_DIGITS:
        yield TypedCode(f"{reading.no:04}", replace(reading, no=None, no_digits=0, others=()))


def looks_like(text: str) -> tuple[str, ...]:
    """Whatever in the text could be a code, wherever it stands."""
    found = (digits_of(run) for run in _runs(text))
    return tuple(dict.fromkeys(code for code in found if len(code) == CODE_DIGITS))


def hidden(text: str, code: str) -> str:
    """The text as it may be kept: the code stands in it nowhere, numbers that only hold its digits stay."""
    return _with_code_as(HIDDEN, text, code)


def left_out(text: str, code: str) -> str:
    """The text as if the code had not been typed."""
    return _with_code_as("", text, code).strip(MARKS)


def _with_code_as(mark: str, text: str, code: str) -> str:
    return "".join(mark if digits_of(run) == code else run for run in _runs(text))


def _runs(text: str) -> Iterator[str]:
    """The text in pieces that are all digits or hold none."""
    return ("".join(signs) for _, signs in groupby(text, key=lambda sign: bool(digits_of(sign))))


def _without(text: str, word: str, *, is_last: bool) -> str:
    at = text.rindex(word) if is_last else text.index(word)
    return f"{text[:at]} {text[at + len(word) :]}".strip().strip(MARKS if not is_last else " \t\r\n\u3000")
