"""What a command answers, and how results look on the line (V.250 5.7, 27.007 9.2, 27.005 3.2.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OK, ERROR = "OK", "ERROR"
# Numeric forms with ATV0 (V.250 table 1). What is not here keeps its words.
NUMERIC_RESULTS = {
    "OK": "0",
    "CONNECT": "1",
    "RING": "2",
    "NO CARRIER": "3",
    "ERROR": "4",
    "NO DIALTONE": "6",
    "BUSY": "7",
    "NO ANSWER": "8",
}
CME_WORDS = {
    3: "operation not allowed",
    4: "operation not supported",
    10: "SIM not inserted",
    11: "SIM PIN required",
    12: "SIM PUK required",
    13: "SIM failure",
    16: "incorrect password",
    20: "memory full",
    21: "invalid index",
    22: "not found",
    30: "no network service",
    50: "incorrect parameters",
    100: "unknown",
}
CMS_WORDS = {
    300: "ME failure",
    301: "SMS service of ME reserved",
    302: "operation not allowed",
    303: "operation not supported",
    304: "invalid PDU mode parameter",
    305: "invalid text mode parameter",
    310: "SIM not inserted",
    311: "SIM PIN required",
    316: "SIM PUK required",
    321: "invalid memory index",
    322: "memory full",
    330: "SMSC address unknown",
    331: "no network service",
    332: "network timeout",
    340: "no +CNMA acknowledgement expected",
    500: "unknown error",
}


class AtError(Exception):
    """A command ends with ERROR or a numbered error."""

    def __init__(self, kind: str = "", code: int = 0) -> None:
        super().__init__(kind, code)
        self.kind, self.code = kind, code

    def result(self, cmee: int) -> str:
        """The final result at this +CMEE level. +CMS ERROR keeps its number at level 0: 27.005 knows no switch."""
        if not self.kind or (self.kind == "CME" and cmee == 0):
            return ERROR
        words = CME_WORDS if self.kind == "CME" else CMS_WORDS
        text = words.get(self.code, "") if cmee == 2 else ""
        return f"+{self.kind} ERROR: {text or self.code}"


def cme(code: int) -> AtError:
    return AtError("CME", code)


def cms(code: int) -> AtError:
    return AtError("CMS", code)


@dataclass(frozen=True, slots=True)
class Answer:
    """Information items (an item may be two lines: header and PDU), then the final result.

    Times are those of the module at work: `first_s` before anything, `each_s` per item after it.
    """

    items: tuple[str, ...] = ()
    final: str = OK
    first_s: float | None = None  # None: the profile's time for any command
    each_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Later:
    """The module works for a while; only then is it known what the answer is."""

    after_s: float
    finish: Callable[[float], Reply]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The module asks with "> "; `take` gets everything up to Ctrl-Z."""

    take: Callable[[bytes, float], Reply]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing comes back, not even a result (a fault)."""


Reply = Answer | Later | Prompt | NoAnswer


@dataclass(frozen=True, slots=True)
class News:
    """An unsolicited line. `urgent` news never waits for a command to hide in."""

    text: str
    urgent: bool = False


def line(text: str, *, verbose: bool) -> bytes:
    """Framing of an information item or an unsolicited line."""
    return encode(f"\r\n{text}\r\n" if verbose else f"{text}\r\n")


def result(text: str, *, verbose: bool) -> bytes:
    """Framing of a result code."""
    if verbose:
        return encode(f"\r\n{text}\r\n")
    return encode(f"{NUMERIC_RESULTS.get(text, text)}\r")


def encode(text: str) -> bytes:
    return text.encode("latin-1", "replace")
