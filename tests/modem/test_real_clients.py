"""Programs that we did not write use the simulated module, unmodified: they are the judges of what it does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gsmmodem.modem import GsmModem

from tests.modem.clients.gammu import Gammu, GammuSmsd
from tests.modem.clients.smstools import Smsd
from tests.support import Simulator, eventually

pytestmark = pytest.mark.clients

CITIZEN, OTHER, HANDLER = "13900001111", "+8613900002222", "13900003333"
LAMP = "您好，人民路12号的路灯坏了。"
LONG = "".join(chr(0x4E00 + 11 * place) for place in range(150))  # three parts, no two alike
REPLY = "您好，您的诉求已收到，编号000123。"
SHUFFLED = {"shuffle_parts": True, "wide_references": True}  # parts in any order, references of 16 bits
LONG_REPLY = "我们已联系城管局处理此事，" * 12  # 156 letters, three parts


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path, "gsm", "--baud", "115200") as running:
        yield running


def shown(town: Simulator) -> list[tuple[str, str, int]]:
    """What the citizens' telephones show: to whom, the whole text, and of how many parts it was joined."""
    return [(message["to"], message["text"], message["parts"]) for message in town.ask("phones")["messages"]]


def everything_at_once(town: Simulator, chatter_s: float) -> None:
    """Let it ring every second, with vendor lines in between, as long as the test runs.

    They wait for silence: with lines every 0.1 s gammu never comes to a word, with every 0.2 s smstools.
    """
    town.ask("set", ring_interval_s=1.0)
    town.ask("fault", chatter=chatter_s)
    town.ask("ring", number="13900009999")


def test_gammu_identifies_module_and_sim(town: Simulator, tmp_path: Path) -> None:
    said = Gammu(tmp_path, town.link).run("identify")
    assert "004999010640000" in said
    assert "460990000000001" in said
    assert "SIMULATED" in said


@pytest.mark.parametrize("in_any_order", [{}, SHUFFLED])
def test_gammu_reads_every_message_and_joins_its_parts(
    town: Simulator, tmp_path: Path, in_any_order: dict[str, bool]
) -> None:
    town.ask("set", **in_any_order)
    town.ask("sms", number=CITIZEN, text=LAMP)
    town.ask("sms", number=OTHER, text=LONG)
    town.ask("sms", number="10086", text="Balance {42} €")
    everything_at_once(town, 0.2)
    said = Gammu(tmp_path, town.link).run("geteachsms")
    for text in (LAMP, LONG, "Balance {42} €"):
        assert said.count(text) == 1, said
    assert f'"{OTHER}"' in said
    assert "5 SMS parts in 3 SMS sequences" in said
    assert town.ask("state")["news_in_answers"] > 0


def test_gammu_sends_chinese_in_one_and_in_three_parts(town: Simulator, tmp_path: Path) -> None:
    gammu = Gammu(tmp_path, town.link)
    everything_at_once(town, 0.2)
    gammu.run("sendsms", "TEXT", HANDLER, "-unicode", "-text", REPLY)
    gammu.run("sendsms", "TEXT", HANDLER, "-unicode", "-len", "400", "-text", LONG_REPLY)
    assert shown(town) == [(HANDLER, REPLY, 1), (HANDLER, LONG_REPLY, 3)]
    assert town.ask("state")["news_in_answers"] > 0


@pytest.mark.parametrize("in_any_order", [{}, SHUFFLED])
def test_gammu_smsd_receives_and_sends_chinese(town: Simulator, tmp_path: Path, in_any_order: dict[str, bool]) -> None:
    town.ask("set", **in_any_order)
    town.ask("sms", number=CITIZEN, text=LAMP)
    town.ask("sms", number=OTHER, text=LONG)
    with GammuSmsd(tmp_path, town.link) as daemon:
        daemon.send(HANDLER, LONG_REPLY)
        eventually(town.texts_shown, 60)
        town.ask("sms", number=CITIZEN, text="第二条")
        eventually(lambda: len(daemon.texts().get(CITIZEN, [])) == 2, 60)
        eventually(daemon.sent_files, 30)
    assert daemon.texts() == {CITIZEN: [LAMP, "第二条"], OTHER: [LONG]}
    assert shown(town) == [(HANDLER, LONG_REPLY, 3)]
    assert town.ask("state")["on_sim"] == 0


@pytest.mark.parametrize("in_any_order", [{}, SHUFFLED])
def test_smstools_receives_and_sends_chinese(town: Simulator, tmp_path: Path, in_any_order: dict[str, bool]) -> None:
    town.ask("set", **in_any_order)
    town.ask("sms", number=CITIZEN, text=LAMP)
    town.ask("sms", number=OTHER, text=LONG)
    everything_at_once(town, 0.3)
    with Smsd(tmp_path, town.link) as daemon:
        daemon.send(HANDLER, REPLY, "short")
        daemon.send(HANDLER, LONG_REPLY, "long")
        eventually(lambda: len(town.texts_shown()) == 2, 60)
        for serial in range(10):  # they come in while it reads
            town.ask("sms", number=HANDLER, text=f"处理完毕{serial}")
            time.sleep(0.2)
        eventually(lambda: len(daemon.received()) == 12, 60)
        eventually(lambda: len(daemon.sent_files()) == 2, 30)
    received = sorted((message.sender, message.text) for message in daemon.received())
    expected = [(CITIZEN, LAMP), (OTHER.removeprefix("+"), LONG)]
    assert received == sorted(expected + [(HANDLER, f"处理完毕{serial}") for serial in range(10)])
    taken_for = f"+{HANDLER}"  # smsd takes every number for an international one
    assert sorted(shown(town)) == sorted([(taken_for, REPLY, 1), (taken_for, LONG_REPLY, 3)])
    state = town.ask("state")
    assert state["on_sim"] == 0
    assert state["news_in_answers"] > 0


@pytest.fixture
def module(town: Simulator) -> Iterator[Any]:
    """python-gsmmodem-new, connected, with indications off: its reader cannot bear news between answers."""
    driver = GsmModem(str(town.link), 115200)
    driver.connect()
    driver.write("AT+CNMI=0,0,0,0,0")
    yield driver
    driver.close()


def test_gsmmodem_polls_every_part(town: Simulator, module: Any) -> None:
    town.ask("set", **SHUFFLED)
    town.ask("sms", number=CITIZEN, text=LAMP)
    town.ask("sms", number=OTHER, text=LONG)
    single, *parts = module.listStoredSms(memory="ME", delete=True)
    assert (single.number, single.text, list(single.udh)) == (CITIZEN, LAMP, [])
    assert {part.number for part in parts} == {OTHER}
    places = {part.udh[0].number: part for part in parts}
    assert "".join(places[number].text for number in (1, 2, 3)) == LONG
    assert len({part.udh[0].reference for part in parts}) == 1
    assert town.ask("state")["on_sim"] == 0


def test_gsmmodem_sends_chinese(town: Simulator, module: Any) -> None:
    module.sendSms(HANDLER, LONG_REPLY)
    assert shown(town) == [(HANDLER, LONG_REPLY, 3)]


def test_gsmmodem_dials_and_hangs_up(town: Simulator, module: Any) -> None:
    call = module.dial(CITIZEN)
    town.ask("pickup")
    eventually(lambda: call.answered)
    call.hangup()
    (past,) = town.ask("calls")["past"]
    assert (past["number"], past["answered"], past["why"]) == (CITIZEN, True, "local")
