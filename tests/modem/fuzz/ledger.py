"""What a line told, held against what it may tell: each thing once, nothing invented, nothing of an ended call."""

from __future__ import annotations

import re

from modem.commands import AskForwarding, Command, DeleteSms, RawCommand, SendSms, SetForwarding
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallerKnown,
    CallRinging,
    CallSound,
    CommandRefused,
    Event,
    ForwardingTold,
    KeyPressed,
    LineChanged,
    RawAnswer,
    Slot,
    SmsFailed,
    SmsPartSent,
    SmsReport,
    SmsSent,
    SmsStored,
)
from modem.line_buffer import NOISE, TRIMMED

Fated = SendSms | RawCommand | SetForwarding | AskForwarding


class Ledger:
    def __init__(self) -> None:
        self.pdus: dict[str, Slot] = {}  # told, with the slot last told for each
        self.committed: set[str] = set()
        self.picture: LineChanged | None = None
        self.open_calls: set[int] = set()
        self.waiting: dict[int, Fated] = {}  # commands without a fate yet, by ref
        self._answered: set[int] = set()
        self._last_call = 0
        self._told_raw: set[str] = set()
        self._came = bytearray()

    # -- what goes in

    def came(self, data: bytes) -> None:
        self._came += data

    def port_opened(self) -> None:
        self._came += b"\n"  # what was unfinished is over

    def sent(self, command: Command) -> None:
        if isinstance(command, Fated):
            self.waiting[command.ref] = command
        if isinstance(command, DeleteSms):
            self.committed |= {pdu for pdu, slot in self.pdus.items() if slot in command.slots}

    # -- what was told

    def take(self, events: list[Event]) -> None:
        for event in events:
            assert event.line == "line1"
            if isinstance(event, LineChanged):
                self.picture = event
            elif isinstance(event, SmsStored):
                self._told_raw.add(event.pdu)
                self.pdus[event.pdu] = event.slot
            elif isinstance(event, SmsReport):
                self._told_raw.add(event.pdu)
            elif isinstance(event, SmsSent | SmsFailed | RawAnswer | ForwardingTold):
                self._fate(event.ref)
            elif isinstance(event, SmsPartSent):
                assert event.ref in self.waiting
            elif isinstance(event, CommandRefused):
                self._refused(event.command)
            else:
                self._of_call(event)

    def _refused(self, command: object) -> None:
        if isinstance(command, Fated):
            self._fate(command.ref)

    def _fate(self, ref: int) -> None:
        assert ref in self.waiting, f"command {ref} was answered twice, or never given"
        del self.waiting[ref]

    def _of_call(self, event: Event) -> None:
        if isinstance(event, CallRinging | CallDialing):
            assert event.call > self._last_call, "a call's number is used again"
            self._last_call = event.call
            self.open_calls.add(event.call)
        elif isinstance(event, CallAnswered):
            assert event.call in self.open_calls
            assert event.call not in self._answered, "answered twice"
            self._answered.add(event.call)
        elif isinstance(event, CallerKnown | KeyPressed):
            assert event.call in self.open_calls
        elif isinstance(event, CallEnded):
            self.open_calls.remove(event.call)
        elif isinstance(event, CallSound) and event.is_on:
            assert event.call in self.open_calls

    def check_raw(self) -> None:
        """Every PDU told is a line that came, byte for byte; only its letters are capitals now."""
        lines = re.split(rb"[\r\n]", self._came.translate(None, NOISE))
        came = {line.decode("latin-1").strip(TRIMMED).upper() for line in lines}
        invented = {pdu for pdu in self._told_raw if pdu and pdu not in came and f"> {pdu}" not in came}
        assert not invented, f"told, but it never came: {invented}"
