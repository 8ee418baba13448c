"""Caller id of landline modems: every form they tell it in, and everything that may go wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.voice_caller_id import (
    BLANK_S,
    FRESH_S,
    MOST_KEYS,
    Absence,
    CallerId,
    CallerIdReader,
    is_caller_id,
    read_dtmf,
    read_packet,
)

NUMBER = "13800138000"


def tell(*lines: str, reader: CallerIdReader | None = None) -> list[CallerId]:
    """What is told while these lines come 100 ms apart, and after the blank behind them."""
    reader = reader or CallerIdReader()
    told = [each for at, line in enumerate(lines) for each in reader.feed(line, at / 10)]
    return told + reader.tick(len(lines) / 10 + BLANK_S)


def known(*lines: str) -> CallerId:
    """The last and fullest of what is told."""
    return tell(*lines)[-1]


def parameter(kind: int, value: str) -> bytes:
    raw = value.encode("latin-1")
    return bytes((kind, len(raw))) + raw


def packet(kind: int, body: bytes) -> bytes:
    whole = bytes((kind, len(body))) + body
    return whole + bytes((-sum(whole) % 256,))


MULTIPLE = packet(0x80, parameter(1, "03151042") + parameter(2, NUMBER) + parameter(7, "WANG FANG"))
SINGLE = packet(0x04, f"03151042{NUMBER}".encode())


def test_a_formatted_record_is_read_whole() -> None:
    lines = ("DATE=0315", "TIME=1042", f"NMBR={NUMBER}", "NAME=WANG FANG")
    assert tell(*lines)[-1] == CallerId(NUMBER, "WANG FANG", sent_at="03151042")


def test_blanks_about_the_sign_change_nothing() -> None:
    spaced = ("DATE = 0315", "TIME = 1042", f"NMBR = {NUMBER} ", " NAME = WANG FANG")
    assert known(*spaced) == CallerId(NUMBER, "WANG FANG", sent_at="03151042")


def test_the_number_is_told_the_moment_it_comes_and_nobody_waits_for_a_name() -> None:
    reader = CallerIdReader()
    reader.feed("DATE=0315", 0.0)
    reader.feed("TIME=1042", 0.1)
    assert reader.feed(f"NMBR={NUMBER}", 0.2) == [CallerId(NUMBER, sent_at="03151042")]
    assert reader.tick(0.2 + BLANK_S) == []
    assert reader.next_deadline() is None


def test_a_name_that_follows_makes_the_id_fuller() -> None:
    assert tell(f"NMBR={NUMBER}", "NAME=WANG") == [CallerId(NUMBER), CallerId(NUMBER, "WANG")]


@pytest.mark.parametrize(
    "end",
    [
        lambda reader: reader.feed("RING", 1.0),
        lambda reader: reader.ring(1.0),
        lambda reader: reader.tick(BLANK_S),
        lambda reader: reader.feed("anything", BLANK_S),
        lambda reader: reader.key("5", BLANK_S),
    ],
)
def test_a_name_without_number_is_told_when_the_record_is_over(end: object) -> None:
    reader = CallerIdReader()
    assert reader.feed("NAME=WANG FANG", 0.0) == []
    assert end(reader) == [CallerId(None, "WANG FANG")]  # type: ignore[operator]


def test_a_record_is_over_when_its_four_fields_are_there() -> None:
    reader = CallerIdReader()
    for line in ("NAME=LI", f"NMBR={NUMBER}", "TIME=1042"):
        reader.feed(line, 0.0)
    assert reader.feed("DATE=0315", 0.1) == [CallerId(NUMBER, "LI", sent_at="03151042")]
    assert reader.next_deadline() is None


def test_a_field_that_comes_again_begins_the_next_record() -> None:
    told = tell("NAME=LI", f"NMBR={NUMBER}", "NMBR=0571888800", "NAME=WANG")
    assert told[-1] == CallerId("0571888800", "WANG")


def test_a_record_without_anything_to_say_says_nothing() -> None:
    assert tell("DATE=0315", "TIME=1042") == []
    assert tell("NAME=O", "NMBR=") == []


def test_lines_of_another_kind_change_nothing() -> None:
    assert tell("OK", "CONNECT", f"NMBR={NUMBER}", "+FCLASS: 8") == [CallerId(NUMBER)]


@pytest.mark.parametrize("word", ["P", "PRIVATE", "ANONYMOUS", "WITHHELD", "p"])
def test_a_private_number_is_withheld(word: str) -> None:
    assert known(f"NMBR={word}") == CallerId("", absence=Absence.PRIVATE)


@pytest.mark.parametrize("word", ["O", "OUT OF AREA", "UNAVAILABLE"])
def test_a_number_the_network_does_not_know_is_not_withheld(word: str) -> None:
    assert known(f"NMBR={word}") == CallerId(None, absence=Absence.UNAVAILABLE)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (NUMBER, NUMBER),
        ("+86 138-0013-8000", "+8613800138000"),
        ("013800138000", "013800138000"),  # appliance.people.numbers knows what to do with the 0
        ("(0571) 8888.0000", "057188880000"),
        ("D13800138000C", NUMBER),
        ("110", "110"),
    ],
)
def test_numbers_come_in_many_shapes(written: str, number: str) -> None:
    assert known(f"NMBR={written}").number == number


@pytest.mark.parametrize("written", ["138001x8000", "1380+0138", "12", "1" * 21])
def test_a_number_that_cannot_be_right_is_doubtful(written: str) -> None:
    caller = known(f"NMBR={written}")
    assert caller.number is None
    assert caller.doubtful == "".join(filter(str.isdigit, written))


def test_other_names_of_the_fields_are_known() -> None:
    assert known(f"CALLER NUMBER: {NUMBER}").number == NUMBER
    assert known("CALLER NAME: LI").name == "LI"
    assert tell("CIDM=1", "FLASH=1", "DDN_NMBR=12345", "NDID=1") == []


@pytest.mark.parametrize("date", ["1315", "0230x", "00", "ab15"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    told = known(f"NMBR={NUMBER}", f"DATE={date}", "TIME=1042")
    assert told.sent_at in ("", "02301042")


def test_a_name_is_shown_without_what_no_screen_shows() -> None:
    assert known("NAME=WA\x00NG\x07 " + "x" * 200).name == "WANG " + "x" * 75


# -- raw


@pytest.mark.parametrize("before", ["", "5555555555", " "])
@pytest.mark.parametrize("raw", [MULTIPLE, SINGLE])
def test_a_line_of_hex_is_a_packet(before: str, raw: bytes) -> None:
    assert known(before + raw.hex().upper()).number == NUMBER
    assert known(before + raw.hex()).sent_at == "03151042"


def test_a_packet_in_a_message_field_is_read() -> None:
    assert known(f"MESG={MULTIPLE.hex()}") == CallerId(NUMBER, "WANG FANG", sent_at="03151042")
    assert known("MESG = " + " ".join(f"{byte:02X}" for byte in SINGLE)).number == NUMBER


def test_single_parameters_in_a_message_field_are_read() -> None:
    assert known(f"MESG={parameter(2, NUMBER).hex()}").number == NUMBER
    assert known("MESG=040150").absence is Absence.PRIVATE
    assert known(f"MESG={parameter(7, 'LI').hex()}", f"NMBR={NUMBER}") == CallerId(NUMBER, "LI")


@pytest.mark.parametrize("text", ["", "0", "xyz", "07", "07FF41", "é"])
def test_a_message_that_is_none_is_no_trouble(text: str) -> None:
    told = tell(f"MESG={text}", f"NMBR={NUMBER}")
    assert told[-1].number == NUMBER


def test_the_reason_for_no_number_is_read_from_packets() -> None:
    assert read_packet(packet(0x80, parameter(1, "03151042") + parameter(4, "P"))).absence is Absence.PRIVATE
    assert read_packet(packet(0x80, parameter(4, "O"))).absence is Absence.UNAVAILABLE
    assert read_packet(packet(0x04, b"03151042P")).number == ""


@pytest.mark.parametrize("at", range(2, len(MULTIPLE)))
def test_a_wrong_byte_makes_a_packets_number_doubtful(at: int) -> None:
    broken = bytearray(MULTIPLE)
    broken[at] ^= 0x01
    caller = read_packet(bytes(broken))
    assert caller.number is None


@pytest.mark.parametrize("length", range(8, len(MULTIPLE)))
def test_a_packet_that_breaks_off_gives_its_number_as_doubtful(length: int) -> None:
    caller = read_packet(MULTIPLE[:length])
    assert caller.number is None
    assert caller.doubtful == (NUMBER if length >= 25 else MULTIPLE[14:length].decode() if length > 16 else "")


@given(st.binary(min_size=1, max_size=8), st.integers(0, 7))
def test_every_single_bit_error_is_found(name: bytes, bit: int) -> None:
    body = parameter(2, NUMBER) + parameter(7, name.decode("latin-1"))
    whole = bytearray(packet(0x80, body))
    whole[len(whole) // 2] ^= 1 << bit
    assert read_packet(bytes(whole)).number is None


# -- DTMF


@pytest.mark.parametrize("start", "ABCD*#")
@pytest.mark.parametrize("stop", "ABCD*#")
def test_any_symbol_may_start_and_stop_a_number_sent_in_keys(start: str, stop: str) -> None:
    reader = CallerIdReader()
    told = [each for at, key in enumerate(start + NUMBER + stop) for each in reader.key(key, at / 10)]
    assert told == [CallerId(NUMBER)]
    assert known(start + NUMBER + stop).number == NUMBER


def test_a_number_in_keys_that_lost_its_stop_is_told_at_the_ring() -> None:
    reader = CallerIdReader()
    assert [each for key in "D" + NUMBER for each in reader.key(key, 0.0)] == []
    assert reader.feed("RING", 0.4) == [CallerId(NUMBER)]


def test_the_number_that_forwarded_the_call_is_not_the_callers() -> None:
    reader = CallerIdReader()
    told = [each for key in f"A{NUMBER}D057188880000C" for each in reader.key(key, 0.0)]
    assert told + reader.ring(1.0) == [CallerId(NUMBER)]


def test_codes_in_keys_say_why_there_is_no_number() -> None:
    assert read_dtmf("B10C").absence is Absence.PRIVATE
    assert read_dtmf("B00C").absence is Absence.UNAVAILABLE
    assert read_dtmf("D") == read_dtmf("") == read_dtmf("12C") == CallerId()


def test_keys_without_end_cost_nothing() -> None:
    reader = CallerIdReader()
    for at in range(1000):
        reader.key("5", at / 100)
    assert len(reader._record.keys) <= MOST_KEYS
    assert reader.ring(10.0) == []


# -- calls


def test_an_id_before_the_first_ring_belongs_to_it() -> None:
    reader = CallerIdReader()
    reader.feed(f"NMBR={NUMBER}", 0.0)
    assert reader.feed("RING", 1.0) == []
    assert reader.recent(1.0) == CallerId(NUMBER)


def test_an_old_id_belongs_to_nobody() -> None:
    reader = CallerIdReader()
    assert reader.recent(0.0) is None
    reader.feed(f"NMBR={NUMBER}", 0.0)
    assert reader.recent(FRESH_S + 0.1) is None


def test_nothing_of_a_call_that_is_over_is_left() -> None:
    reader = CallerIdReader()
    reader.feed("NAME=LI", 0.0)
    reader.forget()
    assert reader.tick(100.0) == []
    assert reader.recent(0.1) is None


def test_an_id_told_after_every_ring_is_told_as_the_same() -> None:
    told = tell(f"NMBR={NUMBER}", "RING", f"NMBR={NUMBER}", "RING")
    assert set(told) == {CallerId(NUMBER)}


@pytest.mark.parametrize("line", ["NMBR=1", "NAME = x", "MESG=04", "FLASH=1", SINGLE.hex(), MULTIPLE.hex(), "D110C"])
def test_parts_of_a_caller_id_are_known_as_such(line: str) -> None:
    assert is_caller_id(line)


@pytest.mark.parametrize(
    "line", ["RING", "OK", "", "+VSM: 1", "0413", "8000", "A5", "CONNECT", "NUMBERS", "=1", "1380", "0401500000000000"]
)
def test_other_lines_are_none(line: str) -> None:
    assert not is_caller_id(line)


PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["RING", "NMBR=", "NAME=", "DATE=0315", "TIME=1042", MULTIPLE.hex(), SINGLE.hex(), "MESG="]),
    st.builds("{}={}".format, st.sampled_from(["NMBR", "NAME", "DATE", "TIME", "MESG"]), st.text(max_size=20)),
    st.binary(max_size=60).map(bytes.hex),
    st.binary(max_size=60).map(lambda raw: "80" + raw.hex()),
    st.binary(max_size=60).map(lambda raw: "MESG=04" + raw.hex()),
)


@given(st.lists(st.tuples(PIECES, st.sampled_from("0123456789ABCD*#"), st.floats(0, 5), st.booleans()), max_size=30))
def test_any_input_gives_ids_that_make_sense(steps: list[tuple[str, str, float, bool]]) -> None:
    reader, now_s, told = CallerIdReader(), 0.0, []
    for line, key, after_s, is_key in steps:
        now_s += after_s
        told += reader.key(key, now_s) if is_key else reader.feed(line, now_s)
        deadline_s = reader.next_deadline()
        assert deadline_s is None or now_s < deadline_s <= now_s + BLANK_S
    told += reader.tick(now_s + BLANK_S)
    assert reader.next_deadline() is None
    for caller in told:
        assert caller != CallerId()
        assert caller.number is None or caller.number == "" or 3 <= len(caller.number.lstrip("+")) <= 20
        assert (caller.absence is Absence.PRIVATE) <= (caller.number is not None)
        assert caller.name.isprintable()


@given(st.text())
def test_whatever_is_part_of_an_id_can_be_fed(line: str) -> None:
    is_caller_id(line)
    CallerIdReader().feed(line, 0.0)


@given(st.binary(min_size=2))
def test_any_packet_can_be_read(raw: bytes) -> None:
    read_packet(raw)
