"""Telephone numbers as the networks of mainland China write them. Pure; the raw form is kept by whoever got it."""

from __future__ import annotations

import re
import unicodedata

_DECORATION = re.compile(r"[\s\-‐-―−().·_/]+")
_SUBSCRIBER_NUMBER = re.compile(r"[2-8][0-9]{6,7}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# 10 + eight digits is a landline in Beijing written without its 0, unless it begins like a mass sender
# (1064 machines, 1065 1066 1068 1069 companies).
_BEIJING_WITHOUT_ZERO = re.compile(r"10(?!6[45689])[2-8][0-9]{7}")
_AREA_WITHOUT_ZERO = re.compile(r"[2-9][0-9]{8,10}")
_TOLL_FREE = re.compile(r"[48]00[0-9]{7}")

# What stands everywhere for the number of a protected person; appliance/people/vault.py alone knows what it means.
# No network can send the dot: GSM's alphabet (3GPP TS 23.038, 6.2.1) has none. TEXTED can be texted, CALLED cannot.
TEXTED, CALLED = "R·", "T·"
_REFERENCE = re.compile(f"(?:{TEXTED}|{CALLED})[0-9]{{6,}}", re.ASCII)

HIDDEN_FROM_DIGITS = 7  # a garbled number may still be somebody's: what has so many digits is no sender's name

# E.164, clause 6.2.1: at most 15 digits, and in front of them what a network wants first; the shortest is 110.
_DIALLED = re.compile(r"\+?[0-9]{3,20}")

# First row that fits decides.
_KINDS = (
    ("protected", _REFERENCE),
    ("letters", re.compile(r"(?s)(?!\+?[0-9*#]+\Z).*")),
    ("international", re.compile(r"\+.*")),
    ("advert", re.compile(r"(10|95)[0-9]{3,}")),
    ("short", re.compile(r"[0-9*#]{1,6}")),
    ("mobile", _MOBILE),
    ("landline", re.compile(r".*")),
)


def normalise(raw: str, region_code: str = "") -> str:
    """One way to write a number: 13800138000, 057188880000, 10086, +85212345678; '' if there is none.

    `region_code` is the office's own area code (0571): a bare local number gets it in front. What contains letters
    is the name of a sender and stays as it is. Normalising twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    compact = _DECORATION.sub("", text)
    if not re.fullmatch(r"\+?[0-9*#]+", compact, re.ASCII):
        return text if re.search(r"[^\W_]", text) else ""
    compact = re.sub(r"^00(?=[1-9][0-9]{6,})", "+", compact)
    if compact.startswith("+86"):
        return _national(compact.removeprefix("+86"))
    if compact.startswith("+"):
        return compact
    if re.fullmatch(r"86" + _MOBILE.pattern, compact):
        return compact.removeprefix("86")
    if re.fullmatch(r"0+" + _MOBILE.pattern, compact):
        return compact.lstrip("0")
    if region_code and _SUBSCRIBER_NUMBER.fullmatch(compact):
        return f"0{region_code.lstrip('0')}{compact}"
    return compact


def _national(digits: str) -> str:
    """What stood behind +86: an area code lacks its 0 there."""
    digits = re.sub(r"^0+(?=[1-9])", "0", digits)
    if _MOBILE.fullmatch(digits.lstrip("0")):
        return digits.lstrip("0")
    needs_zero = _BEIJING_WITHOUT_ZERO.fullmatch(digits) or (
        _AREA_WITHOUT_ZERO.fullmatch(digits) and not _TOLL_FREE.fullmatch(digits) and not digits.startswith("95")
    )
    return f"0{digits}" if needs_zero else digits


def kind_of(number: str) -> str:
    """What a normalised number is: mobile, landline, short, advert, letters, international, or protected: no number."""
    return next(kind for kind, shape in _KINDS if shape.fullmatch(number))


def may_text(number: str) -> bool:
    """May the office text this number? Never to services and mass senders, which answer each other for ever."""
    if is_reference(number):
        return number.startswith(TEXTED)
    return kind_of(number) in {"mobile", "international"} and may_dial(number)


def may_dial(number: str) -> bool:
    """Whether a normalised number is one that a telephone could ring at: no code, no name, no endless row of digits."""
    return is_reference(number) or _DIALLED.fullmatch(number) is not None


def mask(number: str) -> str:
    """For everybody who need not call it: 139****1234. Services and senders' names are no secret."""
    kind = kind_of(number)
    if kind in {"short", "advert", "protected"} or (
        kind == "letters" and sum(map(str.isdecimal, number)) < HIDDEN_FROM_DIGITS
    ):
        return number
    head = 3 if len(number) >= 9 else 1
    tail = 4 if len(number) >= 9 else 2
    return f"{number[:head]}****{number[-tail:]}"


def reference(ticket_no: int, *, texted: bool) -> str:
    """What stands for the number of whoever made this ticket."""
    return f"{TEXTED if texted else CALLED}{ticket_no:06}"


def is_reference(number: str) -> bool:
    return _REFERENCE.fullmatch(number) is not None


def from_network(raw: str, region_code: str = "") -> str:
    """A number as a line brought it, normalised: whatever noise may look like, nobody calls as a reference."""
    number = normalise(raw, region_code)
    return f"?{number}" if is_reference(number) else number
