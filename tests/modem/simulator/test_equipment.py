"""The module apart from messages and calls: identity, SIM, radio, settings, power and what breaks."""

from __future__ import annotations

import pytest
from gsmmodem.pdu import decodeSmsPdu

from modem.simulator.commands import COMMANDS
from modem.simulator.makes import MAKES
from modem.simulator.profiles import UnknownProfile, profile
from tests.modem.simulator.bench import CITIZEN, Bench, lines


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("AT+CGMI", "SIMULATED"),
        ("AT+GMI", "SIMULATED"),
        ("AT+CGMM", "GSM-1"),
        ("AT+CGMR", "GSM-1.R01"),
        ("AT+CGSN", "004999010640000"),
        ("AT+CIMI", "460990000000001"),
        ("AT+CCID", "+CCID: 89860099000000000011"),
        ("AT+CNUM", '+CNUM: ,"+8613800000001",145'),
        ("AT+GCAP", "+GCAP: +CGSM"),
        ("AT+CSCA?", '+CSCA: "+8613800990500",145'),
        ("AT+CSCS?", '+CSCS: "IRA"'),
        ("AT+CSCS=?", '+CSCS: ("GSM","IRA","UCS2","8859-1")'),
        ("AT+CPIN?", "+CPIN: READY"),
        ("AT+CFUN?", "+CFUN: 1"),
        ("AT+CBC", "+CBC: 0,100,4100"),
        ("AT+CPAS", "+CPAS: 0"),
        ("AT+CGATT?", "+CGATT: 1"),
        ("AT+COPS?", '+COPS: 0,0,"SIMULATED",7'),
        ("AT+CREG?", "+CREG: 0,1"),
        ("AT+CEREG?", "+CEREG: 0,1"),
        ("AT+CSMS?", "+CSMS: 0,1,1,1"),
        ("AT+CNMI=?", "+CNMI: (0-3),(0-3),(0-3),(0-2),(0-1)"),
        ("AT+CPMS=?", '+CPMS: ("SM","ME","MT","SR"),("SM","ME","MT"),("SM","ME","MT")'),
        ("AT+CCLK?", '+CCLK: "26/11/22,10:13:40+32"'),
        ("AT+CUSD?", "+CUSD: 0"),
        ("AT+CMMS?", "+CMMS: 0"),
    ],
)
def test_questions_are_answered(bench: Bench, command: str, answer: str) -> None:
    assert bench.at(command) == [answer, "OK"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_survives_every_form(bench: Bench, name: str) -> None:
    """Nothing that a client types may end the simulator; every form ends with some result."""
    for form in ("", "?", "=?", "=", "=1", "=9999999", '="x"', "=,,,", "=1,2,3,4,5,6,7", '="\xff"', "=-1"):
        if name in ("+CFUN", "Z", "&F", "D", "A") and form not in ("", "?", "=?"):
            continue
        bench.raw(f"AT{name}{form}\r".encode("latin-1") + b"\x1b")
        bench.later(5)
        assert lines(bench.take()), f"AT{name}{form}"
    bench.raw(b"ATQ0E0V1\r")
    bench.take()
    assert bench.at("AT") == ["OK"]


def test_clac_names_every_extended_command(bench: Bench) -> None:
    named = {line.removeprefix("AT") for line in bench.at("AT+CLAC")[:-1]}
    plain = {name for name, command in COMMANDS.items() if name.startswith("+") and not command.vendor}
    assert named == (plain | {"+DDET", "+CPINR"}) - {"+CLAC"}


@pytest.mark.parametrize("make", sorted(MAKES))
def test_a_make_lists_what_it_has_and_refuses_what_it_has_not(make: str) -> None:
    bench = Bench(make)
    named = {line.removeprefix("AT") for line in bench.at("AT+CLAC")[:-1]}
    facts = MAKES[make]
    assert facts.commands <= {name for name, command in COMMANDS.items() if command.vendor}
    assert facts.unknown <= {name for name, command in COMMANDS.items() if not command.vendor}
    assert facts.commands <= named
    for name in sorted(set(COMMANDS) - named - {"+CLAC"}):
        if name[0] in "+^":
            assert bench.at(f"AT{name}?") == [facts.unknown_result], name


@pytest.mark.parametrize("make", sorted(MAKES))
def test_every_make_starts_settings_within_what_it_allows(make: str) -> None:
    settings = Bench(make).module.equipment.settings
    for name, numbers in list(settings.numbers.items()):
        settings.change(name, [str(number) for number in numbers])


@pytest.mark.parametrize(
    ("make", "taken", "refused"),
    [
        ("generic", "2,1,0,2,0", "4,1"),
        ("quectel", "2,1,0,2,0", "4,1"),
        ("sim800", "2,1,0,1,0", "2,1,0,2,0"),
        ("a7670", "2,1,0,1,0", "2,1,0,2,0"),
        ("air724", "2,1,0,1,0", "2,1,0,2,0"),
        ("e173", "1,1,0,1,0", "2,1,0,1,0"),
    ],
)
def test_makes_differ_in_the_indications_they_take(make: str, taken: str, refused: str) -> None:
    bench = Bench(make)
    bench.at("AT+CMEE=1")
    assert bench.at(f"AT+CNMI={refused}") == ["+CMS ERROR: 303"]
    assert bench.at(f"AT+CNMI={taken}") == ["OK"]
    has_reports = '"SR"' in bench.at("AT+CPMS=?")[0]
    assert has_reports == (taken == "2,1,0,2,0")


@pytest.mark.parametrize(("make", "technology"), [("sim800", 0), ("e173", 2), ("quectel", 7)])
def test_makes_differ_in_the_network_they_reach(make: str, technology: int) -> None:
    bench = Bench(make)
    bench.at("AT+CREG=2")
    assert bench.at("AT+CREG?")[0].endswith(f",{technology}")
    assert bench.at("AT+COPS?")[0].endswith(f",{technology}")


def test_quectel_keeps_which_news_are_wanted() -> None:
    bench = Bench("quectel")
    assert bench.at('AT+QINDCFG="csq"') == ['+QINDCFG: "csq",0', "OK"]
    assert bench.at('AT+QINDCFG="csq",1;+QINDCFG="csq"') == ['+QINDCFG: "csq",1', "OK"]
    assert bench.at('AT+QINDCFG="nonsense",1') == ["+CME ERROR: 50"]
    assert bench.at('AT+QCFG="ims"') == ['+QCFG: "ims",1,1', "OK"]
    assert bench.at('AT+QCFG="ims",1') == ["OK"]
    assert bench.at('AT+QCFG="nonsense"') == ["+CME ERROR: 50"]


def test_z_brings_start_values_back(bench: Bench) -> None:
    bench.at('AT+CMEE=2;+CSCS="UCS2";+CPMS="ME","ME","ME"')
    assert bench.at("ATZE0") == ["OK"]
    assert bench.at("AT+CMEE?;+CSCS?;+CPMS?") == [
        "+CMEE: 0",
        '+CSCS: "IRA"',
        '+CPMS: "SM",0,30,"SM",0,30,"SM",0,30',
        "OK",
    ]


def test_the_operator_shows_as_asked_for(bench: Bench) -> None:
    bench.at("AT+COPS=3,2")
    assert bench.at("AT+COPS?") == ['+COPS: 0,2,"46099",7', "OK"]
    bench.at('AT+COPS=3,0;+CSCS="UCS2"')
    assert bench.at("AT+COPS?") == ['+COPS: 0,0,"00530049004D0055004C0041005400450044",7', "OK"]
    assert bench.at("AT+COPS=?")[0].startswith('+COPS: (2,"SIMULATED"')
    assert bench.at("AT+COPS=9") == ["ERROR"]


def test_registration_is_told_once_per_change(bench: Bench) -> None:
    bench.at("AT+CREG=2;+CEREG=1")
    bench.ask("set", registered=False)
    bench.later(1)
    assert lines(bench.take()) == ["+CREG: 2", "+CEREG: 2"]
    assert bench.at("AT+CSQ") == ["+CSQ: 99,99", "OK"]
    assert bench.at("AT+COPS?") == ["+COPS: 0", "OK"]
    bench.ask("set", registered=True, roaming=True)
    bench.later(1)
    assert lines(bench.take()) == ['+CREG: 5,"18F2","0C3B5E01",7', "+CEREG: 5"]
    bench.ask("set", signal=3)
    bench.later(1)
    assert bench.take() == b""
    assert bench.at("AT+CSQ") == ["+CSQ: 3,99", "OK"]


def test_leaving_the_network_by_cops_and_cfun(bench: Bench) -> None:
    bench.at("AT+COPS=2")
    assert bench.at("AT+CREG?") == ["+CREG: 0,0", "OK"]
    bench.at("AT+COPS=0")
    bench.later(1)
    assert bench.at("AT+CREG?") == ["+CREG: 0,1", "OK"]
    bench.at("AT+CFUN=4")
    assert bench.at("AT+CREG?") == ["+CREG: 0,0", "OK"]
    bench.at("AT+CFUN=1")
    bench.later(1)
    assert bench.at("AT+CREG?") == ["+CREG: 0,1", "OK"]


def test_ussd_answers_later(bench: Bench) -> None:
    assert bench.at('AT+CUSD=1,"*100#",15') == ["OK"]
    bench.later(1)
    assert lines(bench.take()) == ['+CUSD: 0,"Balance 42.00",15']


# SIM


def test_a_module_that_restarted_tells_when_the_network_has_it_again(bench: Bench) -> None:
    bench.ask("fault", reset=True)
    bench.later(0.25)  # it has booted and still searches
    assert bench.at("ATE0;+CREG=1;+CREG?")[-2:] == ["+CREG: 1,2", "OK"]
    bench.take()
    bench.later(1)
    assert "+CREG: 1" in lines(bench.take())


def test_a_locked_sim_wants_its_pin_and_counts_tries() -> None:
    bench = Bench(pin="1234")
    bench.at("AT+CMEE=1")
    assert bench.at("AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    assert bench.at("AT+CIMI") == ["+CME ERROR: 11"]
    assert bench.at("AT+CMGL=4") == ["+CMS ERROR: 311"]
    assert bench.at("AT+CREG?") == ["+CREG: 0,2", "OK"]
    assert bench.at('AT+CPIN="1111"') == ["+CME ERROR: 16"]
    assert bench.at('AT+CPINR="SIM PIN"') == ["+CPINR: SIM PIN,2,3", "OK"]
    assert bench.at("AT+CPINR") == ["+CPINR: SIM PIN,2,3", "+CPINR: SIM PUK,10,10", "OK"]
    assert bench.at('AT+CPIN="1234"')[-1] == "OK"
    bench.later(1)
    bench.take()
    assert bench.at("AT+CPIN?;+CIMI;+CREG?") == ["+CPIN: READY", "460990000000001", "+CREG: 0,1", "OK"]
    assert bench.at('AT+CPIN="1234"') == ["+CME ERROR: 3"]
    assert bench.at('AT+CLCK="SC",2') == ["+CLCK: 1", "OK"]


def test_three_wrong_pins_need_the_puk() -> None:
    bench = Bench(pin="1234")
    bench.at("AT+CMEE=1")
    assert [bench.at('AT+CPIN="1111"')[0] for _ in range(3)] == ["+CME ERROR: 16"] * 2 + ["+CME ERROR: 12"]
    assert bench.at("AT+CPIN?") == ["+CPIN: SIM PUK", "OK"]
    assert bench.at('AT+CPIN="00000000","1234"') == ["+CME ERROR: 16"]
    assert bench.at('AT+CPIN="12345678","1234"')[-1] == "OK"


@pytest.mark.parametrize(
    ("make", "asked", "told"),
    [
        ("quectel", 'AT+QPINC="SC"', '+QPINC: "SC",2,10'),
        ("simcom", "AT+SPIC", "+SPIC: 2,10,3,10"),
        ("sim800", "AT+SPIC", "+SPIC: 2,10,3,10"),
        ("huawei", "AT^CPIN?", "^CPIN: SIM PIN,2,10,2,10,3"),
        ("air724", 'AT+CPINR="SIM PIN"', "+CPINR: SIM PIN,2,3"),
    ],
)
def test_makes_have_their_own_words_for_the_tries_left(make: str, asked: str, told: str) -> None:
    assert Bench(make, pin="1234", pin_tries=2).at(asked) == [told, "OK"]


def test_tries_are_the_cards_and_outlive_every_reset() -> None:
    bench = Bench(pin="1234")
    bench.at('AT+CPIN="1111"')
    bench.ask("fault", reset=True)
    bench.later(3)
    bench.at("ATE0")
    bench.ask("fault", sim_out=True)
    bench.ask("fault", sim_out=False)
    assert "+CPINR: SIM PIN,2,3" in bench.at('AT+CPINR="SIM PIN"')
    bench.at('AT+CPIN="1234"')
    assert "+CPINR: SIM PIN,3,3" in bench.at('AT+CPINR="SIM PIN"')


def test_the_puk_brings_a_new_pin_and_ten_wrong_ones_end_the_card() -> None:
    bench = Bench(pin="1234", pin_tries=0)
    bench.at("AT+CMEE=1")
    assert bench.at("AT+CPIN?") == ["+CPIN: SIM PUK", "OK"]
    assert bench.at('AT+CPIN="12345678","4321"')[-1] == "OK"
    bench.ask("fault", reset=True)
    bench.later(3)
    bench.at("ATE0;+CMEE=1")
    assert bench.at('AT+CPIN="1234"') == ["+CME ERROR: 16"]
    assert bench.at('AT+CPIN="4321"')[-1] == "OK"
    bench = Bench(pin="1234", pin_tries=0)
    bench.at("AT+CMEE=1")
    tries = [bench.at('AT+CPIN="00000000","1"')[0] for _ in range(11)]
    assert tries == ["+CME ERROR: 16"] * 9 + ["+CME ERROR: 13"] * 2
    assert bench.at("AT+CPIN?") == ["+CME ERROR: 13"]


def test_a_missing_sim_is_missed() -> None:
    bench = Bench(has_sim=False)
    bench.at("AT+CMEE=1")
    assert bench.at("AT+CPIN?") == ["+CME ERROR: 10"]
    assert bench.at("AT+CPMS?") == ["+CMS ERROR: 310"]
    assert bench.at("AT+CREG?") == ["+CREG: 0,0", "OK"]
    assert bench.at("AT+CGSN") == ["004999010640000", "OK"]


def test_a_card_taken_out_and_put_back_is_noticed(bench: Bench) -> None:
    bench.at("AT+CMEE=1")
    bench.ask("ring", number=CITIZEN)
    bench.ask("fault", sim_out=True)
    bench.ask("fault", sim_out=True)
    bench.later(1)
    assert lines(bench.take()) == ["RING", "NO CARRIER", "+CPIN: NOT READY"]
    assert bench.at("AT+CPIN?") == ["+CME ERROR: 10"]
    bench.ask("sms", number=CITIZEN, text="a")
    bench.ask("fault", sim_out=False)
    bench.later(1)
    assert lines(bench.take()) == ["+CPIN: READY", "Call Ready", "SMS Ready", '+CMTI: "SM",1']


# power and faults


def test_a_reset_module_boots_forgets_its_settings_and_keeps_its_messages(bench: Bench) -> None:
    bench.at("AT+CMEE=1")
    bench.ask("sms", number=CITIZEN, text="kept")
    bench.ask("ring", number=CITIZEN)
    bench.later(1)
    bench.take()
    bench.ask("fault", reset=True)
    bench.raw(b"AT\r")
    assert bench.take() == b"", "nobody is at home"
    bench.later(3)
    assert lines(bench.take()) == ["RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"]
    bench.raw(b"AT+CMEE?\r")
    assert bench.take() == b"AT+CMEE?\r\r\n+CMEE: 0\r\n\r\nOK\r\n"
    bench.raw(b"ATE0\r")
    bench.take()
    assert decodeSmsPdu(bench.at("AT+CMGL=4")[1])["text"] == "kept"
    assert [call["why"] for call in bench.ask("calls")["past"]] == ["lost"]


def test_a_reset_in_the_prompt_leaves_the_prompt(bench: Bench) -> None:
    bench.raw(b"AT+CMGS=20\r")
    bench.ask("fault", reset=True)
    bench.later(3)
    bench.take()
    bench.raw(b"ATE0\r")
    bench.take()
    assert bench.at("AT") == ["OK"]


def test_cfun_1_1_reboots(bench: Bench) -> None:
    assert bench.at("AT+CFUN=1,1") == ["OK"]
    bench.later(3)
    assert "RDY" in lines(bench.take())


def test_messages_wait_while_the_module_boots(bench: Bench) -> None:
    bench.ask("fault", reset=True)
    bench.ask("sms", number=CITIZEN, text="a")
    assert bench.ask("state")["waiting"] == 1
    bench.later(3)
    assert bench.ask("state")["on_sim"] == 1


def test_a_mute_module_neither_hears_nor_speaks_and_then_is_as_before(bench: Bench) -> None:
    bench.at("AT+CMEE=1")
    bench.ask("fault", mute=60)
    assert bench.ask("ring", number=CITIZEN)["why"] == "unreachable"
    bench.ask("sms", number=CITIZEN, text="a")
    bench.raw(b"AT\r")
    bench.later(59)
    assert bench.take() == b""
    assert bench.ask("state")["waiting"] == 1
    bench.later(2)
    assert lines(bench.take()) == ['+CMTI: "SM",1']
    assert bench.at("AT+CMEE?") == ["+CMEE: 1", "OK"]


def test_a_call_that_rings_when_the_module_goes_mute_rings_on_afterwards(bench: Bench) -> None:
    bench.ask("ring", number=CITIZEN)
    bench.take()
    bench.ask("fault", mute=12)
    bench.later(14)
    assert bench.take() == b""
    bench.later(2)
    assert lines(bench.take()) == ["RING"]


def test_a_command_running_when_the_module_goes_mute_is_finished_afterwards() -> None:
    bench = Bench("real")
    bench.raw(b"AT+CMGD=1\r")
    bench.ask("fault", mute=10)
    bench.later(9)
    assert bench.take() == b""
    bench.later(2)
    assert lines(bench.take()) == ["OK"]


def test_noise_comes_as_it_is(bench: Bench) -> None:
    bench.ask("fault", noise="ff00fe0d0a52")
    assert bench.take() == b"\xff\x00\xfe\r\nR"
    assert bench.say("fault", noise="xx")["ok"] is False


def test_echo_may_be_stuck() -> None:
    bench = Bench()
    bench.ask("fault", echo_stuck=True)
    bench.raw(b"ATE0\r")
    bench.raw(b"AT\r")
    assert bench.take() == b"ATE0\r\r\nOK\r\nAT\r\r\nOK\r\n"


def test_chatter_goes_on_until_stopped(bench: Bench) -> None:
    bench.ask("fault", chatter=1)
    bench.later(3.5)
    assert lines(bench.take()) == ["^RSSI: 18", "^MODE: 5,4"] * 3
    bench.ask("fault", chatter=0)
    bench.later(5)
    assert bench.take() == b""


def test_chatter_survives_a_reset_and_does_not_double(bench: Bench) -> None:
    bench.ask("fault", chatter=1)
    bench.ask("fault", chatter=1)
    bench.later(2.5)
    assert lines(bench.take()).count("^RSSI: 18") == 2
    bench.ask("fault", reset=True)
    bench.later(5.3)
    assert lines(bench.take()).count("^RSSI: 18") == 5


def test_a_full_sim_by_fault_is_emptied_by_fault(bench: Bench) -> None:
    bench.ask("fault", sim_full=True)
    bench.ask("sms", number=CITIZEN, text="a")
    state = bench.ask("state")
    assert (state["stores"]["SM"], state["stores"]["ME"], state["waiting"]) == ((30, 30), (50, 50), 1)
    bench.ask("fault", sim_full=False)
    state = bench.ask("state")
    assert (state["stores"]["SM"], state["stores"]["ME"], state["waiting"]) == ((1, 30), (0, 50), 0)


def test_the_cable_is_the_loops_business(bench: Bench) -> None:
    bench.ask("fault", unplug=True)
    bench.ask("fault", replug=True)
    bench.ask("fault", unplug=5)
    bench.later(6)
    assert bench.cable.done == ["unplug", "plug", "unplug", "plug"]


@pytest.mark.parametrize(
    ("wanted", "renamed"),
    [
        (True, "rename None None"),
        ("links/other", "rename links/other None"),
        ({"link": "links/a", "pcm_link": "links/b", "after_s": 5}, "rename links/a links/b"),
    ],
)
def test_a_module_comes_back_under_another_link(bench: Bench, wanted: object, renamed: str) -> None:
    bench.ask("fault", renumber=wanted)
    assert bench.cable.done[:2] == ["unplug", renamed]
    bench.later(6)
    assert bench.cable.done[2:] == ["plug"]


@pytest.mark.parametrize("wanted", [False, "", 5, {"where": "links/a"}])
def test_a_renumbering_that_cannot_be_understood_changes_nothing(bench: Bench, wanted: object) -> None:
    assert bench.say("fault", renumber=wanted)["ok"] is False
    bench.later(1)
    assert bench.cable.done == []


@pytest.mark.parametrize(
    "message",
    [
        {"do": "nonsense"},
        {},
        {"do": "ring", "number": 5},
        {"do": "sms", "number": CITIZEN},
        {"do": "sms", "messages": 5},
        {"do": "sms", "messages": [5]},
        {"do": "sms", "number": "a sender too long", "text": "x"},
        {"do": "sms", "number": CITIZEN, "text": "x", "class": 9},
        {"do": "sms", "pdu": "xyz"},
        {"do": "hangup", "call": "one"},
        {"do": "phones", "since": "x"},
        {"do": "set", "nonsense": 1},
        {"do": "set", "signal": "strong"},
        {"do": "set", "registered": 1},
        {"do": "fault", "nonsense": 1},
        {"do": "fault", "mute": "long"},
        {"do": "fault", "fail_next_sends": 5},
        {"do": "fault", "fail_next_sends": [{}]},
    ],
)
def test_wrong_control_words_are_refused_with_a_reason(bench: Bench, message: dict[str, object]) -> None:
    answer = bench.say(str(message.pop("do", "")), **message)
    assert answer["ok"] is False
    assert answer["error"]


def test_switches_are_turned_all_or_none(bench: Bench) -> None:
    assert bench.say("set", signal=5, roaming="yes")["ok"] is False
    assert bench.ask("state")["switches"]["signal"] == 21


def test_profiles_are_joined_and_unknown_ones_refused() -> None:
    assert profile("real+quectel").pace.send_s == 2.5
    assert profile("quectel").make.maker == "Quectel"
    with pytest.raises(UnknownProfile):
        profile("real+nokia")
