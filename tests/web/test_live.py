"""News for open browsers: who hears what, over the real web server, and an end that comes when it is asked for."""

from __future__ import annotations

import json
import os
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from appliance.feed import Item
from appliance.people.roles import Role
from appliance.webserver import WebServer
from tests.support import eventually
from tests.web.house import CITIZEN, House, Seat, copy_of
from web import live


class Stream(threading.Thread):
    """One browser's stream, read as a browser reads it."""

    def __init__(self, port: int, seat: Seat) -> None:
        super().__init__(daemon=True)
        cookie = seat.client.get_cookie("hotline_session")
        assert cookie is not None
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/events", headers={"Cookie": f"hotline_session={cookie.value}"}
        )
        self.answer: HTTPResponse = urllib.request.urlopen(request, timeout=20)
        self.heard: list[tuple[str, dict[str, object]]] = []
        self.has_ended = threading.Event()
        self.start()
        eventually(self.beats)  # it listens: what is announced from now on comes

    def run(self) -> None:
        kind = ""
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.heard.append((kind, json.loads(line.removeprefix("data: "))))
        except (OSError, ValueError):
            pass
        self.has_ended.set()

    def go_away(self) -> None:
        """The browser is closed."""
        with socket.socket(fileno=os.dup(self.answer.fileno())) as connection:
            connection.shutdown(socket.SHUT_RDWR)

    def beats(self) -> int:
        return sum(kind == "beat" for kind, _ in self.heard)

    def news(self) -> list[tuple[str, dict[str, object]]]:
        return [each for each in self.heard if each[0] != "beat"]


@pytest.fixture
def served(furnished: Path, tmp_path: Path) -> Iterator[tuple[House, int]]:
    house = House(copy_of(furnished, tmp_path / "data"))
    server = WebServer(house.app, ("127.0.0.1", 0))
    server.start()
    yield house, server.port
    house.office.feed.close()
    server.stop()
    house.close()


def test_a_ring_comes_with_number_and_line_and_keeps_its_id(served: tuple[House, int]) -> None:
    house, port = served
    stream = Stream(port, house.seat("wang"))
    call_id = house.rings()
    eventually(lambda: any(kind == "ring" for kind, _ in stream.news()))
    ring = next(data for kind, data in stream.news() if kind == "ring")
    assert ring == {"kind": "ring", "id": call_id, "number": CITIZEN, "line": "line1"}
    house.hangs_up()
    eventually(lambda: ("call", {"kind": "call", "id": call_id}) in stream.news())


def test_a_committed_change_comes_as_kind_and_id(served: tuple[House, int]) -> None:
    house, port = served
    stream = Stream(port, house.seat("li"))
    no = house.ticket()
    eventually(lambda: ("ticket", {"kind": "ticket", "id": no}) in stream.news())


def test_departments_hear_that_something_changed_and_no_more_and_technicians_hear_lines(
    served: tuple[House, int],
) -> None:
    house, port = served
    unit, tech = Stream(port, house.seat("unit")), Stream(port, house.seat("tech"))
    house.rings()
    house.ticket("dispatched")
    house.texts("西街井盖破了")
    house.office.feed.announce("line", 0)
    eventually(lambda: tech.news() and unit.news())
    unit_beats, tech_beats = unit.beats(), tech.beats()
    eventually(lambda: unit.beats() > unit_beats and tech.beats() > tech_beats)
    assert {kind for kind, _ in unit.news()} == {"ticket"}
    assert {data["id"] for _, data in unit.news()} == {0}
    assert {kind for kind, _ in tech.news()} == {"line"}
    assert CITIZEN not in str(unit.heard) + str(tech.heard)


def test_a_quiet_stream_beats(served: tuple[House, int]) -> None:
    house, port = served
    stream = Stream(port, house.seat("wang"))
    eventually(lambda: stream.beats() >= 3)
    assert stream.news() == []


def test_a_stranger_gets_no_stream(served: tuple[House, int]) -> None:
    _, port = served
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/events", timeout=5)
    assert refused.value.code == 401


@pytest.mark.parametrize("ends", ["disabled", "signed out"])
def test_whoever_may_no_longer_listen_hears_not_one_more_ring(served: tuple[House, int], ends: str) -> None:
    house, port = served
    seat = house.seat("wang")
    stream = Stream(port, seat)
    if ends == "disabled":
        house.office.users.disable("wang", house.user("li"))
    else:
        seat.post("/logout", page="/")
    house.rings()
    assert stream.has_ended.wait(10)
    assert stream.news() == []


def test_listening_writes_nothing(served: tuple[House, int]) -> None:
    house, port = served
    stream = Stream(port, house.seat("wang"))
    seen = house.store.row("SELECT seen_at FROM session")
    house.clock.advance(hours=2)
    beats = stream.beats()
    eventually(lambda: stream.beats() >= beats + 2)
    assert house.store.row("SELECT seen_at FROM session") == seen


def test_a_stream_ends_with_its_session_after_twelve_hours(served: tuple[House, int]) -> None:
    house, port = served
    stream = Stream(port, house.seat("wang"))
    house.clock.advance(hours=13)
    assert stream.has_ended.wait(10)


def test_the_stream_ends_with_the_feed_so_that_the_box_can_stop(served: tuple[House, int]) -> None:
    house, port = served
    streams = [Stream(port, house.seat(name)) for name in ("wang", "li", "unit")]
    house.office.feed.close()
    for stream in streams:
        assert stream.has_ended.wait(5)


def test_a_browser_that_goes_away_leaves_its_place(served: tuple[House, int]) -> None:
    house, port = served
    stream = Stream(port, house.seat("wang"))
    assert len(house.office.feed._subscriptions) == 1
    stream.go_away()
    eventually(lambda: not house.office.feed._subscriptions)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_row_or_hears_nothing(role: Role) -> None:
    ring = Item("ring", 7, (("number", CITIZEN), ("line", "line1")))
    heard = live.words(ring, role)
    assert (heard is not None) == (role in (Role.OPERATOR, Role.LEAD))
    for kind in ("ring", "call", "message", "ticket", "line", "reminder"):
        frame = live.words(Item(kind, 7), role)
        assert frame is None or frame.count(b"\n\n") == 1


def test_text_in_the_news_cannot_break_out_of_its_frame() -> None:
    frame = live.words(Item("ring", 1, (("number", "1\n\nevent: beat"), ("line", "线路"))), Role.LEAD)
    assert frame is not None
    assert frame.count(b"\n\n") == 1
    assert "线路".encode() in frame
