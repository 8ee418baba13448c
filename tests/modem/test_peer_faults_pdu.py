"""Faults of python-gsmmodem-new's PDU coding (P1-P8), reproduced on it, and the same texts and PDUs to ours."""

from __future__ import annotations

import sqlite3

import pytest
from gsmmodem.exceptions import EncodingError
from gsmmodem.pdu import GSM7_BASIC, decodeSmsPdu, decodeUcs2, divideTextUcs2, encodeSmsSubmitPdu, encodeUcs2

from modem import multipart, pdu
from modem.events import Deliver, Undecodable
from tests.modem.deliver_pdus import concatenated, deliver, deliver_gsm7, packed

RARE = "𠮷先生😀"
SEPTET_HEADER = "0670040102030405"[:14]  # an element of application data; its seven octets need no fill bits
OCTETS = "00FF10"


def ours(pdu_hex: str) -> str:
    message = pdu.decode(pdu_hex)
    assert isinstance(message, Deliver), message
    return multipart.text_of(message)


def library(pdu_hex: str) -> str:
    return str(decodeSmsPdu(pdu_hex)["text"])


def stored(text: str) -> str:
    with sqlite3.connect(":memory:") as database:
        return str(database.execute("SELECT ?", (text,)).fetchone()[0])


# -- P1: signs beyond the first plane


@pytest.mark.parametrize("text", ["😀", "𠮷"])
def test_p1_library_cannot_send_emoji_and_rare_surnames(text: str) -> None:
    with pytest.raises(ValueError, match="byte must be in range"):
        encodeUcs2(text)
    with pytest.raises(ValueError, match="byte must be in range"):
        encodeSmsSubmitPdu("10086", text)


def test_p1_emoji_and_rare_surnames_are_sent() -> None:
    (part,) = pdu.encode_submit("10086", RARE, reference=0, want_report=False)
    assert part.hex.endswith(RARE.encode("utf-16-be").hex().upper())


# -- P2: halves of signs


def test_p2_library_reads_text_that_no_database_takes() -> None:
    body = "😀".encode("utf-16-be")
    assert decodeUcs2(iter(body), len(body)) == "\ud83d\ude00"
    assert library(deliver("😀")) == "\ud83d\ude00"
    with pytest.raises(UnicodeEncodeError):
        stored(library(deliver("😀")))


def test_p2_whole_signs_are_read_and_stored() -> None:
    assert stored(ours(deliver("😀"))) == "😀"
    assert stored(ours(deliver(data="D83D"))) == "\ufffd"


# -- P3: text behind a header


def test_p3_library_eats_the_first_letter_behind_a_header_without_fill_bits() -> None:
    assert library(deliver_gsm7("Hello", header=SEPTET_HEADER))[:4] == "ello"


def test_p3_no_letter_is_lost_behind_a_header_without_fill_bits() -> None:
    assert ours(deliver_gsm7("Hello", header=SEPTET_HEADER)) == "Hello"


def test_p3_library_reads_on_behind_the_end_of_the_text() -> None:
    text = library(deliver_gsm7("Hello", header=concatenated(1, 2, 1)) + "FFFF")
    assert text.startswith("Hello")
    assert text != "Hello"


def test_p3_ours_ends_where_the_text_ends() -> None:
    assert ours(deliver_gsm7("Hello", header=concatenated(1, 2, 1)) + "FFFF") == "Hello"


# -- P4: the table


def test_p4_library_has_a_back_quote_for_the_section_sign() -> None:
    assert GSM7_BASIC[0x5F] == "`"
    assert library(deliver(data=packed([0x5F]), coding="00", length=1)) == "`"
    assert str(encodeSmsSubmitPdu("10086", "`")[0]).endswith("0001" + packed([0x5F]))  # a ` arrives as a §
    assert encodeSmsSubmitPdu("10086", "§")[0].data[8:] == bytes.fromhex("00080200A7")  # and costs UCS2


