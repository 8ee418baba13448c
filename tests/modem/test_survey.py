"""What a technician is told of every port."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import serial

from modem import survey as surveying
from modem.asking import Said
from modem.at_words import Final, FinalKind
from modem.events import masked_imsi
from modem.identify import Found
from modem.nodes import Node, node_at
from modem.survey import (
    PortReport,
    Sibling,
    ask_port,
    network_state,
    signal,
    sim_state,
    stores,
    survey,
    with_siblings,
)
from tests.modem.pty_module import MovableClock, PtyModule
from tests.support import Simulator, VoiceSimulator

Plug = Callable[..., PtyModule]


def at(path: Path) -> Node:
    node = node_at(str(path))
    assert node is not None
    return node


def ask(path: Path) -> PortReport:
    return ask_port(at(path), 115200, MovableClock())


def answer(*lines: str, final: Final | None = None) -> Said:
    return Said(lines, final or Final(FinalKind.OK, "OK"))


def test_a_module_is_told_with_all_it_can_do(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm", "--profile", "quectel", "--imei", "860000000000017") as town:
        report = ask(town.link)
    assert (report.found, report.name) == (Found.MODULE, str(town.link))
    assert (report.maker, report.model, report.dialect, report.imei) == (
        "Quectel", "EC25", "quectel", "860000000000017",
    )  # fmt: skip
    assert (report.sim, report.imsi, report.network) == ("ready", "46099****0001", "registered")
    assert report.signal_dbm == -71
    assert report.stores[0] == ("SM", 0, 30)
    assert report.has_calls
    assert report.has_sms
    assert any("NMEA" in way for way in report.sound)


def test_a_locked_card_is_told_and_nothing_is_asked_of_it(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm", "--pin", "1234") as town:
        report = ask(town.link)
    assert (report.sim, report.imsi, report.network) == ("wants its PIN", "", "")


def test_a_module_without_card_is_told(tmp_path: Path) -> None:
    with Simulator(tmp_path, "gsm", "--no-sim") as town:
        assert ask(town.link).sim == "no SIM card"


def test_asking_changes_nothing_in_the_module(plug_in: Plug) -> None:
    module = plug_in()
    ask(module.path)
    changing = [asked for asked in module.asked if "=" in asked.replace("=?", "") or asked.startswith("AT+CFUN")]
    assert changing == []


def test_everything_that_is_no_module_has_its_word(plug_in: Plug, tmp_path: Path) -> None:
    silent, other, used = plug_in("tty0"), plug_in("tty1"), plug_in("tty2")
    silent.is_mute = True
    del other.answers["AT+CGSN"]
    with serial.Serial(str(used.path), exclusive=True):
        reports = survey([at(each.path) for each in (silent, other, used)], 115200, MovableClock())
    assert [report.found for report in reports] == [Found.SILENT, Found.OTHER, Found.IN_USE]
    assert "ACME" in reports[1].detail
    master, slave = os.openpty()
    gone = at(Path(os.ttyname(slave)))
    os.close(slave)
    os.close(master)
    (report,) = survey([gone], 115200, MovableClock())
    assert report.found is Found.BROKEN


def test_nonsense_is_told_with_the_baud_rate(plug_in: Plug) -> None:
    module = plug_in()
    module.is_mute = True
    asked = module.asked

    class Babbling(list[str]):
        def append(self, line: str) -> None:
            asked.append(line)
            module.say_bytes(b"\xf3\x8e\xfc\r\n")

    module.asked = Babbling()
    report = ask(module.path)
    assert report.found is Found.GARBLED
    assert "115200" in report.detail


def test_a_port_that_hangs_is_told_and_the_others_too(plug_in: Plug, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = plug_in("tty0"), plug_in("tty1")
    read, write = os.pipe()
    really = surveying.ask_port

    def hang(node: Node, baudrate: int, clock: MovableClock) -> PortReport:
        if node.path == at(bad.path).path:
            os.read(read, 1)
        return really(node, baudrate, clock)

    monkeypatch.setattr(surveying, "ask_port", hang)
    monkeypatch.setattr(surveying, "PORT_WITHIN_S", 3.0)
    reports = survey([at(bad.path), at(good.path)], 115200, MovableClock())
    assert [report.found for report in reports] == [Found.HANGS, Found.MODULE]
    assert "unplug" in reports[0].detail
    os.write(write, b"x")


def test_the_port_of_the_sound_is_found_among_the_modules_others() -> None:
    ports = [Node(f"/dev/ttyUSB{number}", "", (number, 0, 0), "1-2", number) for number in range(4)]
    other = Node("/dev/ttyUSB9", "", (9, 0, 0), "1-3", 1)
    report = replace(surveying.blank(ports[2], Found.MODULE), dialect="quectel")
    full = with_siblings(report, ports[2], [*ports, other])
    assert full.siblings == tuple(Sibling(f"/dev/ttyUSB{number}", "", number) for number in (0, 1, 3))
    lone = with_siblings(replace(report, dialect="generic"), ports[2], ports)
    assert lone.audio_device == ""
    named = [replace(node, name=f"/dev/serial/by-path/if{node.interface}") for node in ports]
    assert with_siblings(report, named[2], named).audio_device == "/dev/serial/by-path/if1"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (answer("+CPIN: READY"), "ready"),
        (answer("+CPIN: SIM PIN"), "wants its PIN"),
        (answer("+CPIN: SIM PUK"), "wants its PUK"),
        (answer("+CPIN: NOT INSERTED"), "no SIM card"),
        (answer(final=Final(FinalKind.CME, "+CME ERROR: 10", 10)), "no SIM card"),
        (answer(final=Final(FinalKind.CME, "+CME ERROR: 14", 14)), "not known"),
        (Said(), "not known"),
    ],
)
def test_the_card_is_told_in_plain_words(said: Said, state: str) -> None:
    assert sim_state(said) == state


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (["+CREG: 2,1"], "registered"),
        (["+CREG: 0,2", "+CEREG: 0,5"], "registered, roaming"),
        (["+CREG: 0,3"], "the network refuses this SIM"),
        (["+CREG: 0,2"], "searching for a network"),
        (["RING"], "not known"),
        ([], "not known"),
    ],
)
def test_the_network_is_told_in_plain_words(lines: list[str], state: str) -> None:
    assert network_state(lines) == state


def test_odd_answers_are_no_figures() -> None:
    assert signal(answer("+CSQ: 99,99")) is None
    assert signal(answer("+CSQ: 31,0")) == -51
    assert signal(answer()) is None
    assert stores(answer('+CPMS: "SM",1,10,"SM",1,10,"ME",2,50')) == (("SM", 1, 10), ("ME", 2, 50))
    assert stores(answer('+CPMS: "SM",?,?', "RING")) == ()
    assert masked_imsi("460990000000001") == "46099****0001"
    assert masked_imsi("ERROR") == ""


@pytest.mark.parametrize("name", ["standard", "usr", "conexant", "classy"])
def test_a_landline_voice_modem_is_known_by_its_class(tmp_path: Path, name: str) -> None:
    with VoiceSimulator(tmp_path, "--profile", name) as town:
        report = ask(town.link)
    assert (report.found, report.imei) == (Found.VOICE, "")
    assert "VOICE MODEM" in report.model


def test_a_landline_modem_without_voice_is_known_too(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path, "--profile", "novoice") as town:
        report = ask(town.link)
    assert report.found is Found.CALLER_ID
    assert "no class 8" in report.detail


@pytest.mark.parametrize("question", ["AT+VCID=?", "AT#CID=?"])
def test_a_modem_that_knows_caller_id_alone_is_good_for_that(plug_in: Plug, question: str) -> None:
    module = plug_in()
    del module.answers["AT+CGSN"]
    module.answers[question] = ["(0-2)"]
    assert ask(module.path).found is Found.CALLER_ID
