"""Recording a prompt in a real browser: its microphone is a file, what comes out is what the box plays."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from appliance.prompts import level
from tests import chromium as chromium_of_tests
from tests.appliance.prompts.waves import voice, wav
from tests.web.house import House
from tests.web.test_browser import Office

pytestmark = pytest.mark.browser
PAGE = "/prompts/thanks"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone hears a voice, over and over."""
    heard = tmp_path_factory.mktemp("microphone") / "voice.wav"
    heard.write_bytes(wav(voice(4.0, amplitude=0.25, rate=48000), rate=48000))
    with chromium_of_tests.launched(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}",
    ) as browser:
        yield browser


@pytest.fixture
def office(chromium: Browser, house: House) -> Iterator[Office]:
    office = Office(house, chromium)
    yield office
    office.close()
    assert office.troubles == []


def test_a_prompt_is_recorded_with_the_microphone_and_played_as_the_telephone_carries_it(office: Office) -> None:
    page = office.signed_in(PAGE, "li")
    page.fill("#words", "谢谢您的来电")
    page.click("#record-start")
    expect(page.locator("#record-say")).to_contain_text("Recording 2 s")
    expect(page.locator("#record-verdict")).to_have_text("good")
    page.click("#record-stop")
    expect(page.locator("#record-say")).to_contain_text("Listen to it on the next page")
    assert page.evaluate("document.getElementById('sound-file').files[0].name") == "recorded.wav"

    page.get_by_role("button", name="Upload and listen").click()

    expect(page.locator("#draft")).to_contain_text("recorded in the browser")
    expect(page.locator("#draft blockquote")).to_have_text("谢谢您的来电")
    with wave.open(io.BytesIO(office.house.office.studio.wav("thanks", which="draft"))) as sound:
        samples = sound.readframes(sound.getnframes())
        assert sound.getframerate() == 8000
    found = level.loudness(samples)
    assert found.active_dbfs == pytest.approx(level.TARGET_DBFS, abs=1.5)
    assert 1.0 < found.speech_s < 9.0


def test_the_browser_plays_what_callers_hear(office: Office) -> None:
    page = office.signed_in(PAGE, "li")
    player = page.locator("audio").first

    seconds = player.evaluate(
        "sound => new Promise((done, failed) => { sound.onloadedmetadata = () => done(sound.duration);"
        " sound.onerror = () => failed(sound.error.message); sound.load(); })"
    )

    clip = office.house.office.studio.wav("thanks")
    assert seconds == pytest.approx((len(clip) - 44) / 16000, abs=0.01)


def test_a_file_that_is_too_large_is_said_before_it_is_sent(office: Office, tmp_path: Path) -> None:
    large = tmp_path / "large.wav"
    large.write_bytes(bytes(13 * 1024 * 1024))
    page = office.signed_in(PAGE, "li")

    page.set_input_files("#sound-file", large)

    assert page.evaluate("document.getElementById('sound-file').validationMessage") == (
        "This file is too large: 12 MB at most."
    )
    assert not page.evaluate("document.getElementById('record').checkValidity()")
