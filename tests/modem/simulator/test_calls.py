"""Calls in and out, as the module shows them and as the town hears them."""

from __future__ import annotations

import pytest

from tests.modem.simulator.bench import CITIZEN, OTHER, Bench, lines


@pytest.fixture
def bench() -> Bench:
    return Bench()


def current(bench: Bench) -> list[tuple[object, object]]:
    return [(call["number"], call["state"]) for call in bench.ask("calls")["current"]]


def ends(bench: Bench) -> list[object]:
    return [call["why"] for call in bench.ask("calls")["past"]]


# incoming


def test_it_rings_every_five_seconds_until_answered(bench: Bench) -> None:
    assert bench.ask("ring", number=CITIZEN) == {
        "ok": True,
        "call": 1,
        "state": "incoming",
        "why": "",
        "forwarded_to": "",
    }
    bench.later(11)
    assert lines(bench.take()) == ["RING"] * 3
    assert bench.at("ATA") == ["OK"]
    bench.later(20)
    assert bench.take() == b""
    assert current(bench) == [(CITIZEN, "active")]


def test_the_number_follows_the_ring_if_clip_is_on(bench: Bench) -> None:
    bench.at("AT+CLIP=1;+CRC=1")
    bench.ask("ring", number=OTHER)
    assert lines(bench.take()) == ["+CRING: VOICE"]
    bench.later(0.1)
    assert lines(bench.take()) == [f'+CLIP: "{OTHER}",145,,,,0']
    assert bench.at("AT+CLIP?") == ["+CLIP: 1,1", "OK"]


def test_a_withheld_number_is_empty_and_says_so(bench: Bench) -> None:
    bench.at("AT+CLIP=1")
    bench.ask("ring")
    bench.later(0.1)
    assert lines(bench.take()) == ["RING", '+CLIP: "",128,,,,1']
    assert bench.at("AT+CLCC") == ['+CLCC: 1,1,4,0,0,"",128', "OK"]


def test_ucs2_turns_the_number_into_hex_as_many_modules_do(bench: Bench) -> None:
    bench.at('AT+CLIP=1;+CSCS="UCS2"')
    bench.ask("ring", number="10086")
    bench.later(0.1)
    assert '+CLIP: "00310030003000380036",129,,,,0' in lines(bench.take())


