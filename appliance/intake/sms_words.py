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
    ADD = "add"
    CALL_ME = "call_me"
    WITHDRAW = "withdraw"
    STOP = "stop"
    START = "start"
    YES = "yes"
    NO = "no"
    # departments' handlers
    SIGN = "sign"
    REPLY = "reply"
    PROGRESS = "progress"
    RETURN = "return"
    EXTEND = "extend"
    LIST = "list"
    FULL_TEXT = "full_text"
    ACK = "ack"
    # both
    HELP = "help"


class After(StrEnum):
    """What may follow the word. Anything else, and the text isn't this word but ordinary language."""

    NOTHING = "nothing"  # ticket numbers at most
    CODE = "code"  # a ticket number and a code: an anonymous citizen's, a handler's
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
    order_words: frozenset[str]
    help_mark: str
    digits: dict[str, str]  # every way to write a digit -> the digit
    counted: tuple[str, ...]  # what shows that the figure before it counts or names something
    number_marks: tuple[str, ...]
    tens: str
    two: str
    large: str
    day_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text asks: the meaning, the ticket number it names (None: it names none) and what else it says."""

    meaning: Meaning
    word: str  # the spelling that was met
    no: int | None = None
    rest: str = ""
    rating: int = 0
    no_digits: int = 0  # how many digits the ticket number was written with
    others: tuple[int, ...] = ()  # further ticket numbers behind it, as the office prints them

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every ticket the text names, each once."""
        return () if self.no is None else tuple(dict.fromkeys((self.no, *self.others)))

    @property
    def is_code(self) -> bool:
        """Whether the word is one of the two-letter codes."""
        return self.word in table().codes

    @property
    def is_order(self) -> bool:
        """Whether nobody writes so by chance: a department's word, then a ticket number as the office prints it."""
        return self.no_digits == PRINTED_DIGITS and (self.is_code or self.word in table().order_words)


LONGEST_NUMBER = 10
PRINTED_DIGITS = 6  # the office prints ticket numbers as 000123
RUN_ON_NUMBER = PRINTED_DIGITS  # digits that touch the text behind them are a ticket number only from this length on
BEHIND_A_FIGURE = (6, 7)  # "1 000123" names a ticket, and so does the millionth; "1 301" is a flat, "1 20261123" a date
LOST = "\ufffd"  # stands for what could not be read, such as half a picture
CODE_LENGTHS = (4, 8)  # digits of a handler's code and of an anonymous ticket's: neither looks like a ticket number
LONGEST_COUNT = 2  # "DF 3 lamps" counts, "DF 123 lamps" names a ticket


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
    return Table(
        words("citizens"),
        words("units"),
        frozenset(read["codes"]),
        frozenset(read["order_words"]),
        read["help_mark"],
        digits,
        tuple(read["counted"]),
        tuple(read["number_marks"]),
        read["tens"],
        read["two"],
        read["large"],
        tuple(read["day_words"]),
    )


def as_citizen(text: str) -> Reading | None:
    """What a citizen's text asks by its first word; None: it is ordinary language."""
    return _read(text, table().citizens)


def as_unit(text: str) -> Reading | None:
    """What a handler's text asks by its first word; None: it is ordinary language."""
    return _read(text, table().units)


def as_numbered_reply(text: str) -> Reading | None:
    """Plain words behind a ticket number as the office prints it: "000123 mended"; None: it begins otherwise."""
    plain = _Plain(text)
    number, rest_at = _number(plain, 0)
    if len(number) != PRINTED_DIGITS:
        return None
    others, rest_at = _more_numbers(plain, rest_at)
    rest = plain.typed_from(plain.skip_marks(rest_at))
    return Reading(Meaning.REPLY, "", int(number), rest, no_digits=PRINTED_DIGITS, others=others) if rest else None


def is_acknowledgement(text: str) -> bool:
    """Whether it is "OK" and nothing else: what answers an emergency or a notice, whoever writes it."""
    reading = as_unit(text)
    return reading is not None and reading.meaning is Meaning.ACK and not reading.rest


def digits_of(word: str) -> str:
    """A word of nothing but digits, however they are written, as plain ones; else ''."""
    plain = unicodedata.normalize("NFKC", word)
    known = table().digits
    return "".join(known[each] for each in plain) if all(each in known for each in plain) else ""


