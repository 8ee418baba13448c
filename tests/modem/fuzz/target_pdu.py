"""Fuzz: any PDU. It is a message or undecodable, it can be stored, and what came is kept."""

from __future__ import annotations

from datetime import UTC

from modem import multipart, pdu
from modem.events import Deliver, Report, SmsReport, SmsStored, Undecodable
from modem.gsm_unasked import came_directly
from modem.pdu import OwnDraft
from tests.modem.fuzz.choices import Choices
from tests.modem.fuzz.samples import PDUS

MOST_OCTETS = 140 * 8  # of text, for what a length octet can claim
NAMES = ("+CMT", "+CDS", "+CBM")

LONGEST = 400  # of a case


def corpus() -> list[bytes]:
    octets = [bytes([2 * at]) + bytes.fromhex(sample) for at, sample in enumerate(PDUS)]
    return octets + [bytes([1]) + sample.encode() for sample in PDUS]


def try_one(data: bytes) -> None:
    choices = Choices(data)
    how = choices.byte()
    is_text = how & 1
    text = choices.rest().decode("latin-1") if is_text else choices.rest().hex()
    message = pdu.decode(text)
    assert type(message) in (Deliver, Report, OwnDraft, Undecodable)
    if is_text and text.isascii():
        assert pdu.decode(text.swapcase()) == message
    check(message)
    if not isinstance(message, Undecodable):
        assert pdu.decode(text.strip() + "FF") == message, "what follows the end changes nothing"
    _is_kept(text, NAMES[how // 2 % len(NAMES)])


def check(message: Deliver | Report | OwnDraft | Undecodable) -> None:
    if isinstance(message, Undecodable):
        assert message.reason
        return
    if isinstance(message, OwnDraft):
        message.recipient.encode()
        return
    moments = [message.sent_at] if isinstance(message, Deliver) else [message.sent_at, message.done_at]
    for moment in moments:
        assert moment is None or moment.astimezone(UTC).isoformat()
    if isinstance(message, Report):
        assert 0 <= message.reference <= 255
        assert message.state is pdu.report_state(message.status)
        message.recipient.encode()
        return
    assert message.alphabet in ("gsm7", "ucs2", "8bit")
    assert 1 <= message.part <= message.total <= 255
    assert (message.total > 1) == (message.reference is not None)
    assert len(message.body) <= MOST_OCTETS
    message.sender.encode()
    multipart.text_of(message).encode()  # what goes to the database holds no half sign


def _is_kept(text: str, name: str) -> None:
    """Handed over directly, a PDU comes with the event, whatever is made of it."""
    for event in came_directly("line1", "imsi:1", 7, name, text):
        assert isinstance(event, SmsStored | SmsReport)
        assert event.pdu == text.upper()
