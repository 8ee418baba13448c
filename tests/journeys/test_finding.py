"""Modules that move: found by IMEI or by themselves, wherever USB puts them; and a PIN that is tried once for all."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import RealClock
from modem.asking import OpenPort
from tests.journeys.box import Box
from tests.support import Simulator, eventually

X, Y = "860000000000017", "860000000000025"
ZHAO, QIAN = "13655550001", "13655550002"
BACK_WITHIN_S = 30.0

Plug = Callable[..., Simulator]


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    """Plug in a simulated module: its link lies where the box looks for modems."""
    (tmp_path / "dev").mkdir()
    with ExitStack() as stack:

        def plug_in(name: str, imei: str, *options: str) -> Simulator:
            return stack.enter_context(Simulator(tmp_path / "dev", name, "--imei", imei, *options))

        yield plug_in


def box_with(folder: Path, program: Sequence[str] = ("-m", "appliance"), modem: str = "", **lines: str) -> Box:
    """`hotline run` that looks for its modules below `folder`/dev."""
    search = f"\n[ports]\nsearch = {folder}/dev/*.tty {folder}/dev/moved*\n"
    devices = {name: Path(device) for name, device in lines.items()}
    return Box(folder, devices, office=search, program=program, modem=modem)


def lines_of(box: Box) -> dict[str, dict[str, Any]]:
    """What the running box says of its lines' modules, by line."""
    reports = json.loads(box.hotline("modem", "probe", "--json").stdout)
    return {report["line"]: report for report in reports if report["line"]}


def doctors_words(box: Box) -> str:
    return box.hotline("doctor", check=False).stdout


def went_missing(box: Box, line: str, times: int) -> bool:
    return box.log_of_this_start().partition(f"{line} became ready")[2].count(f"{line} became missing") >= times


def texts_by_line(box: Box) -> dict[str, str]:
    return {row["text"]: row["line"] for row in box.export("messages") if row["direction"] == "in"}


def test_modules_are_found_by_imei_and_by_themselves_and_again_wherever_they_are_put(
    plug: Plug, tmp_path: Path
) -> None:
    first, second = plug("usb0", X), plug("usb1", Y)
    with box_with(tmp_path, main=f"imei:{Y}", spare="auto") as box:
        box.ready("main", "spare")
        told = lines_of(box)
        assert (told["main"]["imei"], told["spare"]["imei"]) == (Y, X)
        assert told["main"]["node"] == str(second.link.resolve())
        first.ask("sms", number=ZHAO, text="路灯不亮")
        second.ask("sms", number=QIAN, text="水管爆了")
        eventually(lambda: texts_by_line(box) == {"路灯不亮": "spare", "水管爆了": "main"})

        for number in range(2):  # pulled out, and put into another socket
            for town, line in ((second, "main"), (first, "spare")):
                town.ask("fault", renumber=str(tmp_path / "dev" / f"moved{line}{number}"))
                eventually(functools.partial(went_missing, box, line, number + 1))
                box.ready("main", "spare", within_s=BACK_WITHIN_S)
        told = lines_of(box)
        assert (told["main"]["imei"], told["spare"]["imei"]) == (Y, X)
        second.ask("sms", number=QIAN, text="又漏水了")
        eventually(lambda: texts_by_line(box).get("又漏水了") == "main")
        assert box.stop() == 0


def test_two_modules_that_change_sockets_keep_their_lines(plug: Plug, tmp_path: Path) -> None:
    first, second = plug("usb0", X), plug("usb1", Y)
    with box_with(tmp_path, one=f"imei:{X}", two=f"imei:{Y}") as box:
        box.ready("one", "two")
        places = [first.link, second.link]
        first.ask("fault", unplug=True)
        second.ask("fault", renumber=str(places[0]))
        first.ask("fault", renumber=str(places[1]))
        eventually(lambda: box.log_of_this_start().count("became missing") >= 2)
        box.ready("one", "two", within_s=BACK_WITHIN_S)
        told = lines_of(box)
        assert {name: told[name]["imei"] for name in told} == {"one": X, "two": Y}
        assert told["one"]["node"] == str(places[1].resolve())
        assert told["two"]["node"] == str(places[0].resolve())
        first.ask("sms", number=ZHAO, text="还在吗")
        eventually(lambda: texts_by_line(box).get("还在吗") == "one")


