"""Outgoing messages of a GSM conversation: one part at a time, prompt and body one transaction."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from modem.at import Ask, Done
from modem.at_words import fields_of, number_in
from modem.commands import SendSms
from modem.events import FailureKind, SmsFailed, SmsPartSent, SmsSent
from modem.pdu import BadNumber, SubmitPdu, TextTooLong, encode_submit
from modem.sms_errors import failure_of

SEND_TIMEOUT_S = 60.0  # from Ctrl-Z to the network's answer; 27.005 names none, modules give up by 30-60 s
SmsEvent = SmsPartSent | SmsSent | SmsFailed


@dataclass(slots=True)
class _Outgoing:
    ref: int
    parts: tuple[SubmitPdu, ...]
    references: list[int] = field(default_factory=list)


class Outgoing:
    """A queue of messages; the first is being sent."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._queue: deque[_Outgoing] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, command: SendSms) -> list[SmsEvent]:
        try:
            # The low byte of the office's own number: no two messages of a day to one phone share it soon.
            parts = encode_submit(
                command.number, command.text, reference=command.ref % 256, want_report=command.want_report
            )
        except (BadNumber, TextTooLong) as error:
            return [SmsFailed(self._line, command.ref, FailureKind.PERMANENT, None, str(error), 0)]
        self._queue.append(_Outgoing(command.ref, parts))
        return []

    def next_ask(self) -> Ask | None:
        if not self._queue:
            return None
        first = self._queue[0]
        part = first.parts[len(first.references)]
        return Ask(f"AT+CMGS={part.length}", SEND_TIMEOUT_S, ("+CMGS",), body=part.hex)

    def done(self, done: Done) -> list[SmsEvent]:
        """The running part ended. A +CMGS line says that the network took it, whatever came after."""
        first = self._queue[0]
        taken = done.lines or (done.final.is_ok and done.body_went)
        if not taken:
            self._queue.popleft()
            kind, detail = failure_of(done.final, body_went=done.body_went)
            return [self._failed(first, kind, done.final.code, detail)]
        reference = number_in(fields_of(done.lines[0]), 0) if done.lines else None
        first.references.append((reference or 0) % 256)
        total = len(first.parts)
        events: list[SmsEvent] = [
            SmsPartSent(self._line, first.ref, len(first.references), total, first.references[-1])
        ]
        if len(first.references) == total:
            self._queue.popleft()
            events.append(SmsSent(self._line, first.ref, tuple(first.references)))
        return events

    def drop(self, detail: str) -> list[SmsEvent]:
        """The line is gone: what has not begun was surely not sent. The running part must be `done` before."""
        waiting, self._queue = self._queue, deque()
        return [self._failed(message, FailureKind.TRANSIENT, None, detail) for message in waiting]

    def _failed(self, message: _Outgoing, kind: FailureKind, code: int | None, detail: str) -> SmsFailed:
        return SmsFailed(self._line, message.ref, kind, code, detail, len(message.references))