def says_something(text: str) -> bool:
    """Whether there is a letter, figure or picture in it, not only marks, blanks, control and lost characters."""
    return any(unicodedata.category(character)[0] in "LNS" for character in text if character != LOST)


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

    def skip_blanks(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def skip_digits(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in table().digits:
            at += 1
        return at

    def counts_at(self, at: int) -> bool:
        """Whether a counted thing stands at `at`, after blanks at most: "5 days", "3# building"."""
        return self.text.startswith(table().counted, self.skip_blanks(at))

    def typed_from(self, at: int) -> str:
        return self.typed[self._places[at] :].strip() if at < len(self.text) else ""


def _read(text: str, words: tuple[Word, ...]) -> Reading | None:
    plain = _Plain(text)
    if plain.text.strip() == table().help_mark:
        return Reading(Meaning.HELP, table().help_mark)
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
    number, rest_at = _number(plain, end)
    if spelling in table().digits and not _stands_alone(plain, end, number):
        return None
    no, no_digits = (int(number), len(number)) if number else (None, 0)
    if word.after is After.CODE and number and (code := _code_at(plain, rest_at)):
        return Reading(word.meaning, spelling, no, code, no_digits=no_digits)
    others, rest_at = _more_numbers(plain, rest_at) if no_digits >= PRINTED_DIGITS else ((), rest_at)
    has_rest = plain.skip_marks(rest_at) < len(text)
    if word.after in (After.NOTHING, After.CODE):
        return None if has_rest else Reading(word.meaning, spelling, no, no_digits=no_digits, others=others)
    if not is_set_off and no is None:
        # The word belongs to the sentence ("answered: it works"), so the sentence stays whole.
        if word.after is not After.ANYTHING:
            return None
        return Reading(word.meaning, spelling, None, plain.typed_from(start))
    rest = plain.typed_from(plain.skip_marks(rest_at)) if has_rest else ""
    return Reading(word.meaning, spelling, no, rest, word.rating, no_digits, others)


def _more_numbers(plain: _Plain, at: int) -> tuple[tuple[int, ...], int]:
    """The printed numbers that follow the first one, marks and blanks between them, and where the text goes on."""
    found: list[int] = []
    while True:
        begin = plain.skip_marks(at)
        end = plain.skip_digits(begin)
        touches_text = end < len(plain.text) and plain.text[end].isalnum()
        if begin == at or end - begin != PRINTED_DIGITS or touches_text:
            return tuple(found), at
        found.append(int("".join(table().digits[digit] for digit in plain.text[begin:end])))
        at = end


def _code_at(plain: _Plain, at: int) -> str:
    """The one word that stands at `at` and ends the text, if it can be the code of a query: "" if it can't."""
    code = digits_of(plain.text[plain.skip_marks(at) :].rstrip())
    return code if len(code) in CODE_LENGTHS else ""


def _stands_alone(plain: _Plain, end: int, number: str) -> bool:
    """Whether a one-figure word that ends at `end` is that word: with a ticket number, or with no figure and nothing
    counted behind it. "5,6 have no water", "2-301 leaks", "5 days and nobody came" are ordinary language.
    """
    if number:
        return len(number) in BEHIND_A_FIGURE
    following = plain.skip_marks(end)
    return plain.skip_digits(following) == following and not plain.counts_at(end)


def _runs_on(text: str, end: int) -> bool:
    """Whether a Latin word or a figure goes on after its last letter: "dfx", "15"."""
    if end >= len(text) or not text[end].isascii():
        return False
    last, following = text[end - 1], text[end]
    if last in table().digits:
        return following.isalnum()
    return last.isascii() and following.isalpha()


def _number(plain: _Plain, at: int) -> tuple[str, int]:
    """The digits of the ticket number that stands at `at` ("": none does), and where the text goes on after it."""
    text = plain.text
    begin = plain.skip_marks(at)
    for mark in table().number_marks:
        if text.startswith(mark, begin):
            begin = plain.skip_marks(begin + len(mark))
            break
    end = _end_of_number(plain, begin)
    number = "".join(table().digits[digit] for digit in text[begin:end] if not digit.isspace())
    touches_text = end < len(text) and text[end].isalnum()
    if not 0 < len(number) <= LONGEST_NUMBER or (touches_text and len(number) < RUN_ON_NUMBER):
        return "", at
    if len(number) <= LONGEST_COUNT and plain.counts_at(end):
        return "", at
    return number, end


def _end_of_number(plain: _Plain, begin: int) -> int:
    """Blanks within are tolerated if the groups make up one printed number: "000 123". A count never begins with 0."""
    digits = table().digits
    end = first_end = plain.skip_digits(begin)
    if end == begin or digits[plain.text[begin]] != "0":
        return first_end
    length = end - begin
    while length < PRINTED_DIGITS:
        group = plain.skip_blanks(end)
        end = plain.skip_digits(group)
        if end == group:
            return first_end
        length += end - group
    return end if length == PRINTED_DIGITS else first_end