def test_clcc_shows_each_step(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.take()
    assert bench.at("AT+CLCC") == [f'+CLCC: 1,1,4,0,0,"{CITIZEN}",129', "OK"]
    bench.at("ATA")
    assert bench.at("AT+CLCC") == [f'+CLCC: 1,1,0,0,0,"{CITIZEN}",129', "OK"]
    bench.at("AT+CHUP")
    assert bench.at("AT+CLCC") == ["OK"]
    assert ends(bench) == ["local"]


def test_the_caller_gives_up(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.ask("hangup")
    assert lines(bench.take()) == ["RING", "NO CARRIER"]
    assert ends(bench) == ["remote"]
    assert bench.at("ATA") == ["NO CARRIER"]


def test_the_network_gives_up_after_a_minute(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.later(59)
    assert current(bench) == [(CITIZEN, "incoming")]
    bench.later(2)
    assert lines(bench.take())[-1] == "NO CARRIER"
    assert ends(bench) == ["no_answer"]


def test_ath_refuses_a_ringing_call_silently(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.take()
    assert bench.at("ATH") == ["OK"]
    bench.later(20)
    assert bench.take() == b""


def test_ath_does_nothing_where_cvhu_is_1() -> None:
    bench = Bench("quectel")
    bench.ask("ring", number=CITIZEN)
    bench.take()
    assert bench.at("ATH") == ["OK"]
    assert current(bench) == [(CITIZEN, "incoming")]
    bench.at("AT+CVHU=0")
    bench.at("ATH")
    assert current(bench) == []


def test_s0_answers_after_so_many_rings(bench: Bench) -> None:
    bench.at("ATS0=2")
    assert bench.at("ATS0?") == ["002", "OK"]
    bench.ask("ring", number=CITIZEN)
    bench.later(9)
    assert lines(bench.take()) == ["RING"] * 2
    bench.later(2)
    assert current(bench) == [(CITIZEN, "active")]


def test_a_second_caller_hears_busy_or_waits(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    assert bench.ask("ring", number=OTHER)["why"] == "busy"
    bench.at("AT+CCWA=1,1")
    assert bench.at("AT+CCWA=1,2") == ["+CCWA: 1,1", "OK"]
    bench.take()
    bench.later(1)
    bench.ask("ring", number=OTHER)
    assert lines(bench.take()) == [f'+CCWA: "{OTHER}",145,1']
    assert bench.at("AT+CLCC") == [
        f'+CLCC: 1,1,0,0,0,"{CITIZEN}",129',
        f'+CLCC: 2,1,5,0,0,"{OTHER}",145',
        "OK",
    ]


def test_who_waits_rings_when_the_line_is_free(bench: Bench) -> None:
    bench.ask("set", call_waiting=True)
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    bench.ask("ring", number=OTHER)
    assert sorted(bench.at("AT+CHUP")) == ["OK", "RING"]
    assert current(bench) == [(OTHER, "incoming")]


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("0", [(CITIZEN, "active")]),
        ("1", [(OTHER, "active")]),
        ("2", [(CITIZEN, "held"), (OTHER, "active")]),
    ],
)
def test_chld_sorts_out_two_calls(bench: Bench, what: str, left: list[tuple[str, str]]) -> None:
    bench.ask("set", call_waiting=True)
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    bench.ask("ring", number=OTHER)
    assert bench.at(f"AT+CHLD={what}") == ["OK"]
    assert current(bench) == left
    bench.later(10)
    assert bench.take() == b""


def test_swapping_brings_the_held_call_back(bench: Bench) -> None:
    bench.ask("set", call_waiting=True)
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    bench.ask("ring", number=OTHER)
    bench.at("AT+CHLD=2")
    bench.at("AT+CHLD=2")
    assert current(bench) == [(CITIZEN, "active"), (OTHER, "held")]
    assert bench.at("AT+CHLD=7") == ["ERROR"]


def test_a_box_that_cannot_be_reached_does_not_ring(bench: Bench) -> None:
    bench.at("AT+CFUN=4")
    bench.take()
    assert bench.ask("ring", number=CITIZEN)["why"] == "unreachable"
    assert bench.take() == b""


def test_keys_are_told_if_the_makers_switch_is_on(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    assert bench.ask("dtmf", digits="1")["heard"] is False
    bench.at("ATA")
    assert bench.ask("dtmf", digits="1")["heard"] is False
    bench.at("AT+DDET=1")
    bench.take()
    assert bench.ask("dtmf", digits="5#")["heard"] is True
    bench.later(1)
    assert lines(bench.take()) == ["+DTMF: 5", "+DTMF: #"]
    assert bench.say("dtmf", digits="x")["ok"] is False


@pytest.mark.parametrize(
    ("maker", "switch", "said"),
    [
        ("quectel", "AT+QTONEDET=1", "+QTONEDET: 53"),
        ("simcom", "AT+DDET=1", "+RXDTMF: 5"),
        ("huawei", "AT^DDTMFCFG=0,1", "^DDTMF: 5"),
        ("e173", "AT^DDTMFCFG=0,1", "^DDTMF:5"),
        ("a7670", "AT+DDET=1", "+RXDTMF: 5"),
        ("sim800", "AT+DDET=1", "+DTMF: 5"),
        ("air724", "AT+DTMFDET=1", "+DTMFDET: 53"),
    ],
)
def test_makers_have_their_own_words_for_keys(maker: str, switch: str, said: str) -> None:
    bench = Bench(maker)
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    assert bench.at(switch) == ["OK"]
    bench.ask("dtmf", digits="5")
    bench.later(1)
    assert said in lines(bench.take())
    other = "AT+QTONEDET=1" if "DDET" in switch else "AT+DDET=1"
    assert bench.at(other) == ["COMMAND NOT SUPPORT" if maker == "e173" else "ERROR"]


# outgoing


def test_a_call_is_dialled_rings_and_is_answered(bench: Bench) -> None:
    assert bench.at(f"ATD{CITIZEN};") == ["OK"]
    assert current(bench) == [(CITIZEN, "dialing")]
    bench.later(1)
    assert current(bench) == [(CITIZEN, "alerting")]
    bench.ask("pickup")
    assert bench.at("AT+CLCC") == [f'+CLCC: 1,0,0,0,0,"{CITIZEN}",129', "OK"]
    assert bench.at("AT+VTS=5;+VTS=#") == ["OK"]
    assert bench.at('AT+VTS="12"') == ["OK"]
    assert bench.ask("calls")["current"][0]["keys_heard"] == "5#12"
    bench.ask("hangup")
    assert lines(bench.take()) == ["NO CARRIER"]


def test_a_busy_number_says_busy(bench: Bench) -> None:
    bench.at(f"ATD{CITIZEN};")
    bench.ask("refuse")
    assert lines(bench.take()) == ["BUSY"]


def test_a_call_nobody_answers_ends_after_a_minute(bench: Bench) -> None:
    bench.at(f"ATD{CITIZEN};")
    bench.later(61)
    assert lines(bench.take()) == ["NO ANSWER"]


def test_citizens_may_pick_up_by_themselves(bench: Bench) -> None:
    bench.ask("set", answer_after_s=3)
    bench.at(f"ATD{CITIZEN};")
    bench.later(4)
    assert current(bench) == [(CITIZEN, "active")]


@pytest.mark.parametrize("line", [f"ATD{CITIZEN}", "ATD;", "ATDxyz;"])
def test_what_cannot_be_dialled_ends_with_no_carrier(bench: Bench, line: str) -> None:
    assert bench.at(line) == ["NO CARRIER"]
    assert current(bench) == []


def test_no_call_goes_out_without_network(bench: Bench) -> None:
    bench.ask("fault", no_network=True)
    assert bench.at(f"ATD{CITIZEN};") == ["NO CARRIER"]


def test_the_line_may_go_on_after_the_number(bench: Bench) -> None:
    assert bench.at(f"ATDT{CITIZEN};+CSQ") == ["+CSQ: 21,99", "OK"]


def test_keys_need_a_call(bench: Bench) -> None:
    assert bench.at("AT+VTS=5") == ["ERROR"]


def test_losing_the_network_ends_the_call(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    bench.ask("set", registered=False)
    bench.later(1)
    assert lines(bench.take()) == ["NO CARRIER"]


@pytest.mark.parametrize(
    ("maker", "told"),
    [
        ("generic", ["NO CARRIER"]),
        ("simcom", ["VOICE CALL: BEGIN", "VOICE CALL: END: 000012", "NO CARRIER"]),
        ("huawei", ["^ORIG:1,0", "^CONF:1", "^CONN:1,0", "^CEND:1,12,29,16"]),
        ("a7670", ["VOICE CALL: BEGIN", "VOICE CALL: END: 000012", "NO CARRIER"]),
        ("sim800", ["NO CARRIER"]),
        ("air724", ["CONNECT", "NO CARRIER"]),
    ],
)
def test_makers_have_their_own_words_for_a_call(maker: str, told: list[str]) -> None:
    bench = Bench(maker)
    heard = [line for line in bench.at(f"ATD{CITIZEN};") if line != "OK"]
    bench.later(1)
    bench.ask("pickup")
    bench.later(12)
    bench.ask("hangup")
    assert heard + lines(bench.take()) == told


def test_a_call_that_is_over_cannot_be_touched(bench: Bench) -> None:
    for word in ("hangup", "pickup", "refuse"):
        assert bench.say(word)["ok"] is False
    bench.ask("ring", number=CITIZEN)
    assert bench.say("pickup")["ok"] is False, "it is not ours to pick up"
    assert bench.say("hangup", call=7)["ok"] is False
    assert bench.ask("hangup", call=1)["call"] == 1


def test_quectel_tells_each_state_of_a_call_if_its_switch_is_on() -> None:
    bench = Bench("quectel")
    assert bench.at("AT^DSCI=1") == ["OK"]
    bench.at("AT+CCWA=1,1")
    bench.ask("ring", number=CITIZEN)
    bench.at("ATA")
    bench.ask("ring", number=OTHER)
    bench.ask("hangup", call=2)
    bench.at("AT+CHUP")
    bench.later(1)
    bench.take()
    bench.at(f"ATD{CITIZEN};")
    bench.take()
    bench.later(1)
    assert lines(bench.take()) == [f"^DSCI: 1,0,7,0,{CITIZEN},129"]
    bench.ask("pickup")
    assert lines(bench.take()) == [f"^DSCI: 1,0,3,0,{CITIZEN},129"]
    bench.ask("hangup")
    assert lines(bench.take()) == ["NO CARRIER", f"^DSCI: 1,0,6,0,{CITIZEN},129"]
    bench.at(f"ATD{OTHER};")
    bench.take()
    bench.ask("refuse")
    assert lines(bench.take()) == ["BUSY", f"^DSCI: 1,0,6,0,{OTHER},145"]
    bench.ask("ring", number=CITIZEN)
    assert lines(bench.take()) == [f"^DSCI: 1,1,4,0,{CITIZEN},129", "RING"]
    bench.at("AT^DSCI=0")
    bench.take()
    bench.ask("hangup")
    assert lines(bench.take()) == ["NO CARRIER"]


def test_huawei_presses_keys_its_own_way() -> None:
    bench = Bench("huawei")
    assert bench.at("AT^DTMF=1,5") == ["ERROR"], "no call"
    bench.at(f"ATD{CITIZEN};")
    bench.later(1)
    bench.ask("pickup")
    bench.take()
    assert bench.at("AT^DTMF=1,5") == ["OK"]
    assert bench.at("AT^DTMF=1,#") == ["OK"]
    assert bench.at("AT^DTMF=2,5") == ["ERROR"], "another call"
    assert bench.at("AT^DTMF=1,55") == ["ERROR"]
    assert bench.ask("calls")["current"][0]["keys_heard"] == "5#"


def test_an_air780_has_messages_but_no_calls() -> None:
    bench = Bench("air780")
    assert bench.ask("ring", number=CITIZEN)["why"] == "unreachable"
    assert [bench.at(command) for command in (f"ATD{CITIZEN};", "ATA", "AT+CHUP", "AT+CLIP=1")] == [["ERROR"]] * 4
    bench.ask("sms", number=CITIZEN, text="a")
    bench.later(1)
    assert lines(bench.take()) == ['+CMTI: "SM",1']
