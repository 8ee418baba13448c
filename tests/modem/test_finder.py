"""Modules are found wherever USB has put them; every port is asked once, and none can hold up a line."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from modem import finder as finding
from modem.claims import Wish
from modem.events import LineChanged, LineState
from modem.finder import Finder
from modem.fleet import Fleet, LineSettings
from modem.identify import Found, Seen, identify
from modem.nodes import find_nodes
from modem.port import Clock
from modem.serial_device import DeviceGone
from tests.modem.pty_module import MovableClock, PtyModule
from tests.modem.waiting import wait_until

Plug = Callable[..., PtyModule]
X, Y = "860000000000017", "860000000000025"


class Town:
    """A fleet, or a finder alone, that looks below one folder; the clock runs ahead as fast as it is moved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = MovableClock()
        self.search = (f"{folder}/tty*",)
        self._stop: list[Callable[[], object]] = []

    def fleet(self, **devices: str) -> Fleet:
        fleet = Fleet([LineSettings(*line) for line in devices.items()], self.clock, search=self.search)
        fleet.start()
        self._stop.append(fleet.stop)
        return fleet

    def finder(self, ask: Callable[[str, Sequence[int], Clock], Seen] = identify, /, **devices: str) -> Finder:
        finder = Finder([Wish(*line) for line in devices.items()], self.clock, search=self.search, identify=ask)
        finder.start()
        self._stop += [finder.stop, finder.join]
        return finder

    def close(self) -> None:
        for stop in self._stop:
            stop()


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(finding, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(finding, "SETTLE_S", 0.05)
    monkeypatch.setattr("modem.port.LOOK_EVERY_S", 0.1)
    made = Town(tmp_path)
    yield made
    made.close()


def module(plug_in: Plug, name: str, imei: str) -> PtyModule:
    plugged = plug_in(name)
    plugged.answers["AT+CGSN"] = [imei]
    return plugged


def picture(fleet: Fleet, line: str) -> LineChanged:
    return next(each for each in fleet.lines() if each.line == line)


def ready_at(fleet: Fleet, line: str, module: PtyModule) -> bool:
    now = picture(fleet, line)
    return now.state is LineState.READY and now.node == str(module.path.resolve())


def finds(finder: Finder, line: str) -> str | None:
    try:
        return finder.take(line)
    except DeviceGone:
        return None


def why(finder: Finder, line: str) -> DeviceGone:
    with pytest.raises(DeviceGone) as gone:
        finder.take(line)
    return gone.value


def test_lines_find_their_modules_by_imei_and_the_rest_by_themselves(town: Town, plug_in: Plug) -> None:
    first, second = module(plug_in, "ttyUSB0", X), module(plug_in, "ttyUSB1", Y)
    fleet = town.fleet(a="auto", b=f"imei:{X}")
    wait_until(lambda: ready_at(fleet, "b", first) and ready_at(fleet, "a", second))
    assert picture(fleet, "b").imei == X


def test_a_module_that_comes_back_under_another_name_is_found(town: Town, plug_in: Plug) -> None:
    gone = module(plug_in, "ttyUSB0", X)
    fleet = town.fleet(a=f"imei:{X}")
    wait_until(lambda: ready_at(fleet, "a", gone))
    gone.unplug()
    wait_until(lambda: picture(fleet, "a").state is LineState.MISSING)
    assert picture(fleet, "a").node == ""
    back = module(plug_in, "ttyUSB5", X)
    wait_until(lambda: ready_at(fleet, "a", back))


def test_two_modules_that_change_places_keep_their_lines(town: Town, plug_in: Plug) -> None:
    modules = module(plug_in, "ttyUSB0", X), module(plug_in, "ttyUSB1", Y)
    fleet = town.fleet(a=f"imei:{X}", b=f"imei:{Y}")
    wait_until(lambda: ready_at(fleet, "a", modules[0]) and ready_at(fleet, "b", modules[1]))
    for each in modules:
        each.unplug()
    swapped = module(plug_in, "ttyUSB0", Y), module(plug_in, "ttyUSB1", X)
    wait_until(lambda: ready_at(fleet, "a", swapped[1]) and ready_at(fleet, "b", swapped[0]))


def test_a_module_whose_node_now_belongs_to_another_is_not_opened_for_long(town: Town, plug_in: Plug) -> None:
    """The swap happens so fast that the finder believes in the old one: the module's own word puts it right."""
    other = module(plug_in, "ttyUSB0", Y)

    def deceived(path: str, baudrates: Sequence[int], clock: Clock) -> Seen:
        return Seen(Found.MODULE, X)

    fleet = Fleet([LineSettings("a", f"imei:{X}")], town.clock, search=town.search)
    fleet._finder._identify = deceived
    fleet.start()
    try:
        wait_until(lambda: "is not this line's" in picture(fleet, "a").detail)
        assert picture(fleet, "a").state is LineState.MISSING
        wait_until(lambda: "not plugged in" in picture(fleet, "a").detail)
    finally:
        assert fleet.stop()
    assert not any(asked.startswith("AT+CMGD") for asked in other.asked)


def test_a_module_that_a_line_has_by_path_is_let_go_by_another_that_found_it(town: Town, plug_in: Plug) -> None:
    by_path = module(plug_in, "ttyUSB0", X)
    twin = module(plug_in, "ttyUSB1", X)  # another port of the same module, and no USB facts to tell so
    fleet = town.fleet(a=str(by_path.path), b="auto")
    wait_until(lambda: ready_at(fleet, "a", by_path))
    wait_until(lambda: picture(fleet, "b").state is LineState.MISSING and "AT+CGSN" in twin.asked)
    wait_until(lambda: picture(fleet, "b").node == "")
    time.sleep(0.5)
    assert picture(fleet, "a").state is LineState.READY
    assert picture(fleet, "b").state is LineState.MISSING
    assert twin.asked.count("AT+CMGF=0") == 0, "it never got as far as its stores"


def test_a_socket_that_gets_another_module_sets_its_former_one_free(town: Town, plug_in: Plug) -> None:
    former = module(plug_in, "ttyUSB0", X)
    fleet = town.fleet(a=str(former.path), b="auto")
    wait_until(lambda: picture(fleet, "a").imei == X)
    former.unplug()
    wait_until(lambda: picture(fleet, "a").state is LineState.MISSING)
    moved = module(plug_in, "ttyUSB1", X)
    wait_until(lambda: moved.asked.count("AT+CGSN") == 1)
    assert picture(fleet, "b").state is LineState.MISSING, "it may only be on its way to another socket of its own"
    module(plug_in, "ttyUSB0", Y)
    wait_until(lambda: picture(fleet, "a").imei == Y and ready_at(fleet, "b", moved))
    assert picture(fleet, "b").imei == X


def test_the_second_path_to_a_module_is_refused(town: Town, plug_in: Plug) -> None:
    opened = module(plug_in, "ttyUSB0", X)
    finder = town.finder(a=str(opened.path), b=str(opened.path.resolve()))
    assert finder.take("a") == str(opened.path)
    gone = why(finder, "b")
    assert gone.state is LineState.IN_USE
    assert "line a has open" in gone.reason
    finder.leave("a")
    assert finder.take("b")


def test_each_port_is_asked_once_by_all_lines_together(town: Town, plug_in: Plug) -> None:
    modules = [module(plug_in, f"ttyUSB{number}", f"86000000000{number:04d}") for number in range(4)]
    finder = town.finder(**{f"line{number}": f"imei:86000000000{number + 4:04d}" for number in range(8)})

    def looks_on() -> bool:
        assert not any(finds(finder, f"line{number}") for number in range(8))
        time.sleep(0.02)
        return all(each.asked for each in modules)

    wait_until(looks_on)
    wait_until(lambda: all(len(each.asked) >= 2 for each in modules))  # the answers come before the clock goes on
    for _ in range(20):
        looks_on()
        town.clock.advance(1.0)
    assert [each.asked for each in modules] == [["AT", "AT+CGSN"]] * 4


def test_silent_ports_are_asked_again_ever_more_seldom(
    town: Town, plug_in: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOK_EVERY_S", 0.001)  # more often than it may ask
    plug_in("ttyUSB0")
    asked_at_s: list[float] = []

    def ask(path: str, baudrates: Sequence[int], clock: Clock) -> Seen:
        asked_at_s.append(clock.monotonic_s())
        return Seen(Found.SILENT, detail=f"{path} is silent")

    finder = town.finder(ask, a="auto")
    until_s = town.clock.monotonic_s() + 1200
    while town.clock.monotonic_s() < until_s:
        finds(finder, "a")
        town.clock.advance(0.5)
        time.sleep(0.001)
    wait_until(lambda: len(asked_at_s) > 10)
    pauses = [after - before for before, after in pairwise(asked_at_s)]
    assert min(pauses) >= finding.SOONEST_AGAIN_S
    assert len(asked_at_s) < 1200 / finding.LATEST_AGAIN_S + 20
    assert "is silent" in why(finder, "a").reason


def test_a_module_that_boots_slowly_is_found_when_it_answers(town: Town, plug_in: Plug) -> None:
    slow = module(plug_in, "ttyUSB0", X)
    slow.is_mute = True
    finder = town.finder(a=f"imei:{X}")
    wait_until(lambda: "is silent" in _reason(finder, "a"))
    slow.is_mute = False
    town.clock.advance(3)
    wait_until(lambda: finds(finder, "a") is not None)


def _reason(finder: Finder, line: str) -> str:
    try:
        return finder.take(line)
    except DeviceGone as gone:
        return gone.reason


def test_a_port_that_hangs_in_open_holds_up_nobody_and_is_asked_once(town: Town, plug_in: Plug) -> None:
    module(plug_in, "ttyUSB0", Y)
    good = module(plug_in, "ttyUSB1", X)
    asked: Counter[str] = Counter()
    free = threading.Event()

    def ask(path: str, baudrates: Sequence[int], clock: Clock) -> Seen:
        asked[path] += 1
        if path != str(good.path.resolve()):
            free.wait()
        return identify(path, baudrates, clock)

    finder = town.finder(ask, a=f"imei:{X}", b="auto")
    wait_until(lambda: finds(finder, "a") == str(good.path.resolve()))
    assert "looking" in why(finder, "b").reason
    town.clock.advance(finding.HANGS_AFTER_S + 1)
    wait_until(lambda: "hangs: unplug it" in _reason(finder, "b"))
    town.clock.advance(3600)
    time.sleep(0.2)
    assert set(asked.values()) == {1}
    free.set()
    wait_until(lambda: finds(finder, "b") is not None)


def test_a_fault_of_the_finder_is_logged_and_it_goes_on(
    town: Town, plug_in: Plug, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = module(plug_in, "ttyUSB0", X)
    real, faults = find_nodes, [ZeroDivisionError("a bug")]

    def faulty(search: Sequence[str]) -> object:
        if faults:
            raise faults.pop()
        return real(search)

    monkeypatch.setattr("modem.finder.find_nodes", faulty)
    finder = town.finder(a="auto")
    wait_until(lambda: finds(finder, "a") == str(found.path.resolve()))
    assert "looking for modules failed: ZeroDivisionError" in caplog.text


def test_a_port_that_cannot_even_be_asked_is_broken_and_asked_again(
    town: Town, plug_in: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    found = module(plug_in, "ttyUSB0", X)
    faults = [ZeroDivisionError("a bug")]

    def faulty(path: str, baudrates: Sequence[int], clock: Clock) -> Seen:
        if faults:
            raise faults.pop()
        return identify(path, baudrates, clock)

    finder = town.finder(faulty, a="auto")
    wait_until(lambda: "internal error" in _reason(finder, "a"))
    assert f"asking {found.path.resolve()} failed: ZeroDivisionError" in caplog.text
    town.clock.advance(finding.SOONEST_AGAIN_S)
    wait_until(lambda: finds(finder, "a") == str(found.path.resolve()))


def test_what_a_port_answers_is_logged_once_however_often_it_is_asked(
    town: Town, plug_in: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    plugged, asked = plug_in("ttyUSB0"), []

    def ask(path: str, baudrates: Sequence[int], clock: Clock) -> Seen:
        asked.append(path)
        return Seen(Found.SILENT, detail=f"{path} is silent")

    finder = town.finder(ask, a="auto")
    for count in range(1, 4):
        wait_until(lambda: finds(finder, "a") is None and len(asked) >= count)  # noqa: B023 - called at once
        town.clock.advance(finding.LATEST_AGAIN_S)
    wait_until(lambda: "ask-" not in {thread.name[:4] for thread in threading.enumerate()})
    said = [record for record in caplog.records if record.getMessage() == f"{plugged.path.resolve()} is silent"]
    told = [record for record in caplog.records if "is silent" in record.getMessage()]
    assert len(told) == 1, said


class StoppedMeanwhile(threading.Event):
    """Somebody calls stop() right after the loop has looked whether it is to stop."""

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self._finder = finder

    def is_set(self) -> bool:
        was_set = super().is_set()
        if not was_set:
            self._finder.stop()
        return was_set


def test_a_finder_stops_at_once_at_whatever_moment_it_is_told(town: Town) -> None:
    finder = Finder([Wish("a", "auto")], town.clock, search=town.search)
    finder._stopping = StoppedMeanwhile(finder)
    finder.start()
    finder.join(5)
    assert not finder.is_alive()


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Found.SILENT, LineState.SILENT),
        (Found.HANGS, LineState.SILENT),
        (Found.GARBLED, LineState.GARBLED),
        (Found.IN_USE, LineState.IN_USE),
        (Found.NOT_ALLOWED, LineState.NOT_ALLOWED),
        (Found.OTHER, LineState.MISSING),
        (Found.BROKEN, LineState.MISSING),
    ],
)
def test_a_line_stands_as_the_only_port_that_may_be_its_modules(
    town: Town, plug_in: Plug, found: Found, state: LineState
) -> None:
    plug_in("ttyUSB0")
    finder = town.finder(lambda path, baudrates, clock: Seen(found, detail=f"{path} is so"), a="auto")
    wait_until(lambda: "is so" in _reason(finder, "a"))
    assert why(finder, "a").state is state


def test_a_path_that_leads_nowhere_is_nobodys(town: Town) -> None:
    """It is not opened unclaimed: what is plugged in there meanwhile would be no line's, and another line's too."""
    finder = town.finder(a=f"{town.folder}/ttyUSB0")
    gone = why(finder, "a")
    assert (gone.state, gone.reason) == (LineState.MISSING, f"there is no device {town.folder}/ttyUSB0")


def test_why_there_is_no_module_is_said_with_what_is_wrong(town: Town, plug_in: Plug) -> None:
    finder = town.finder(
        lambda path, baudrates, clock: Seen(Found.IN_USE, detail=f"ModemManager (process 812) uses {path}"),
        a=f"imei:{X}",
    )
    wait_until(lambda: "not plugged in" in _reason(finder, "a"))
    assert X in _reason(finder, "a")
    plug_in("ttyUSB0")
    wait_until(lambda: "ModemManager (process 812) uses" in _reason(finder, "a"))
    assert why(finder, "a").state is LineState.IN_USE


def test_a_finder_that_no_line_needs_is_not_started(tmp_path: Path) -> None:
    fleet = Fleet([LineSettings("a", str(tmp_path / "ttyUSB0"))], MovableClock())
    fleet.start()
    assert fleet.is_alive()
    assert "finder" not in {thread.name for thread in threading.enumerate()}
    assert fleet.stop()
