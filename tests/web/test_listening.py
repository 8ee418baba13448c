"""Listening in over the real web server: live, without holding up anybody else, and gone with the browser."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import webserver
from appliance.clock import RealClock
from appliance.config import ModemSettings
from appliance.webserver import WebServer
from tests.appliance.recordings.sounds import frame, frames
from tests.support import eventually
from tests.web import house as house_file
from tests.web.house import House, Seat, copy_of
from tests.web.taping import deeds


class Live:
    """A served office on the real clock, with a call that is talked on a line whose sound comes to the box."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = house_file.settings_of

        def with_sound(data: Path) -> object:
            found = settings(data)
            line = ModemSettings(name="line1", device="unused1", kind="gsm", talk_path="headset", audio_device="/dev/x")
            return type(found)(office=found.office, data=found.data, modems=(line, *found.modems[1:]))

        monkeypatch.setattr(house_file, "settings_of", with_sound)
        self.house = House(folder)
        self.house.services.listening_in._clock = RealClock()
        self.server = WebServer(self.house.app, ("127.0.0.1", 0))
        self.server.start()
        self.call_id = self.house.rings()
        self.house.answered()

    def opens(self, seat: Seat, path: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        cookie = seat.client.get_cookie("hotline_session")
        assert cookie is not None
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("GET", path, headers={"Cookie": f"hotline_session={cookie.value}", "Range": "bytes=0-"})
        return connection, connection.getresponse()

    @property
    def path(self) -> str:
        return f"/calls/{self.call_id}/listen"

    def listeners(self) -> int:
        return len(self.house.services.listening_in._taps.get("line1", ()))

    def close(self) -> None:
        self.house.services.listening_in.close_all()
        self.server.stop()
        self.house.close()


@pytest.fixture
def live(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    live = Live(copy_of(furnished, tmp_path / "data"), monkeypatch)
    yield live
    live.close()


def test_what_is_said_now_is_heard_now_and_it_is_written_down(live: Live) -> None:
    lead = live.house.seat("li")
    connection, answer = live.opens(lead, live.path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.read(4) == b"RIFF"
    live.house.services.listening_in.hear("line1", frames(10, first=1))
    heard = b""
    while frame(10) not in heard:
        heard += answer.read(320)
        assert len(heard) < 10 * 16_000
    assert b"".join(frames(10, first=1)) in heard.replace(bytes(320), b"")
    assert deeds(live.house, "call_listened_in") == [(live.house.user("li").id, live.call_id)]
    connection.close()


def test_it_ends_with_the_call_and_frees_its_worker(live: Live) -> None:
    connection, answer = live.opens(live.house.seat("li"), live.path)
    answer.read(1000)
    live.house.hangs_up()
    while answer.read(4096):
        pass
    eventually(lambda: live.listeners() == 0)
    connection.close()


def test_a_browser_that_goes_is_noticed(live: Live) -> None:
    connection, answer = live.opens(live.house.seat("li"), live.path)
    answer.read(1000)
    assert live.listeners() == 1
    answer.close()
    connection.close()
    eventually(lambda: live.listeners() == 0)


def test_who_signs_out_hears_no_more(live: Live) -> None:
    seat = live.house.seat("li")
    connection, answer = live.opens(seat, live.path)
    answer.read(1000)
    seat.post("/logout", page="/settings")
    while answer.read(4096):
        pass
    connection.close()


def test_pages_stay_quick_while_listeners_take_nothing(live: Live) -> None:
    """Two who opened the stream and read no byte: their workers wait, everybody else's don't."""
    lead, wang = live.house.seat("li"), live.house.seat("wang")
    stuck = [live.opens(lead, live.path) for _ in range(2)]
    third = live.opens(lead, live.path)[1]
    assert third.status == 409
    until_s = time.monotonic() + 1.5
    while time.monotonic() < until_s:
        live.house.services.listening_in.hear("line1", frames(50))
        connection, answer = live.opens(wang, "/calls")
        assert answer.status == 200
        answer.read()
        connection.close()
    for connection, answer in stuck:
        answer.close()
        connection.close()
    eventually(lambda: live.listeners() == 0)


def test_what_waits_for_a_browser_never_lies_in_a_file(live: Live) -> None:
    """waitress puts an answer that nobody takes into a temporary file once it is larger than outbuf_overflow."""
    adjustments = live.server._server.adj
    assert adjustments.outbuf_high_watermark == webserver.MOST_WAITING_BYTES < adjustments.outbuf_overflow


@pytest.mark.parametrize(("name", "status"), [("li", 200), ("wang", 200), ("unit", 403), ("tech", 403)])
def test_leads_and_the_other_seat_may_listen_and_nobody_else(live: Live, name: str, status: int) -> None:
    seat = live.house.seat(name, language="en")
    assert seat.get(f"/calls/{live.call_id}/listening").status_code == status
    connection, answer = live.opens(seat, live.path)
    assert answer.status == status
    connection.close()


def test_the_card_leads_a_colleague_there_and_not_who_has_the_call(live: Live) -> None:
    live.house.office.calls.take(live.call_id, live.house.user("wang"))
    link = f'href="/calls/{live.call_id}/listening"'
    assert link in live.house.seat("li").html("/")
    assert link not in live.house.seat("wang").html("/")
    live.house.hangs_up()
    assert link not in live.house.seat("li").html("/")
