"""Call forwarding: what +CCFC says, and what the exchange does with the calls (27.007 7.11)."""

from __future__ import annotations

import pytest

from tests.modem.simulator.bench import CITIZEN, OTHER, Bench, lines

ELSEWHERE = "13900003333"
UNKNOWN, VOICE_ONLY = "+CCFC: 0,7", f'+CCFC: 1,1,"{ELSEWHERE}",129'


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.at("AT+CMEE=1")
    return bench


def forward(bench: Bench, reason: int, *, seconds: int | None = None) -> None:
    time = f",,,{seconds}" if seconds else ""
    assert bench.at(f'AT+CCFC={reason},3,"{ELSEWHERE}",129,1{time}') == ["OK"]
    bench.take()


def ring(bench: Bench, number: str = CITIZEN) -> tuple[object, object]:
    answer = bench.ask("ring", number=number)
    return answer["why"], answer["forwarded_to"]


def test_a_rule_is_registered_asked_for_disabled_enabled_and_erased(bench: Bench) -> None:
    assert bench.at("AT+CCFC=0,2") == [UNKNOWN, "OK"]
    forward(bench, 0)
    assert bench.at("AT+CCFC=0,2,,,1") == [VOICE_ONLY, "OK"]
    assert bench.at("AT+CCFC=0,0") == ["OK"]
    assert bench.at("AT+CCFC=0,2,,,1") == [VOICE_ONLY.replace(" 1,", " 0,"), "OK"]
    assert ring(bench) == ("", "")
    bench.ask("hangup")
    bench.take()
    assert bench.at("AT+CCFC=0,1") == ["OK"]
    assert ring(bench) == ("forwarded", ELSEWHERE)
    assert bench.at("AT+CCFC=0,4") == ["OK"]
    assert bench.at("AT+CCFC=0,2") == [UNKNOWN, "OK"]
    assert bench.at("AT+CCFC=0,1") == ["+CME ERROR: 3"], "nothing to enable"
    assert bench.at("AT+CCFC=0,0") == ["OK"], "nothing to disable is nothing wrong"


def test_each_class_has_its_line(bench: Bench) -> None:
    forward(bench, 1)
    assert bench.at("AT+CCFC=1,2") == [VOICE_ONLY, "+CCFC: 0,2", "+CCFC: 0,4", "OK"]
    bench.at(f'AT+CCFC=1,3,"{ELSEWHERE}"')
    assert len(bench.at("AT+CCFC=1,2")) == 4
    assert bench.at("AT+CCFC=1,2,,,2") == [f'+CCFC: 1,2,"{ELSEWHERE}",129', "OK"]


def test_no_reply_tells_its_seconds(bench: Bench) -> None:
    forward(bench, 2, seconds=15)
    assert bench.at("AT+CCFC=2,2,,,1") == [f"{VOICE_ONLY},,,15", "OK"]


def test_an_international_number_and_ucs2(bench: Bench) -> None:
    assert bench.at('AT+CCFC=0,3,"8613900003333",145,1') == ["OK"]
    assert bench.at("AT+CCFC=0,2,,,1") == ['+CCFC: 1,1,"+8613900003333",145', "OK"]
    bench.at('AT+CSCS="UCS2"')
    assert bench.at('AT+CCFC=0,3,"00310030",129,1') == ["OK"]
    assert bench.at("AT+CCFC=0,2,,,1") == ['+CCFC: 1,1,"00310030",129', "OK"]


@pytest.mark.parametrize(("reason", "places"), [(4, (0, 1, 2, 3)), (5, (1, 2, 3))])
def test_reasons_4_and_5_stand_for_several(bench: Bench, reason: int, places: tuple[int, ...]) -> None:
    forward(bench, reason)
    active = [place for place in range(4) if bench.at(f"AT+CCFC={place},2,,,1")[0] != "+CCFC: 0,1"]
    assert tuple(active) == places
    assert bench.at(f"AT+CCFC={reason},4") == ["OK"]
    assert all(bench.at(f"AT+CCFC={place},2") == [UNKNOWN, "OK"] for place in range(4))


