"""Caller ids: the bytes an exchange sends, and the lines a modem prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from modem.simulator.voice.caller_id import CallerId
from tests.modem.simulator.voice.bench import VoiceBench

AT = datetime(2026, 11, 22, 10, 13)
KNOWN = CallerId("13900001111", "LI MING", at=AT)


def fields(message: bytes) -> dict[int, str]:
    assert sum(message) % 256 == 0
    assert message[0] == 0x80
    assert message[1] == len(message) - 3
    found, place = {}, 2
    while place < len(message) - 1:
        kind, length = message[place], message[place + 1]
        found[kind] = message[place + 2 : place + 2 + length].decode()
        place += 2 + length
    return found


def test_a_whole_message_has_time_number_and_name() -> None:
    assert fields(KNOWN.message()) == {1: "11221013", 2: "13900001111", 7: "LI MING"}


@pytest.mark.parametrize("why", ["P", "O"])
def test_the_reason_stands_where_number_and_name_would(why: str) -> None:
    assert fields(CallerId(missing=why, at=AT).message()) == {1: "11221013", 4: why, 8: why}
    assert CallerId(missing=why, at=AT).lines(raw=False, spaces=False) == (
        "DATE=1122",
        "TIME=1013",
        f"NMBR={why}",
        f"NAME={why}",
    )


def test_the_single_form_is_time_and_number() -> None:
    message = replace(KNOWN, is_single=True).message()
    assert message[:2] == b"\x04\x13"
    assert message[2:-1] == b"1122101313900001111"
    assert sum(message) % 256 == 0


def test_a_name_may_come_without_a_number() -> None:
    found = CallerId(name="LI MING", missing="O", at=AT)
    assert fields(found.message()) == {1: "11221013", 4: "O", 7: "LI MING"}
    assert found.lines(raw=False, spaces=True)[2:] == ("NMBR = O", "NAME = LI MING")


def told(bench: VoiceBench, **ring: object) -> bytes:
    """What the modem says until after the second ring."""
    assert bench.ask("ring", **ring)["state"] == "ringing"
    bench.later(8.0)
    return bench.take()


def test_a_formatted_id_comes_between_the_first_and_the_second_ring() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    assert told(bench, number="13900001111", name="LI MING") == (
        b"\r\nRING\r\n\r\nDATE=1122\r\nTIME=1013\r\nNMBR=13900001111\r\nNAME=LI MING\r\n\r\nRING\r\n"
    )


def test_chinas_usual_id_has_no_name_and_is_asked_for() -> None:
    bench = VoiceBench("conexant")
    bench.at("AT+VCID=1")
    assert b"\r\nDATE = 1122\r\nTIME = 1013\r\nNMBR = 13900001111\r\n\r\nRING" in told(bench, number="13900001111")
    silent = VoiceBench()
    assert told(silent, number="13900001111") == b"\r\nRING\r\n\r\nRING\r\n"


@pytest.mark.parametrize(
    ("ring", "number"), [({"private": True}, b"P"), ({"private": "O"}, b"O"), ({"number": ""}, b"O")]
)
def test_private_and_unknown_callers(ring: dict[str, object], number: bytes) -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    assert b"NMBR=" + number + b"\r\n" in told(bench, **ring)


def test_nothing_is_told_without_the_service() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    assert told(bench, number="13900001111", id="none") == b"\r\nRING\r\n\r\nRING\r\n"


def test_raw_ids_are_hex() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=2")
    said = told(bench, number="13900001111", single=True)
    message = bytes.fromhex(said.split(b"MESG=")[1].split(b"\r")[0].decode())
    assert message[2:-1] == b"1122101313900001111"


def test_a_message_the_chip_does_not_understand_is_hex_too() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    said = told(bench, number="13900001111", id="raw")
    assert fields(bytes.fromhex(said.split(b"MESG=")[1].split(b"\r")[0].decode()))[2] == "13900001111"


def test_an_id_may_come_before_the_first_ring() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    said = told(bench, number="13900001111", before_first=True)
    assert said.index(b"NMBR") < said.index(b"RING")
    assert said.count(b"NMBR") == 1


def test_ids_in_keys_want_a_chip_that_knows_them_and_the_switch() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    assert b"NMBR" not in told(bench, number="13900001111", id="dtmf")
    bench = VoiceBench()
    bench.at("AT+VCID=1;+VCDT=1")
    said = told(bench, number="13900001111", id="dtmf", name="LI MING")
    assert said.startswith(b"\r\nNMBR=13900001111\r\n\r\nRING\r\n")
    assert VoiceBench("usr").at("AT+VCDT=1") == ["ERROR"]


@pytest.mark.parametrize(
    ("profile", "first"), [("plain", b"\x10D\x101\x103"), ("chatty", b"\x10/\x10D\x10~\x10/\x101")]
)
def test_some_chips_tell_ids_in_keys_as_events_key_by_key(profile: str, first: bytes) -> None:
    bench = VoiceBench(profile)
    bench.at("AT+FCLASS=8")
    said = told(bench, number="13900001111", id="dtmf")
    assert said.startswith(first)
    assert bytes(byte for byte in said.partition(b"\r")[0] if byte in b"0123456789ABCD*#") == b"D13900001111C"
    assert b"NMBR" not in said


def test_a_withheld_number_is_sent_in_no_keys() -> None:
    assert CallerId("13900001111", missing="P").keys() == []


def test_answering_after_the_first_ring_kills_the_id() -> None:
    bench = VoiceBench()
    bench.at("AT+VCID=1")
    bench.answered()
    bench.later(5.0)
    assert b"NMBR" not in bench.take()
    assert bench.ask("calls")["current"][0]["id_told"] is False


def test_some_chips_forget_after_each_call() -> None:
    bench = VoiceBench("chatty")
    bench.at("AT+VCID=1")
    bench.answered()
    assert bench.at("AT+VLS=0")[-1] == "OK"
    assert bench.at("AT+VCID?") == ["0", "OK"]


def test_some_chips_take_the_switch_in_class_8_alone_and_keep_it_in_class_0() -> None:
    bench = VoiceBench("classy", voice=False)
    assert bench.at("AT+VCID=1") == ["ERROR"]
    bench.at("AT+FCLASS=8")
    assert bench.at("AT+VCID=1") == ["OK"]
    bench.at("AT+FCLASS=0")
    assert b"NMBR=13900001111" in told(bench, number="13900001111")


def test_a_data_modem_tells_numbers_too() -> None:
    bench = VoiceBench("novoice", voice=False)
    assert bench.at("AT+FCLASS=8") == ["ERROR"]
    assert bench.at("AT+VLS=1") == ["ERROR"]
    assert bench.at("AT+FCLASS=?") == ["0,1", "OK"]
    assert bench.at("AT+VCID=1") == ["OK"]
    assert b"NMBR=13900001111" in told(bench, number="13900001111")
