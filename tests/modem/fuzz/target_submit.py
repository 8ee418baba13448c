"""Fuzz: any text to any number, coded by us and read by the simulated network's own reader."""

from __future__ import annotations

from modem import pdu
from modem.pdu import BadNumber
from modem.simulator import gsm7, network_pdu
from tests.modem.fuzz.choices import Choices

LONGEST = 256  # of a case
DIGITS = "0123456789*#+"
HEAD_OCTETS, TEXT_OCTETS = 17, 140  # 23.040 9.2.2.2, with the longest address and no validity period
LONG = 0xFE  # a text of many parts
TEXTS = ("hello", "您好", "a" * 161, "{" * 77, "😀" * 40, "中" * 66 + "😀", "§`€\f", "", "\ud800")


def corpus() -> list[bytes]:
    return [bytes([5, 1, 0, 0, 8, 6, at]) + text.encode("utf-8", "surrogatepass") for at, text in enumerate(TEXTS)]


def try_one(data: bytes) -> None:
    choices = Choices(data)
    number = "".join(DIGITS[octet % len(DIGITS)] for octet in choices.piece(24))
    reference = choices.byte()
    how = choices.byte()
    raw = choices.rest() if how < LONG else choices.take(20) * 100
    text = raw.decode("utf-8", "surrogatepass" if how & 4 else "replace") if is_utf8(raw) else raw.decode("latin-1")
    parts = coded(number, text, reference, want_report=bool(how & 1))
    if parts is None:
        bare = number.removeprefix("+")
        assert not 1 <= len(bare) <= 20 or "+" in bare
        return
    read = [of_network(part) for part in parts]
    assert {one.to for one in read} == {number}
    assert {one.want_report for one in read} == {bool(how & 1)}
    assert [one.part for one in read] == list(range(1, len(read) + 1))
    assert {(one.total, one.reference) for one in read} == {(len(read), reference if len(read) > 1 else None)}
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    assert "".join(text_of(one) for one in read) == whole, "no sign is lost, none is cut"


def coded(number: str, text: str, reference: int, *, want_report: bool) -> tuple[pdu.SubmitPdu, ...] | None:
    """None where the number is refused."""
    try:
        return pdu.encode_submit(number, text, reference=reference, want_report=want_report)
    except BadNumber:
        return None


def is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def of_network(part: pdu.SubmitPdu) -> network_pdu.Submit:
    centre, tpdu = network_pdu.split_service_centre(bytes.fromhex(part.hex))
    assert centre == b"\0"
    assert len(tpdu) == part.length
    submit = network_pdu.decode_submit(tpdu)
    assert len(tpdu) <= HEAD_OCTETS + TEXT_OCTETS
    return submit


def text_of(submit: network_pdu.Submit) -> str:
    """Of one part by itself: each must be whole."""
    if submit.alphabet == "gsm7":
        return gsm7.text_of(submit.septets)
    return submit.octets.decode("utf-16-be")
