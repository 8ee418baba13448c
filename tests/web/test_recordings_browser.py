"""Recordings in a real browser: seeking, marks that jump, Opus, and a call that is heard while it is talked."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.clock import RealClock
from appliance.webserver import WebServer
from tests import chromium as chromium_of_tests
from tests import needs
from tests.support import eventually
from tests.web.house import PASSWORDS, House, copy_of
from tests.web.taping import deeds, tape

SECONDS = 40
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


@pytest.fixture
def served(furnished: Path, tmp_path: Path) -> Iterator[tuple[House, str]]:
    house = House(copy_of(furnished, tmp_path / "data"))
    server = WebServer(house.app, ("127.0.0.1", 0))
    server.start()
    yield house, f"http://127.0.0.1:{server.port}"
    house.office.feed.close()
    house.services.listening_in.close_all()
    server.stop()
    house.store.close()


def voice() -> bytes:
    count = SECONDS * 8000
    return struct.pack(f"<{count}h", *(round(5000 * math.sin(at * 0.3 + at * at * 1e-6)) for at in range(count)))


def signed_in(browser: Browser, url: str, path: str) -> Page:
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{"name": "hotline_language", "value": "en", "url": url}])
    page = context.new_page()
    page.goto(f"{url}/login?next={path}")
    page.fill("#username", "li")
    page.fill("#password", PASSWORDS["li"])
    page.press("#password", "Enter")
    page.wait_for_url(url + path)
    return page


def number(page: Page, what: str) -> float:
    return float(page.evaluate(f"document.querySelector('audio').{what}"))


def seeks(page: Page) -> None:
    """To half a minute and back, by the player itself."""
    page.evaluate("document.querySelector('audio').preload = 'metadata'")
    eventually(lambda: number(page, "readyState") >= 1)
    assert abs(number(page, "duration") - SECONDS) < 0.2
    for place in (31.5, 2.25, 38.0):
        page.evaluate(f"document.querySelector('audio').currentTime = {place}")
        eventually(lambda: page.evaluate("!document.querySelector('audio').seeking"))
        eventually(lambda: number(page, "readyState") >= 2)
        assert abs(number(page, "currentTime") - place) < 0.1
    assert page.evaluate("document.querySelector('audio').error") is None


def test_a_recording_plays_from_any_place_and_a_mark_jumps_there(chromium: Browser, served: tuple[House, str]) -> None:
    house, url = served
    recording = tape(house, voice(), marks=((25.0, "key", "3"),))
    page = signed_in(chromium, url, f"/recordings/{recording}")
    assert deeds(house, "recording_heard") == []
    page.get_by_role("link", name="Key pressed").click()
    eventually(lambda: number(page, "currentTime") > 25.2)  # it plays on from there
    assert number(page, "currentTime") < 35
    page.evaluate("document.querySelector('audio').pause()")
    seeks(page)
    assert deeds(house, "recording_heard") == [(house.user("li").id, recording)]
    page.context.close()


def test_compressed_it_seeks_just_as_well(chromium: Browser, served: tuple[House, str]) -> None:
    needs.program("opusenc", package="opus-tools")
    house, url = served
    recording = tape(house, voice())
    house.services.recordings.keeper.round()
    house.clock.advance(minutes=11)
    house.services.recordings.keeper.round()
    page = signed_in(chromium, url, f"/recordings/{recording}")
    seeks(page)
    page.context.close()


def test_a_mark_opens_the_browsers_own_player_at_its_second_where_no_script_runs(
    chromium: Browser, served: tuple[House, str]
) -> None:
    house, url = served
    recording = tape(house, voice(), marks=((25.0, "key", "3"),))
    page = signed_in(chromium, url, f"/recordings/{recording}")
    link = page.get_by_role("link", name="Key pressed").get_attribute("href")
    assert link is not None
    page.goto(url + link)
    eventually(lambda: page.evaluate("(document.querySelector('video, audio') || {}).currentTime || 0") >= 25)
    page.context.close()


def test_a_call_is_heard_while_it_is_talked(chromium: Browser, served: tuple[House, str]) -> None:
    house, url = served
    listening = house.services.listening_in
    listening._clock, listening._can_hear = RealClock(), lambda line: True
    call_id = house.rings()
    house.answered()
    page = signed_in(chromium, url, f"/calls/{call_id}/listening")
    page.evaluate("document.querySelector('audio').play()")
    page.get_by_text("Press play").click()
    eventually(lambda: number(page, "currentTime") > 1.5, 30.0)
    assert page.evaluate("document.querySelector('audio').error") is None
    house.hangs_up()
    eventually(lambda: not listening._taps.get("line1"))
    eventually(lambda: page.evaluate("document.querySelector('audio').ended"), 30.0)
    expect(page.get_by_text("Press play")).to_be_visible()
    page.context.close()