def test_p4_the_section_sign_is_in_the_table() -> None:
    assert ours(deliver(data=packed([0x5F]), coding="00", length=1)) == "§"
    assert pdu.encode_submit("10086", "§", reference=0, want_report=False)[0].hex.endswith("0001" + packed([0x5F]))


# -- P5: data coding groups


@pytest.mark.parametrize(("coding", "data"), [("F6", OCTETS), ("E0", "4F60597D"), ("58", "4F60597D")])
def test_p5_library_reads_every_other_coding_group_as_letters(coding: str, data: str) -> None:
    letters = decodeSmsPdu(deliver(data=data, coding=coding))["text"]
    assert letters == decodeSmsPdu(deliver(data=data, coding="00"))["text"]
    assert letters not in ("你好", "00 FF 10")


@pytest.mark.parametrize(
    ("coding", "data", "text"), [("F6", OCTETS, "00 FF 10"), ("E0", "4F60597D", "你好"), ("58", "4F60597D", "你好")]
)
def test_p5_every_coding_group_is_read_in_its_alphabet(coding: str, data: str, text: str) -> None:
    assert ours(deliver(data=data, coding=coding)) == text


# -- P6: what cannot be read


@pytest.mark.parametrize("time", ["62A12221000023", "62312221000023", "00000000000000"])
def test_p6_library_raises_what_it_does_not_name_for_a_bad_time_stamp(time: str) -> None:
    with pytest.raises(ValueError, match=r"time data|unconverted data") as raised:
        decodeSmsPdu(deliver("你好", time=time))
    assert not isinstance(raised.value, EncodingError)


def test_p6_a_message_with_a_bad_time_stamp_is_a_message() -> None:
    assert ours(deliver("你好", time="62A12221000023")) == "你好"


@pytest.mark.parametrize("octets", [0, 1, 2, 3, 8, 12])
def test_p6_library_raises_stop_iteration_for_a_short_pdu(octets: int) -> None:
    with pytest.raises((StopIteration, ValueError)) as raised:
        decodeSmsPdu(deliver("你好")[: octets * 2])
    assert not isinstance(raised.value, EncodingError)


@pytest.mark.parametrize("octets", [0, 1, 2, 3, 8, 12])
def test_p6_a_short_pdu_is_undecodable_and_says_where(octets: int) -> None:
    message = pdu.decode(deliver("你好")[: octets * 2])
    assert isinstance(message, Undecodable)
    assert message.reason.startswith("ends inside the ")


# -- P7: signs of a number


def test_p7_library_reads_star_hash_and_letters_of_a_number_as_hex() -> None:
    assert decodeSmsPdu(deliver(sender="0781BADCEEF0"[:12]))["number"] == "abcdee0"


def test_p7_star_hash_and_letters_of_a_number_are_read() -> None:
    message = pdu.decode(deliver(sender="0781BADCEEF0"[:12]))
    assert isinstance(message, Deliver)
    assert message.sender == "*#abcc0"


# -- P8: short codes, splitting


def test_p8_library_sends_a_short_code_as_a_national_number() -> None:
    assert encodeSmsSubmitPdu("12345", "hello")[0].data[3:5].hex() == "05a1"


def test_p8_a_short_code_is_sent_as_a_number_of_unknown_kind() -> None:
    (part,) = pdu.encode_submit("12345", "hello", reference=0, want_report=False)
    assert bytes.fromhex(part.hex)[3:5].hex() == "0581"


def test_p8_library_splits_where_no_sign_ends_and_makes_parts_too_long() -> None:
    first = divideTextUcs2("中" * 60 + "😀" * 20)[0]
    assert len(first.encode("utf-16-be")) == 148  # 134 octets have room beside the header


def test_p8_no_part_is_too_long_and_no_sign_is_cut() -> None:
    parts = pdu.encode_submit("10086", "中" * 60 + "😀" * 20, reference=0, want_report=False)
    bodies = [bytes.fromhex(part.hex)[-(bytes.fromhex(part.hex)[10] - 6) :] for part in parts]
    assert all(len(body) <= 134 for body in bodies)
    assert "".join(body.decode("utf-16-be") for body in bodies) == "中" * 60 + "😀" * 20
