"""Words of the AT language that are the same everywhere: final results, the fields of a line (27.007, V.250)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class FinalKind(StrEnum):
    """How a command ended."""

    OK = "ok"
    CONNECT = "connect"
    ERROR = "error"  # plain ERROR and its vendor forms
    CME = "cme"  # +CME ERROR, 27.007 9.2
    CMS = "cms"  # +CMS ERROR, 27.005 3.2.5
    NO_CARRIER = "no_carrier"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_DIALTONE = "no_dialtone"
    NO_PROMPT = "no_prompt"  # the module never asked for the body
    TIMEOUT = "timeout"
    BROKEN_OFF = "broken_off"  # by us: port lost, or the module started anew


@dataclass(frozen=True, slots=True)
class Final:
    """The last line of an answer."""

    kind: FinalKind
    text: str
    code: int | None = None

    @property
    def is_ok(self) -> bool:
        return self.kind is FinalKind.OK


FINALS = {
    "OK": FinalKind.OK,
    "ERROR": FinalKind.ERROR,
    "COMMAND NOT SUPPORT": FinalKind.ERROR,
    "TOO MANY PARAMETERS": FinalKind.ERROR,
}
CALL_FINALS = {  # final for a command that dials or answers; at any other time news of a call
    "NO CARRIER": FinalKind.NO_CARRIER,
    "BUSY": FinalKind.BUSY,
    "NO ANSWER": FinalKind.NO_ANSWER,
    "NO DIALTONE": FinalKind.NO_DIALTONE,
    "NO DIAL TONE": FinalKind.NO_DIALTONE,
    "CONNECT": FinalKind.CONNECT,
}

# +CME ERROR words of modules that ignore AT+CMEE=1, by 27.007 9.2.1
CME_CODES = {
    "OPERATION NOT ALLOWED": 3,
    "OPERATION NOT SUPPORTED": 4,
    "SIM NOT INSERTED": 10,
    "SIM PIN REQUIRED": 11,
    "SIM PUK REQUIRED": 12,
    "SIM FAILURE": 13,
    "SIM BUSY": 14,
    "SIM WRONG": 15,
    "INCORRECT PASSWORD": 16,
    "NO NETWORK SERVICE": 30,
    "NETWORK TIMEOUT": 31,
}

MOST_DIGITS = 18  # of a number; a longer one is noise, and Python refuses to read one of more than 4300

_EXTENDED_ERROR = re.compile(r"\+(CME|CMS) ERROR:? *(.*)", re.IGNORECASE)
_NAME = re.compile(r"([+^*$#%&!]?[A-Z_][A-Z0-9_ ]*):", re.IGNORECASE)
_FIELD = re.compile(r' *(?:("[^"]*")|\(([^)]*)\)|([^,]*))[^,]*,')
_HEX = re.compile(r"[0-9A-Fa-f]+")


def final_of(line: str, *, of_call: bool) -> Final | None:
    """The final result this whole line is, if it is one; `of_call` while a dial or answer command runs."""
    word = line.upper()
    kind = FINALS.get(word)
    if kind is None and of_call:
        kind = FinalKind.CONNECT if word.startswith("CONNECT ") else CALL_FINALS.get(word)
    if kind is not None:
        return Final(kind, line)
    error = _EXTENDED_ERROR.fullmatch(line)
    if error is None:
        return None
    reason = error[2].strip()
    code = number(reason)
    return Final(FinalKind(error[1].lower()), line, CME_CODES.get(reason.upper()) if code is None else code)


def name_of(line: str) -> str:
    """What stands before the colon, in capitals: "+CMTI" of `+CMTI: "SM",3`; the whole line if there is none."""
    name = _NAME.match(line)
    return (name[1] if name else line).upper()


def fields_of(line: str) -> list[str]:
    """The comma-separated fields behind the name and its colon, without quotes or brackets."""
    return [field for field, _is_quoted in marked_fields_of(line)]


def marked_fields_of(line: str) -> list[tuple[str, bool]]:
    """The fields with a mark whether they stood in quotes."""
    name = _NAME.match(line)
    if name is None or not (text := line[name.end() :].strip()):
        return []
    fields = []
    for quoted, bracketed, bare in _FIELD.findall(text + ","):
        is_quoted = bool(quoted)
        fields.append((quoted.strip('"') if is_quoted else bracketed or bare.strip(), is_quoted))
    return fields


def number_in(fields: list[str], at: int) -> int | None:
    """The field as a number; None where it is missing or none."""
    return number(fields[at]) if at < len(fields) else None


def number(text: str) -> int | None:
    """Digits as a number; None for anything else, and for more digits than any module means."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def is_hex(line: str) -> bool:
    return _HEX.fullmatch(line) is not None
