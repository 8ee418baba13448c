"""How many days somebody asks for: "3 days rain", "3, rain", and the same in Chinese figures. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from appliance.intake.sms_words import LONGEST_COUNT, Reading, digits_of, table

MARKS = " ,.;:\u3000\u3001\u3002"  # what is left of full-width marks once they are narrow
LONGEST = 3  # figures of a number of days
SIGNS = "./~-"  # within what is no whole number: "3.5", "1-2"
MOST = 60  # working days: no limit that an office can set is longer (appliance/limits/own_preset.py)


def meant(reading: Reading) -> Reading:
    """A request for time as it was meant: "YQ 5 spare part" asks for 5 days, and so does a word run on to its figure.

    Ticket numbers are typed as they are printed: a figure or two without days behind it is the days themselves.
    """
    if reading.no is not None:
        is_days = reading.no_digits <= LONGEST_COUNT and parted(reading.rest)[0] is None
        rest = f"{reading.no} {reading.rest}".strip()
        return replace(reading, no=None, no_digits=0, others=(), rest=rest) if is_days else reading
    begins, behind = reading.rest[: len(reading.word)], reading.rest[len(reading.word) :]
    is_run_on = unicodedata.normalize("NFKC", begins).casefold() == reading.word and parted(behind)[0] is not None
    return replace(reading, rest=behind) if is_run_on else reading


def parted(text: str) -> tuple[int | None, str]:
    """The days and the reason. None where no number stands first; one that something else follows is no days."""
    plain = unicodedata.normalize("NFKC", text).strip(MARKS)
    figures = _figures(plain)
    days, rest = _number(figures), plain[len(figures) :]
    if days is None:
        return None, text.strip()
    counted = rest.lstrip()
    for word in table().day_words:
        if counted.casefold().startswith(word):
            return days, counted[len(word) :].strip(MARKS)
    return (None, text.strip()) if rest[:1].isalnum() else (days, rest.strip(MARKS))


def is_absurd(text: str) -> bool:
    """Days stand first and cannot be meant: none, too many, no whole number, from one to another."""
    days, _ = parted(text)
    if days is not None and not 1 <= days <= MOST:
        return True
    plain = unicodedata.normalize("NFKC", text).strip(MARKS)
    figures = {*table().digits, table().tens, table().two}
    known = {*figures, *table().large, *SIGNS}
    end = next((at for at, each in enumerate(plain) if each not in known), len(plain))
    run, behind = plain[:end], plain[end:].lstrip().casefold()
    if not behind.startswith(table().day_words) or not figures.intersection(run):
        return False
    is_from_to = len(run) > 1 and not run.isascii() and table().tens not in run  # two or three, in Chinese figures
    return is_from_to or _figures(run) != run or _number(run) is None


def _figures(text: str) -> str:
    known = {*table().digits, table().tens, table().two}
    end = next((at for at, each in enumerate(text) if each not in known), len(text))
    return text[:end] if end <= LONGEST else ""


def _number(figures: str) -> int | None:
    """3, or ten, fifteen, twenty as they are written in Chinese figures."""
    two = next(digit for digit, value in table().digits.items() if value == "2" and not digit.isascii())
    tens, mark, ones = figures.replace(table().two, two).partition(table().tens)
    if not mark:
        return int(digits_of(tens)) if tens else None
    high, low = digits_of(tens or "1"), digits_of(ones or "0")
    return int(high) * 10 + int(low) if len(high) == len(low) == 1 else None