@pytest.mark.parametrize(
    "values", ["6,2", "0,5", "0", "", "4,2", "0,3", '0,3,"x"', '2,3,"10086",129,1,,,31', '0,3,"10086",129,0']
)
def test_what_cannot_be_is_refused(bench: Bench, values: str) -> None:
    assert bench.at(f"AT+CCFC={values}")[-1] != "OK"
    assert bench.at("AT+CCFC=0,2") == [UNKNOWN, "OK"]


def test_the_network_may_refuse_changes(bench: Bench) -> None:
    bench.ask("fault", forwarding_refused=True)
    assert bench.at(f'AT+CCFC=0,3,"{ELSEWHERE}"') == ["+CME ERROR: 3"]
    assert bench.at("AT+CCFC=0,2") == [UNKNOWN, "OK"]
    bench.ask("fault", forwarding_refused=False)
    forward(bench, 0)


def test_without_network_nothing_can_be_asked(bench: Bench) -> None:
    bench.ask("fault", no_network=True)
    assert bench.at("AT+CCFC=0,2") == ["+CME ERROR: 30"]


def test_the_network_takes_its_time() -> None:
    bench = Bench("real")
    start_s = bench.clock.at_s
    bench.at("AT+CCFC=0,2")
    assert bench.clock.at_s - start_s == pytest.approx(1.5)


def test_every_call_goes_elsewhere_and_the_module_hears_nothing(bench: Bench) -> None:
    forward(bench, 0)
    assert ring(bench) == ("forwarded", ELSEWHERE)
    assert bench.take() == b""
    assert bench.ask("phones")["forwarded"] == [{"call": 1, "from": CITIZEN, "to": ELSEWHERE, "why": "unconditional"}]
    assert bench.ask("calls")["past"][0]["forwarded_for"] == "unconditional"


def test_a_second_caller_goes_elsewhere_if_the_box_is_busy(bench: Bench) -> None:
    forward(bench, 1)
    assert ring(bench) == ("", "")
    bench.at("ATA")
    assert ring(bench, OTHER) == ("forwarded", ELSEWHERE)


def test_who_is_refused_while_it_rings_goes_elsewhere_for_busy(bench: Bench) -> None:
    forward(bench, 1)
    ring(bench)
    bench.take()
    assert bench.at("AT+CHUP") == ["OK"]
    assert bench.ask("calls")["past"][0]["forwarded_to"] == ELSEWHERE


def test_hanging_up_an_answered_call_forwards_nothing(bench: Bench) -> None:
    forward(bench, 1)
    ring(bench)
    bench.at("ATA")
    bench.at("AT+CHUP")
    assert bench.ask("calls")["past"][0]["why"] == "local"


def test_an_unanswered_call_goes_elsewhere_after_the_seconds(bench: Bench) -> None:
    forward(bench, 2, seconds=12)
    assert ring(bench) == ("", "")
    bench.later(11.9)
    assert lines(bench.take()) == ["RING"] * 3
    bench.later(0.2)
    assert lines(bench.take()) == ["NO CARRIER"]
    call = bench.ask("calls")["past"][0]
    assert (call["why"], call["forwarded_to"], call["forwarded_for"]) == ("forwarded", ELSEWHERE, "no_reply")


def test_an_answered_call_stays(bench: Bench) -> None:
    forward(bench, 2, seconds=10)
    ring(bench)
    bench.at("ATA")
    bench.later(30)
    assert bench.ask("calls")["current"][0]["state"] == "active"


@pytest.mark.parametrize("fault", [{"no_network": True}, {"mute": 60}, {"sim_out": True}])
def test_a_box_that_cannot_be_reached_has_its_calls_go_elsewhere(bench: Bench, fault: dict[str, object]) -> None:
    forward(bench, 3)
    bench.ask("fault", **fault)
    assert ring(bench) == ("forwarded", ELSEWHERE)


def test_rules_live_in_the_network_and_outlive_a_reset(bench: Bench) -> None:
    forward(bench, 0)
    bench.ask("fault", reset=True)
    bench.later(3)
    assert ring(bench) == ("forwarded", ELSEWHERE)
