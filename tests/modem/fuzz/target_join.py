"""Fuzz: several PDUs, decoded and joined in any order, some of them twice."""

from __future__ import annotations

from modem import multipart, pdu
from modem.events import Deliver, Report, Undecodable
from modem.pdu import OwnDraft
from tests.modem.deliver_pdus import concatenated, deliver, deliver_gsm7
from tests.modem.fuzz.choices import Choices
from tests.modem.fuzz.samples import PDUS
from tests.modem.fuzz.target_pdu import check

Message = Deliver | Report | OwnDraft | Undecodable
MOST = 8

LONGEST = 512  # of a case


def corpus() -> list[bytes]:
    halves = "你好😀再见".encode("utf-16-be")
    parts = [deliver(data=body.hex(), header=concatenated(9, 2, at)) for at, body in ((1, halves[:6]), (2, halves[6:]))]
    letters = [deliver_gsm7(text, header=concatenated(9, 2, at)) for at, text in ((1, "ab§"), (2, "¿c"))]
    mixed = [parts[0], letters[1], *PDUS[:3]]
    return [written(group) for group in (parts, parts[::-1], letters, mixed, parts + parts, [])]


def written(group: list[str]) -> bytes:
    octets = [bytes.fromhex(sample) for sample in group]
    return b"".join(bytes([len(sample)]) + sample for sample in octets)


def try_one(data: bytes) -> None:
    choices = Choices(data)
    messages: list[Message] = []
    while not choices.are_over and len(messages) < MOST:
        messages.append(pdu.decode(choices.piece().hex()))
    for message in messages:
        check(message)
    parts = [message for message in messages if isinstance(message, Deliver)]
    text = multipart.join(parts)
    text.encode()
    distinct = list({part.part: part for part in reversed(parts)}.values())
    assert multipart.join(distinct) == text, "the order says nothing"
    assert multipart.join([*parts, *parts[::-1]]) == text, "what came twice counts once"
    if len({part.alphabet for part in parts}) == 1 and parts and parts[0].alphabet == "ucs2":
        ordered = sorted(distinct, key=lambda part: part.part)
        assert text == b"".join(part.body for part in ordered).decode("utf-16-be", "replace")
