"""Reads the first word of an SMS; the words themselves are the table sms_words.toml.

Text in, Reading out; who sent it and what it may do is decided elsewhere. The first word decides. Case, full width,
blanks, punctuation and Chinese digits are tolerated, because people type on keypads: "DF 000123 done", "df000123done"
and the same in full width say the same.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Meaning(StrEnum):
    """What the first word asks for."""

    # citizens
    RATE = "rate"
    QUERY = "query"
    CALL_ME = "call_me"
    WITHDRAW = "withdraw"
    STOP = "stop"
    # departments' handlers
    SIGN = "sign"
    REPLY = "reply"
    PROGRESS = "progress"
    RETURN = "return"
    EXTEND = "extend"
    LIST = "list"
    FULL_TEXT = "full_text"


class After(StrEnum):
    """What may follow the word. Anything else, and the text isn't this word but ordinary language."""

    NOTHING = "nothing"  # a ticket number at most
    WORDS = "words"  # a number and free text, set off by a blank or a mark
    ANYTHING = "anything"  # a number and free text, run on as well


@dataclass(frozen=True, slots=True)
class Word:
    meaning: Meaning
    after: After
    spellings: tuple[str, ...]
    rating: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """sms_words.toml."""

    citizens: tuple[Word, ...]
    units: tuple[Word, ...]
    codes: frozenset[str]
    digits: dict[str, str]  # every way to write a digit -> the digit
    number_marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks: the meaning, the ticket number it names (None: it names none) and what else it says."""

    meaning: Meaning
    word: str  # the spelling that was met
    no: int | None = None
    rest: str = ""
    rating: int = 0

    @property
    def is_order(self) -> bool:
        """Whether nobody writes so by chance: a ticket number stands behind the word, or the word is a code."""
        return self.no is not None or self.word in table().codes


LONGEST_NUMBER = 10
RUN_ON_NUMBER = 6  # digits that touch the text behind them are a ticket number only from this length on


@cache
def table() -> Table:
    """The words as they were shipped."""
    read = tomllib.loads(files("appliance.intake").joinpath("sms_words.toml").read_text("utf-8"))

    def words(whose: str) -> tuple[Word, ...]:
        return tuple(
            Word(Meaning(row["meaning"]), After(row["after"]), tuple(row["spellings"]), row.get("rating", 0))
            for row in read[whose]
        )

    digits = {digit: str(value) for value, digit in enumerate(read["digits"])} | {read["zero"]: "0"}
    digits |= {digit: digit for digit in "0123456789"}
    return Table(words("citizens"), words("units"), frozenset(read["codes"]), digits, tuple(read["number_marks"]))


def as_citizen(text: str) -> Reading | None:
    """What a citizen's text asks by its first word; None: it is ordinary language."""
    return _read(text, table().citizens)


def as_unit(text: str) -> Reading | None:
    """What a handler's text asks by its first word; None: it is ordinary language."""
    return _read(text, table().units)


def says_something(text: str) -> bool:
    """Whether there is a letter, figure or picture in it, not only marks, blanks and control characters."""
    return any(unicodedata.category(character)[0] in "LNS" for character in text)


class _Plain:
    """A text with every spelling habit taken off, and where each character stood in the text as typed."""

    def __init__(self, text: str) -> None:
        self.typed = text
        pairs = [
            (plain, place)
            for place, character in enumerate(text)
            for plain in unicodedata.normalize("NFKC", character).casefold()
        ]
        self.text = "".join(plain for plain, _ in pairs)
        self._places = [place for _, place in pairs]

    def skip_marks(self, at: int) -> int:
        while at < len(self.text) and not self.text[at].isalnum():
            at += 1
        return at

    def typed_from(self, at: int) -> str:
        return self.typed[self._places[at] :].strip() if at < len(self.text) else ""


def _read(text: str, words: tuple[Word, ...]) -> Reading | None:
    plain = _Plain(text)
    start = plain.skip_marks(0)
    for spelling, word in _longest_first(words):
        if plain.text.startswith(spelling, start):
            reading = _after(plain, start, spelling, word)
            if reading is not None:
                return reading
    return None


def _longest_first(words: tuple[Word, ...]) -> list[tuple[str, Word]]:
    spelt = [(spelling, word) for word in words for spelling in word.spellings]
    return sorted(spelt, key=lambda each: -len(each[0]))


def _after(plain: _Plain, start: int, spelling: str, word: Word) -> Reading | None:
    """Read what follows the word; None when that shows that it wasn't the word."""
    text, end = plain.text, start + len(spelling)
    if _runs_on(text, end):
        return None
    is_set_off = end == len(text) or not text[end].isalnum()
    no, rest_at = _number(plain, end)
    if word.rating and _lists_figures(text, start, plain.skip_marks(end)):
        return None
    has_rest = plain.skip_marks(rest_at) < len(text)
    if word.after is After.NOTHING:
        return None if has_rest else Reading(word.meaning, spelling, no)
    if not is_set_off and no is None:
        # The word belongs to the sentence ("answered: it works"), so the sentence stays whole.
        if word.after is not After.ANYTHING:
            return None
        return Reading(word.meaning, spelling, None, plain.typed_from(start))
    rest = plain.typed_from(plain.skip_marks(rest_at)) if has_rest else ""
    return Reading(word.meaning, spelling, no, rest, word.rating)


def _lists_figures(text: str, start: int, following: int) -> bool:
    """Whether a rating's figure is the first of several, as in "5,6 have no water". A ticket number may follow."""
    end = following
    while end < len(text) and text[end] in table().digits:
        end += 1
    return text[start] in table().digits and 0 < end - following < RUN_ON_NUMBER


def _runs_on(text: str, end: int) -> bool:
    """Whether a Latin word or a figure goes on after its last letter: "dfx", "15"."""
    if end >= len(text) or not text[end].isascii():
        return False
    last, following = text[end - 1], text[end]
    if last in table().digits:
        return following.isalnum()
    return last.isascii() and following.isalpha()


def _number(plain: _Plain, at: int) -> tuple[int | None, int]:
    """The ticket number that stands at `at`, and where the text goes on after it."""
    text = plain.text
    begin = plain.skip_marks(at)
    for mark in table().number_marks:
        if text.startswith(mark, begin):
            begin = plain.skip_marks(begin + len(mark))
            break
    end = begin
    digits = table().digits
    while end < len(text) and text[end] in digits:
        end += 1
    length = end - begin
    touches_text = end < len(text) and text[end].isalnum()
    if not 0 < length <= LONGEST_NUMBER or (touches_text and length < RUN_ON_NUMBER):
        return None, at
    return int("".join(digits[digit] for digit in text[begin:end])), end
