"""SMS coding: every PDU gives a message or Undecodable, every text survives the way out and back."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modem import multipart, pdu
from modem.events import Deliver, Report, ReportState, Undecodable
from modem.pdu import BadNumber, OwnDraft, SubmitPdu, TextTooLong
from modem.tpdu import Octets, Short, alphabet_of, concatenation, timestamp
from tests.modem.deliver_pdus import address, concatenated, deliver, deliver_gsm7, letters, packed, report

ANY_TEXT = st.text(st.characters(codec="utf-16"), max_size=400)
GSM7_TEXT = st.text(st.sampled_from([*pdu.TO_SEPTETS]), max_size=400)


def decoded(pdu_hex: str) -> Deliver:
    message = pdu.decode(pdu_hex)
    assert isinstance(message, Deliver), message
    return message


def text_of(pdu_hex: str) -> str:
    return multipart.text_of(decoded(pdu_hex))


def as_delivered(part: SubmitPdu) -> Deliver:
    """The network turns an SMS-SUBMIT into an SMS-DELIVER: our address becomes theirs, a time stamp comes in."""
    octets = bytes.fromhex(part.hex)
    digits = octets[3]
    body_at = 3 + 2 + (digits + 1) // 2
    first_octet = 0x04 | octets[1] & 0x40
    sender = octets[3:body_at]
    stamp = bytes.fromhex("62112221000023")
    return decoded((b"\0" + bytes([first_octet]) + sender + octets[body_at : body_at + 2] + stamp
                    + octets[body_at + 2 :]).hex())  # fmt: skip


# -- total


@given(st.text())
@example("0")
@example("")
@example("07")
@example("\ud800")
def test_any_text_gives_a_message_or_undecodable(text: str) -> None:
    assert isinstance(pdu.decode(text), Deliver | Report | OwnDraft | Undecodable)


@given(st.binary(max_size=200))
def test_any_octets_give_a_message_or_undecodable(octets: bytes) -> None:
    message = pdu.decode(octets.hex())
    assert isinstance(message, Deliver | Report | OwnDraft | Undecodable)
    if isinstance(message, Deliver):
        multipart.text_of(message).encode()  # what goes to SQLite never holds a lone surrogate


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_good_message_with_one_octet_changed_or_cut_never_raises(at: int, value: int) -> None:
    octets = bytearray.fromhex(deliver_gsm7("hello world " * 5, header=concatenated(1, 2, 1)))
    if at < len(octets):
        octets[at] = value
    pdu.decode(octets.hex())
    pdu.decode(octets[:at].hex())


@pytest.mark.parametrize("cut", [0, 1, 3, 8, 12, 18, 22])
def test_a_pdu_that_ends_too_early_says_where(cut: int) -> None:
    message = pdu.decode(deliver("你好")[: cut * 2])
    assert isinstance(message, Undecodable)
    assert message.reason.startswith("ends inside the ")


def test_what_is_not_hex_is_undecodable() -> None:
    assert pdu.decode("0006XY") == Undecodable("not hexadecimal")


def test_octets_name_the_field_that_is_missing() -> None:
    with pytest.raises(Short, match="ends inside the sender"):
        Octets(b"\x01").take(2, "sender")


# -- round trips


@given(ANY_TEXT)
@example("😀" * 35 + "a")
@example("中" * 66 + "😀" + "文" * 66)
@example("\u0000\u001b\u0007")
def test_every_text_survives_the_way_out_and_back(text: str) -> None:
    parts = pdu.encode_submit("+8613800138000", text, reference=77, want_report=True)
    assert multipart.join([as_delivered(part) for part in parts]) == text
    assert all(part.length <= 1 + 1 + 9 + 2 + 1 + 140 for part in parts)


@given(GSM7_TEXT)
@example("€" * 77)
@example("a" * 152 + "€")
@example("a" * 160)
@example("a" * 161)
@example("@" * 8)
def test_a_gsm7_text_stays_gsm7_and_survives(text: str) -> None:
    parts = [as_delivered(part) for part in pdu.encode_submit("10086", text, reference=0, want_report=False)]
    assert {part.alphabet for part in parts} == {"gsm7"}
    assert "".join(multipart.text_of(part) for part in parts) == text  # no escape is cut from its letter


@given(st.text(st.sampled_from("你😀𠮷a"), min_size=71, max_size=300))
def test_no_part_ends_inside_a_surrogate_pair(text: str) -> None:
    parts = pdu.encode_submit("10086", text, reference=0, want_report=False)
    assert "\ufffd" not in "".join(multipart.text_of(as_delivered(part)) for part in parts)


def test_rare_surnames_and_emoji_are_sent() -> None:
    part = as_delivered(*pdu.encode_submit("10086", "𠮷先生😀", reference=0, want_report=False))
    assert multipart.text_of(part) == "𠮷先生😀"


def test_a_lone_surrogate_is_sent_as_a_replacement_sign() -> None:
    part = as_delivered(*pdu.encode_submit("10086", "a\ud800b", reference=0, want_report=False))
    assert multipart.text_of(part) == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
     ("中" * 70, 1), ("中" * 71, 2), ("中" * 134, 2), ("中" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2)],
)  # fmt: skip
def test_a_text_takes_no_more_parts_than_it_needs(text: str, parts: int) -> None:
    assert len(pdu.encode_submit("10086", text, reference=0, want_report=False)) == parts


def test_parts_carry_reference_total_and_number() -> None:
    parts = [as_delivered(part) for part in pdu.encode_submit("10086", "中" * 100, reference=200, want_report=True)]
    assert [(part.reference, part.total, part.part) for part in parts] == [(200, 2, 1), (200, 2, 2)]


def test_a_text_of_more_than_255_parts_is_refused_with_its_size() -> None:
    with pytest.raises(TextTooLong) as refused:
        pdu.encode_submit("10086", "中" * 67 * 256, reference=0, want_report=False)
    assert refused.value.parts == 256


# -- addresses of outgoing messages


def test_a_short_code_goes_out_as_of_unknown_kind() -> None:
    (part,) = pdu.encode_submit("12345", "hello", reference=0, want_report=False)
    assert part.hex.startswith("0001" + "00" + "05" + "81" + "2143F5")


def test_an_international_number_goes_out_as_such() -> None:
    (part,) = pdu.encode_submit("+8613800138000", "hello", reference=0, want_report=True)
    assert part.hex.startswith("0021" + "00" + "0D" + "91" + "683108108300F0")
    assert part.length == len(part.hex) // 2 - 1


def test_star_and_hash_are_signs_of_a_number() -> None:
    (part,) = pdu.encode_submit("*100#", "hello", reference=0, want_report=False)
    assert part.hex[6:16] == "05811A00FB"[:10]
    assert pdu.decode(part.hex) == OwnDraft("*100#")


@pytest.mark.parametrize("number", ["", "+", "Hotline", "138 0013", "1" * 21, "12+3", "１２３"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(BadNumber) as refused:
        pdu.encode_submit(number, "hello", reference=0, want_report=False)
    assert refused.value.number == number


# -- incoming messages


def test_a_chinese_message_is_read_whole() -> None:
    message = decoded(deliver("您好，路灯坏了", centre="0891683108200005F0"))
    assert message == Deliver(
        "+8613800138000", "您好，路灯坏了".encode("utf-16-be"), "ucs2",
        datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8))),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Bank", "12345", "Info-SMS", "Abcdefghijk", "@@", "Seven77"])
def test_a_sender_of_letters_is_read(name: str) -> None:
    assert decoded(deliver(sender=letters(name))).sender == name


@pytest.mark.parametrize(
    ("field", "sender"),
    [("05812143F5", "12345"), ("0BA13108108300F0", "13800138000"), ("0391A1B2", "+1*2"), ("0481BADC", "*#ab"),
     ("0091", ""), ("0081", ""), ("0381E1F2", "1c2"), ("00D0", "")],
)  # fmt: skip
def test_a_sender_is_read_as_the_network_gave_it(field: str, sender: str) -> None:
    assert decoded(deliver(sender=field)).sender == sender


@pytest.mark.parametrize("count", range(1, 20))
def test_gsm7_of_every_length_is_read_to_the_last_letter(count: int) -> None:
    assert text_of(deliver_gsm7("@" * count)) == "@" * count
    assert text_of(deliver_gsm7("z" * count)) == "z" * count


# IEI 70 is application data: headers of 3 to 10 octets need every number of fill bits from 0 to 6.
@pytest.mark.parametrize("octets", range(8))
def test_no_letter_is_lost_behind_a_header_with_any_fill_bits(octets: int) -> None:
    header = f"{octets + 2:02X}70{octets:02X}" + "00" * octets
    assert text_of(deliver_gsm7("Hello, all letters", header=header)) == "Hello, all letters"


def test_what_follows_the_text_is_ignored() -> None:
    assert text_of(deliver_gsm7("abc", header=concatenated(1, 2, 1)) + "FFFF") == "abc"
    assert text_of(deliver("你") + "00") == "你"


def test_the_section_sign_is_no_back_quote() -> None:
    assert text_of(deliver(data=packed([0x5F]), coding="00", length=1)) == "§"


def test_the_extension_table_is_read() -> None:
    letters_there = (0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65)
    septets = [code for letter in letters_there for code in (0x1B, letter)]
    assert text_of(deliver(data=packed(septets), coding="00", length=len(septets))) == "\f^{}\\[~]|€"


@pytest.mark.parametrize(("septets", "text"), [([0x1B, 0x41], "A"), ([0x1B, 0x1B, 0x41], " A"), ([0x41, 0x1B], "A")])
def test_an_escape_to_nowhere_shows_the_basic_letter(septets: list[int], text: str) -> None:
    assert text_of(deliver(data=packed(septets), coding="00", length=len(septets))) == text


def test_half_a_sign_at_the_end_of_a_part_is_kept_for_joining() -> None:
    message = decoded(deliver(data="4F60D842"))
    assert message.body == bytes.fromhex("4F60D842")
    assert multipart.text_of(message) == "你\ufffd"


def test_an_odd_last_octet_of_ucs2_is_dropped() -> None:
    assert decoded(deliver(data="4F6059")).body == bytes.fromhex("4F60")


def test_octets_of_no_alphabet_are_shown_as_hex() -> None:
    message = decoded(deliver(data="00FF10", coding="04"))
    assert (message.alphabet, message.body) == ("8bit", b"\x00\xff\x10")
    assert multipart.text_of(message) == "00 FF 10"


@pytest.mark.parametrize(
    ("data_coding", "alphabet"),
    [(0x00, "gsm7"), (0x04, "8bit"), (0x08, "ucs2"), (0x0C, "gsm7"), (0x10, "gsm7"), (0x15, "8bit"), (0x18, "ucs2"),
     (0x20, "8bit"), (0x28, "8bit"), (0x40, "gsm7"), (0x44, "8bit"), (0x48, "ucs2"), (0x58, "ucs2"), (0x78, "8bit"),
     (0x80, "gsm7"), (0xB4, "gsm7"), (0xC0, "gsm7"), (0xC8, "gsm7"), (0xD8, "gsm7"), (0xE0, "ucs2"), (0xE8, "ucs2"),
     (0xF0, "gsm7"), (0xF2, "gsm7"), (0xF4, "8bit"), (0xF6, "8bit")],
)  # fmt: skip
def test_every_data_coding_group_names_its_alphabet(data_coding: int, alphabet: str) -> None:
    assert alphabet_of(data_coding) == alphabet


def test_a_flash_message_in_chinese_is_read() -> None:
    assert text_of(deliver("紧急", coding="18")) == "紧急"


def test_a_message_with_its_time_stamp_broken_is_still_a_message() -> None:
    assert decoded(deliver("你好", time="62A12221000023")).sent_at is None


@pytest.mark.parametrize(
    ("octets", "moment"),
    [("62112221000023", datetime(2026, 11, 22, 4, 0, tzinfo=UTC)),
     ("6211222100000A", datetime(2026, 11, 22, 17, 0, tzinfo=UTC)),
     ("62112221000000", datetime(2026, 11, 22, 12, 0, tzinfo=UTC)),
     ("00000000000000", None), ("62311221000023", None), ("62112242000023", None),
     ("6211222100006F", datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
     ("FFFFFFFFFFFFFF", None), ("001010000000F7", None)],
)  # fmt: skip
def test_a_time_stamp_is_a_moment_or_nothing(octets: str, moment: datetime | None) -> None:
    assert timestamp(bytes.fromhex(octets)) == moment


def test_both_sizes_of_reference_are_read() -> None:
    message = decoded(deliver("你", header="06080412340302"))
    assert (message.reference, message.total, message.part) == (0x1234, 3, 2)


@pytest.mark.parametrize(
    "header",
    ["050003070000", "050003070203", "050003070200", "0400020702", "0500030702", "0508030702 01", "027000", "0100"],
)
def test_a_broken_or_foreign_concatenation_is_ignored(header: str) -> None:
    assert concatenation(bytes.fromhex(header)[1:]) is None


def test_the_last_of_two_concatenations_counts() -> None:
    both = concatenation(bytes.fromhex("00030102010003090302"))
    assert both is not None
    assert (both.reference, both.total, both.part) == (9, 3, 2)


def test_a_message_of_one_part_with_a_reference_is_a_single() -> None:
    message = decoded(deliver("你", header=concatenated(9, 1, 1)))
    assert (message.reference, message.total, message.part) == (None, 1, 1)


def test_a_header_longer_than_the_text_is_undecodable() -> None:
    assert pdu.decode(deliver(data="0900", header="20")) == Undecodable("ends inside the text header")


def test_a_header_that_is_announced_but_empty_is_a_message_without_text() -> None:
    octets = bytearray.fromhex(deliver(data="", length=0))
    octets[1] |= 0x40
    assert decoded(octets.hex()).body == b""


def test_the_reserved_message_type_is_read_like_a_delivered_message() -> None:
    octets = bytearray.fromhex(deliver("你好"))
    octets[1] |= 0b11
    assert text_of(octets.hex()) == "你好"


# -- status reports, drafts, lengths


def test_a_status_report_is_read() -> None:
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8)))
    assert pdu.decode(report(200, 0x30)) == Report(200, "+8613800138000", 0x30, ReportState.TRYING, noon, noon)


def test_a_status_report_without_times_is_still_a_report() -> None:
    message = pdu.decode(report(time="00000000000000"))
    assert isinstance(message, Report)
    assert (message.sent_at, message.done_at) == (None, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [(0x00, "delivered"), (0x02, "delivered"), (0x1F, "delivered"), (0x20, "trying"), (0x3F, "trying"),
     (0x40, "failed"), (0x60, "failed"), (0x7F, "failed"), (0x80, "failed"), (0xFF, "failed")],
)  # fmt: skip
def test_still_trying_is_neither_delivered_nor_failed(status: int, state: str) -> None:
    assert pdu.report_state(status) == state


def test_an_own_draft_on_the_sim_is_no_message() -> None:
    assert pdu.decode("0001000B913108108300F00008044F60597D") == OwnDraft("+13800138000")


def test_the_length_the_module_should_have_listed_is_known() -> None:
    (part,) = pdu.encode_submit("10086", "hello", reference=0, want_report=False)
    assert pdu.tpdu_octets(part.hex) == part.length
    assert pdu.tpdu_octets("07" + "00" * 7 + "AABB") == 2
    assert pdu.tpdu_octets("") is None
    assert pdu.tpdu_octets("0X") is None


def test_the_alphabet_has_every_septet_once() -> None:
    assert len(pdu.BASIC) == 128
    assert len(set(pdu.BASIC)) == 128
    assert len(pdu.TO_SEPTETS) == 127 + len(pdu.EXTENSION)


@given(st.text(string.digits, min_size=1, max_size=20), st.booleans())
def test_every_number_is_read_back_as_it_was_written(bare: str, is_international: bool) -> None:
    number = "+" + bare if is_international else bare
    (part,) = pdu.encode_submit(number, "", reference=0, want_report=False)
    assert pdu.decode(part.hex) == OwnDraft(number)
    assert part.hex[6:10 + (len(bare) + 1) // 2 * 2] == address(number)  # fmt: skip