def test_silent_and_hanging_ports_hold_up_no_line(plug: Plug, tmp_path: Path) -> None:
    hanging, silent, good = plug("usb0", "860000000000033"), plug("usb1", Y), plug("usb2", X)
    silent.ask("fault", mute=3600)
    program = ("-m", "tests.journeys.hanging_port", str(hanging.link))
    with box_with(tmp_path, program, main=f"imei:{X}", spare="auto", fixed=str(hanging.link)) as box:
        box.ready("main", within_s=15.0)
        eventually(lambda: "fixed became silent: opening" in box.log_of_this_start(), 30.0)
        eventually(lambda: f"{silent.link.resolve()} is silent" in doctors_words(box), 30.0)
        assert "unplug the module, count to ten" in doctors_words(box)
        good.ask("sms", number=ZHAO, text="路灯不亮")
        eventually(lambda: texts_by_line(box) == {"路灯不亮": "main"})
        silent.ask("fault", mute=0.01)  # it has started at last
        box.ready("main", "spare", within_s=BACK_WITHIN_S)
        assert box.stop() == 0


def test_a_module_is_asked_by_hand_while_the_box_works_and_nothing_is_disturbed(plug: Plug, tmp_path: Path) -> None:
    used, free = plug("usb0", X), plug("usb1", Y, "--profile", "quectel")
    with box_with(tmp_path, main=f"imei:{X}") as box:
        box.ready("main")
        said = box.hotline("modem", "probe").stdout
        assert re.search(rf"{used.link.resolve()}.*\n  line +main, of the running service", said)
        assert f"device = imei:{Y}" in said
        assert f"device = imei:{X}" not in said, "that line is there already"
        assert "Quectel EC25" in said
        one = json.loads(box.hotline("modem", "probe", str(free.link), "--json").stdout)
        assert [report["imei"] for report in one] == [Y]
        box.ready("main", within_s=0.5)
        assert "main became" not in box.log_of_this_start().partition("main became ready")[2]


def by_hand(town: Simulator, command: str) -> str:
    """What a technician types while the box is off; all that is answered."""
    with OpenPort(str(town.link), 115200, RealClock()) as port:
        said = port.ask(command, 10.0)
    assert said.final is not None
    return " ".join([*said.lines, said.final.text])


def lock_again(town: Simulator) -> None:
    """Power off and on: the card asks for its PIN again."""
    town.ask("fault", unplug=0.5)
    eventually(town.link.exists)


def pin_tries_left(town: Simulator) -> int:
    """Found out the hard way: wrong PINs by hand until the card wants its PUK. Then it is opened: three tries again."""
    tries = 0
    while "SIM PUK" not in by_hand(town, "AT+CPIN?"):
        tries += 1
        assert not by_hand(town, 'AT+CPIN="0000"').endswith("OK")
    assert by_hand(town, 'AT+CPIN="12345678","1234"').endswith("OK")
    return tries


def test_a_wrong_pin_is_sent_once_for_all(plug: Plug, tmp_path: Path) -> None:
    town = plug("usb0", X, "--pin", "1234")
    box = box_with(tmp_path, main="auto", modem="pin = 9999\n")
    left: list[int] = []
    for _ in range(3):  # each time the card has all its tries, and each time it is another process
        with box:
            eventually(lambda: "main became sim_locked" in box.log_of_this_start(), 30.0)
            assert f"tries left: {3 if left else 2}" in doctors_words(box)
            box.kill()
        left.append(pin_tries_left(town))
        lock_again(town)
    assert left == [2, 3, 3], "it reached the card once"
    assert "9999" not in box.log.read_text("utf-8")


def test_a_changed_pin_is_tried_and_a_right_one_opens_the_card_after_every_power_cut(
    plug: Plug, tmp_path: Path
) -> None:
    town = plug("usb0", X, "--pin", "1234")
    box = box_with(tmp_path, main="auto", modem="pin = 9999\n")
    with box:
        eventually(lambda: "main became sim_locked" in box.log_of_this_start(), 30.0)
        box.kill()
    assert by_hand(town, 'AT+CPIN="1234"').endswith("OK")  # with two tries left this is a person's business
    lock_again(town)
    box.config.write_text(box.config.read_text("utf-8").replace("pin = 9999", "pin = 1234"), encoding="utf-8")
    for _ in range(2):
        with box:
            box.ready("main")
            box.kill()
        lock_again(town)


def test_a_pin_that_was_tried_in_vain_is_freed_while_the_box_works(plug: Plug, tmp_path: Path) -> None:
    town = plug("usb0", X, "--pin", "5678")  # the wrong card
    box = box_with(tmp_path, main="auto", modem="pin = 1234\n")
    with box:
        eventually(lambda: "main became sim_locked" in box.log_of_this_start(), 30.0)
        box.kill()
    pin_tries_left(town)  # the right one, as far as the box can see: its PIN is 1234
    lock_again(town)
    with box:
        eventually(lambda: "main became sim_locked" in box.log_of_this_start(), 30.0)
        assert "given once only (tries left: 3)" in doctors_words(box)
        assert box.hotline("modem", "pin-again", "spare", check=False).returncode == 1
        box.hotline("modem", "pin-again", "main")
        box.ready("main", within_s=60.0)
        assert [row["action"] for row in box.export("audit")].count("pin_freed") == 1
