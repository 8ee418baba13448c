"""What one family of modules does its own way: the shape of a file in modem/dialects, and choosing among them.

A dialect is facts. The words every module has stand here; a family's file holds only the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from re import Pattern

from modem.at_words import name_of

NEWS = frozenset({
    "RING", "+CRING", "+CLIP", "+CCWA", "+CLCC", "+COLP", "+CNAP", "+CSSI", "+CSSU",
    "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE", "CONNECT",
    "+CMTI", "+CDSI", "+CBMI", "+CREG", "+CGREG", "+CEREG", "+CPIN", "+CUSD",
})  # fmt: skip
"""Names (27.007, 27.005, V.250) that may come unasked and that the conversation knows or may safely drop."""

NEWS_WITH_PDU = frozenset({"+CMT", "+CDS", "+CBM"})

SPAM = frozenset({
    "+CIEV", "+CGEV", "+CTZV", "+CTZE", "+CTZDST", "+CTZEU", "*PSUTTZ", "DST", "+NITZ", "^NWTIME",
    "^RSSI", "^HCSQ", "^MODE", "^BOOT", "^DSFLOWRPT", "^SRVST", "^STIN", "^SYSINFO", "^NDISSTAT", "^RSSILVL",
    "^CERSSI", "^ANLEVEL", "^CONF", "^ORIG", "+ZUSIMR", "+ZPASR", "+ZDONR", "+STIN", "+CNSMOD", "+QUSIM", "*MGSINK",
})  # fmt: skip
"""Vendors' small talk seen on many modules: dropped without a word."""

Lines = tuple[Pattern[str], ...]


def lines(*patterns: str) -> Lines:
    """Whole lines, capital or small letters alike."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def matches(patterns: Iterable[Pattern[str]], line: str) -> bool:
    return any(pattern.fullmatch(line) for pattern in patterns)


STARTED_ANEW = lines("RDY", "POWERED DOWN", "NORMAL POWER DOWN", r"\+CFUN: ?1")
BECAME_READY = lines("(SMS|CALL|SIM) READY", "(SMS|PB) DONE")


class SoundWay(StrEnum):
    """What a call's sound comes over."""

    TTY = "tty"  # a serial port of the module: 8 kHz, mono, s16le, raw
    CARD = "alsa"  # a USB sound card: the module's own (UAC), or one on its analog jack


@dataclass(frozen=True, slots=True)
class Pcm:
    """How this family's sound is switched for one way."""

    way: SoundWay
    start: str  # once a call is up; the sound flows after OK
    stop: str = ""  # after every call
    stop_before_hang_up: bool = False
    port: str = ""  # which port of the module carries it, for people
    interface: int | None = None  # the same as the number of its USB interface, where that is known


@dataclass(frozen=True, slots=True)
class Dialect:
    """One family of modules. Every field has the 3GPP way as its default; patterns match whole lines."""

    name: str
    known_by: tuple[str, ...] = ()  # small letters found in what AT+CGMI and AT+CGMM say
    narrows: str = ""  # a more general family that knows these modules too: this one is chosen before it
    start: tuple[str, ...] = ()  # commands at the end of start-up, failure ignored
    routes: tuple[str, ...] = ()  # AT+CNMI settings to try before the general ones
    spam: frozenset[str] = frozenset()  # further names to drop
    started_anew: Lines = ()  # the module has just rebooted
    became_ready: Lines = ()  # SIM or stores are there only now
    call_connected: Lines = ()
    call_ended: Lines = ()
    store_full: Lines = ()  # +CMTI has stopped
    pin_tries: tuple[str, Pattern[str]] | None = None  # command, and its answer with the tries left as group 1
    card_number: tuple[str, ...] = ("AT+CCID",)  # ways to ask the number printed on the SIM card, best before its PIN
    hang_up: tuple[str, ...] = ("AT+CHUP", "ATH")  # tried in this order
    batch_delete: bool = True  # AT+CMGD=1,1 deletes what was read, and only that
    keys_start: tuple[str, ...] = ()  # commands at the end of start-up that have keys of the far side told
    key_heard: Lines = ()  # group "key": the key itself, or group "code": its ASCII number
    key_send: tuple[str, ...] = ('AT+VTS="{key}"', "AT+VTS={key}")  # ways to say it, with {id} of +CLCC (27.007 C.11)
    last_port_vendors: frozenset[str] = frozenset()  # USB ids of modules that tell of calls at their last AT port only
    pcm: tuple[Pcm, ...] = ()  # none: the sound is at the module's analog pins only

    def news_test(self) -> Callable[[str], bool]:
        """Whether a whole line is news or small talk of this family."""
        names = NEWS | SPAM | self.spam
        patterns = (*STARTED_ANEW, *BECAME_READY, *self.started_anew, *self.became_ready, *self.call_connected,
                    *self.call_ended, *self.store_full, *self.key_heard)  # fmt: skip
        return lambda line: name_of(line) in names or matches(patterns, line)

    def is_started_anew(self, line: str) -> bool:
        return matches((*STARTED_ANEW, *self.started_anew), line)

    def is_became_ready(self, line: str) -> bool:
        return matches((*BECAME_READY, *self.became_ready), line)


def choose(dialects: Iterable[Dialect], maker: str, model: str) -> Dialect:
    """The narrowest family that says it knows this module, else the one known by nothing (generic)."""
    said = f"{maker} {model}".lower()
    general: list[Dialect] = []
    knowing: list[Dialect] = []
    for dialect in dialects:
        if not dialect.known_by:
            general.append(dialect)
        elif any(word in said for word in dialect.known_by):
            knowing.append(dialect)
    widened = {dialect.narrows for dialect in knowing}
    return next((dialect for dialect in knowing if dialect.name not in widened), None) or general[0]
