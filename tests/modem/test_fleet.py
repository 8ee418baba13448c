"""The fleet: eight lines at once, each with its own picture; wrong settings are named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from modem.commands import Dial, RawCommand
from modem.events import CallRinging, Event, LineChanged, LineState, RawAnswer
from modem.fleet import Fleet, LineSettings, UnknownDialect, UnknownKind
from tests.modem.pty_module import MovableClock, PtyModule
from tests.modem.waiting import PATIENCE_S

Plug = Callable[..., PtyModule]


@pytest.fixture
def start() -> Iterator[Callable[[Sequence[LineSettings]], Fleet]]:
    fleets: list[Fleet] = []

    def start_(settings: Sequence[LineSettings]) -> Fleet:
        fleets.append(Fleet(settings, MovableClock()))
        fleets[-1].start()
        return fleets[-1]

    yield start_
    for fleet in fleets:
        assert fleet.stop()


Start = Callable[[Sequence[LineSettings]], Fleet]


def take_until(fleet: Fleet, is_enough: Callable[[list[Event]], bool]) -> list[Event]:
    until_s = time.monotonic() + PATIENCE_S
    taken: list[Event] = []
    while not is_enough(taken):
        assert time.monotonic() < until_s, taken
        event = fleet.inbox.get(0.2)
        taken += [event] if event else []
    return taken


def all_ready(fleet: Fleet) -> bool:
    return all(line.state is LineState.READY for line in fleet.lines())


def test_eight_lines_talk_at_once_and_none_waits_for_another(plug_in: Plug, start: Start) -> None:
    modules = {f"line{number}": plug_in(f"modem{number}") for number in range(8)}
    modules["line3"].is_mute = True
    fleet = start([LineSettings(name, str(module.path)) for name, module in modules.items()])
    others = set(modules) - {"line3"}
    take_until(fleet, lambda _taken: {line.line for line in fleet.lines() if line.state is LineState.READY} == others)
    for module in modules.values():
        module.say("RING")
    rings = take_until(fleet, lambda taken: sum(isinstance(event, CallRinging) for event in taken) == 8)
    assert {event.line for event in rings if isinstance(event, CallRinging)} == set(modules)
    for name in others:
        assert fleet.send(name, RawCommand("ATI", 1))
    take_until(fleet, lambda taken: sum(isinstance(event, RawAnswer) for event in taken) == 7)


def test_every_line_has_its_latest_picture_in_the_order_of_the_settings(start: Start, tmp_path: Path) -> None:
    fleet = start([LineSettings(name, str(tmp_path / name)) for name in ("b", "a")])
    take_until(fleet, lambda _taken: all(line.state is LineState.MISSING for line in fleet.lines()))
    assert [line.line for line in fleet.lines()] == ["b", "a"]
    assert fleet.stop()
    assert [line.state for line in fleet.lines()] == [LineState.STOPPED] * 2


def test_before_the_start_and_without_lines_nothing_happens() -> None:
    fleet = Fleet([LineSettings("line1", "/dev/null")], MovableClock())
    assert fleet.lines() == (LineChanged("line1", LineState.STARTING),)
    assert fleet.stop()
    assert Fleet([], MovableClock()).stop()


def test_a_fleet_is_alive_while_all_its_threads_run(tmp_path: Path) -> None:
    fleet = Fleet([LineSettings("line1", str(tmp_path / "modem0"))], MovableClock())
    assert not fleet.is_alive()
    fleet.start()
    assert fleet.is_alive()
    assert fleet.stop()
    assert not fleet.is_alive()


def test_a_command_for_a_line_that_does_not_exist_is_not_taken() -> None:
    assert not Fleet([], MovableClock()).send("line1", Dial(1, "10086"))


def test_a_line_that_has_stopped_takes_no_command(start: Start, tmp_path: Path) -> None:
    fleet = start([LineSettings("line1", str(tmp_path / "modem0"))])
    assert fleet.send("line1", RawCommand("ATI", 1))
    assert fleet.stop()
    assert not fleet.send("line1", RawCommand("ATI", 2))


def test_every_event_is_heard_at_once_before_it_is_in_the_inbox(tmp_path: Path) -> None:
    waiting: list[tuple[Event, int]] = []
    fleet = Fleet(
        [LineSettings("line1", str(tmp_path / "modem0"))],
        MovableClock(),
        at_once=lambda event: waiting.append((event, len(fleet.inbox))),
    )
    fleet.start()
    assert fleet.stop()
    assert [before for _, before in waiting] == list(range(len(fleet.inbox)))
    assert [event for event, _ in waiting] == take_until(fleet, lambda taken: len(taken) == len(waiting))


def test_unknown_kinds_and_dialects_are_named_with_what_is_allowed() -> None:
    with pytest.raises(UnknownKind, match="line line1: kind 'smoke' is unknown; use one of auto, gsm"):
        Fleet([LineSettings("line1", "/dev/null", kind="smoke")], MovableClock())
    with pytest.raises(UnknownDialect, match=r"'klingon' is unknown; use one of .*generic"):
        Fleet([LineSettings("line1", "/dev/null", dialect="klingon")], MovableClock())


def test_a_named_dialect_is_used(plug_in: Plug, start: Start) -> None:
    fleet = start([LineSettings("line1", str(plug_in().path), kind="gsm", dialect="generic", pin="1234")])
    take_until(fleet, lambda _taken: all_ready(fleet))


def test_a_clock_moved_by_hand_is_looked_at(tmp_path: Path, plug_in: Plug) -> None:
    clock = MovableClock()
    fleet = Fleet([LineSettings("line1", str(tmp_path / "modem0"))], clock)
    fleet.start()
    take_until(fleet, lambda _taken: fleet.lines()[0].state is LineState.MISSING)
    plug_in()
    clock.advance(3)
    fleet.wake()
    take_until(fleet, lambda _taken: all_ready(fleet))
    assert fleet.stop()
