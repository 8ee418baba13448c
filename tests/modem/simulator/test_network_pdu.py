"""The network's own SMS coding: against worked examples, against itself, and against a library that is not ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from gsmmodem.pdu import decodeSmsPdu, encodeSmsSubmitPdu
from hypothesis import given
from hypothesis import strategies as st

from modem.simulator import gsm7
from modem.simulator.network_pdu import (
    BadPdu,
    decode_address,
    decode_submit,
    decode_time,
    encode_address,
    encode_deliver,
    encode_report,
    encode_service_centre,
    encode_time,
    split_service_centre,
)
from modem.simulator.phones import text_of

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 22, 10, 13, 39, tzinfo=CHINA)
BASIC = "".join(letter for letter in gsm7.ALPHABET if letter != "\x1b")


def test_the_alphabet_has_128_places_and_the_section_sign_where_the_standard_has_it() -> None:
    assert len(gsm7.ALPHABET) == 128
    assert len(set(gsm7.ALPHABET)) == 128
    assert gsm7.ALPHABET[0x5F] == "§"
    assert gsm7.ALPHABET[0x09] == "Ç"
    assert gsm7.ALPHABET[0x40] == "¡"
    assert gsm7.ALPHABET[0x60] == "¿"


def test_packing_follows_the_well_known_example() -> None:
    codes = gsm7.septets_of("hellohello")
    assert codes is not None
    assert gsm7.pack(codes).hex().upper() == "E8329BFD4697D9EC37"
    assert gsm7.text_of(gsm7.unpack(bytes.fromhex("E8329BFD4697D9EC37"), 10)) == "hellohello"


@given(st.text(alphabet=BASIC + "^{}\\[~]|€\f", max_size=300), st.integers(0, 6))
def test_packing_and_unpacking_is_nothing(text: str, fill_bits: int) -> None:
    codes = gsm7.septets_of(text)
    assert codes is not None
    assert gsm7.text_of(gsm7.unpack(gsm7.pack(codes, fill_bits), len(codes), fill_bits)) == text


def test_a_chinese_letter_is_not_in_the_alphabet() -> None:
    assert gsm7.septets_of("a灯") is None


@pytest.mark.parametrize(
    ("number", "coded"),
    [
        ("13800138000", "0B813108108300F0"),
        ("+8613800138000", "0D91683108108300F0"),
        ("10086", "05810180F6"),
        ("", "0080"),
    ],
)
def test_numbers_are_coded_as_23_040_says(number: str, coded: str) -> None:
    assert encode_address(number).hex().upper() == coded
    assert decode_address(bytes.fromhex(coded)) == (number, len(coded) // 2)


def test_letters_make_an_alphanumeric_sender() -> None:
    coded = encode_address("Hotline")
    assert coded.hex().upper().startswith("0DD0")
    assert decode_address(coded) == ("Hotline", len(coded))
    with pytest.raises(BadPdu):
        encode_address("twelve letters")


@pytest.mark.parametrize("hours", [8, 0, -3.5, 12.75])
def test_time_stamps_keep_their_zone(hours: float) -> None:
    moment = AT.astimezone(timezone(timedelta(hours=hours)))
    assert decode_time(encode_time(moment)) == moment
    assert decode_time(encode_time(moment)).utcoffset() == timedelta(hours=hours)


def test_the_time_stamp_of_china_reads_as_on_real_messages() -> None:
    assert encode_time(AT).hex() == "62112201319323"


@pytest.mark.parametrize("text", ["", "Hello", "Balance {42} €", "路灯坏了", "a" * 160])
def test_a_single_part_reads_the_same_in_the_other_library(text: str) -> None:
    (tpdu,) = encode_deliver("13900001111", text, sent_at=AT)
    read = decodeSmsPdu((encode_service_centre("+8613800990500") + tpdu).hex().upper())
    assert read["text"] == text
    assert read["number"] == "13900001111"
    assert read["smsc"] == "+8613800990500"
    assert read["time"] == AT
    assert "udh" not in read


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("灯" * 71, 2), ("灯" * 135, 3)]
)
def test_parts_read_the_same_in_the_other_library(text: str, parts: int) -> None:
    tpdus = encode_deliver("10086", text, sent_at=AT, reference=77)
    assert len(tpdus) == parts
    read = [decodeSmsPdu("00" + tpdu.hex().upper()) for tpdu in tpdus]
    assert "".join(one["text"] for one in read) == text
    assert [(one["udh"][0].reference, one["udh"][0].parts, one["udh"][0].number) for one in read] == [
        (77, parts, part) for part in range(1, parts + 1)
    ]


def test_an_escape_is_never_parted_from_its_letter() -> None:
    text = "a" * 152 + "€" + "b" * 20
    tpdus = encode_deliver("10086", text, sent_at=AT, reference=1)
    assert [decodeSmsPdu("00" + tpdu.hex())["text"] for tpdu in tpdus] == ["a" * 152, "€" + "b" * 20]


def test_wide_references_need_seven_octets_and_no_fill_bits() -> None:
    for text in ("a" * 200, "灯" * 80):
        tpdus = encode_deliver("10086", text, sent_at=AT, reference=0x1234, wide=True)
        read = [decodeSmsPdu("00" + tpdu.hex()) for tpdu in tpdus]
        assert [one["udh"][0].reference for one in read] == [0x1234, 0x1234]
        assert all(len(tpdu) <= 165 for tpdu in tpdus)
    assert "".join(one["text"] for one in read) == text


def test_a_surrogate_pair_may_be_cut_in_two() -> None:
    first, second = encode_deliver("10086", "灯" * 66 + "😀" + "灯" * 9, sent_at=AT, reference=1)
    assert first[-2:] == b"\xd8\x3d"
    assert b"\xde\x00" in second


def test_many_parts_need_a_reference() -> None:
    with pytest.raises(BadPdu):
        encode_deliver("10086", "a" * 161, sent_at=AT)
    with pytest.raises(BadPdu):
        encode_deliver("10086", "灯" * 67 * 256, sent_at=AT, reference=1)


def test_message_classes_are_in_the_coding_scheme() -> None:
    (flash,) = encode_deliver("10086", "hi", sent_at=AT, message_class=0)
    assert flash[7] == 0x10


def test_a_status_report_reads_the_same_in_the_other_library() -> None:
    tpdu = encode_report(200, "13900001111", sent_at=AT, done_at=AT + timedelta(seconds=5), status=0x46)
    read = decodeSmsPdu("00" + tpdu.hex())
    assert (read["type"], read["reference"], read["number"], read["status"]) == (
        "SMS-STATUS-REPORT",
        200,
        "13900001111",
        0x46,
    )
    assert read["discharge"] - read["time"] == timedelta(seconds=5)


@pytest.mark.parametrize("text", ["Hello {x}", "a" * 400, "您好，已收到。", "很长" * 100])
def test_what_the_other_library_submits_is_read_whole(text: str) -> None:
    read = []
    for pdu in encodeSmsSubmitPdu("13900001111", text, reference=9, requestStatusReport=True):
        _, tpdu = split_service_centre(bytes.fromhex(str(pdu)))
        assert len(tpdu) == pdu.tpduLength
        read.append(decode_submit(tpdu))
    assert text_of(read) == text
    assert {one.to for one in read} == {"13900001111"}
    assert all(one.want_report for one in read)
    assert [one.part for one in read] == list(range(1, len(read) + 1))
    assert all(one.total == len(read) for one in read)


# first octet, TP-MR, 5 digits 10000, PID, DCS, [validity], length, data
@pytest.mark.parametrize(
    "pdu",
    [
        "",
        "04",  # a DELIVER
        "0100",
        "01000081",  # no recipient
        "01000581010",
        "010005810100F00000",
        "010005810100F00008" + "04" + "706F",  # shorter than announced
        "010005810100F00008" + "02" + "706F57",  # longer than announced
        "010005810100F00008" + "8E" + "00" * 142,  # more than 140 octets
        "11000581F1FFFF0000AA00",  # a filler inside the number
    ],
)
def test_a_broken_submit_is_refused_and_nothing_else_happens(pdu: str) -> None:
    with pytest.raises((BadPdu, ValueError)):
        decode_submit(bytes.fromhex(pdu))


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        decode_submit(octets)
    except BadPdu:
        return


@pytest.mark.parametrize(("first", "validity"), [("01", ""), ("11", "AA"), ("09", "00" * 7), ("19", "00" * 7)])
def test_every_validity_format_is_skipped(first: str, validity: str) -> None:
    submit = decode_submit(bytes.fromhex(f"{first}000581{'0100F0'}0008{validity}02706F"))
    assert (submit.to, submit.octets.hex().upper()) == ("10000", "706F")


def test_times_are_aware() -> None:
    assert decode_time(encode_time(datetime(2026, 1, 2, tzinfo=UTC))).tzinfo is not None
