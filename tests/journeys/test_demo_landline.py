"""The demo as somebody meets it who has never seen it: a browser, the page Town, and the telephone line of the office.

Nothing here depends on the hour: the box answers after six rings in the demo's office hours and after two else, and
greets in other words.
"""

from __future__ import annotations

import io
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from appliance.prompts import shipped
from modem.audio import laws
from modem.simulator.control import ask
from modem.voice_profile import SampleFormat
from tests import chromium as chromium_of_tests
from tests.support import eventually
from tools import pictures

CALLER, OTHER_CALLER, THIRD_CALLER = "13912345678", "13912340002", "13912340003"
WITHIN_MS = 60_000
ANSWERED_WITHIN_MS = 90_000  # six rings take half a minute
LOUD = 300  # of 32,767: what a telephone line never has by itself
CHUNK_BYTES = 8000  # half a second

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = {
    "zh_CN": {"draft": "待完善", "message": "来电人正在留言", "taken": "话机通话中", "busy": "已拿起"},
    "en": {"draft": "Draft", "message": "The caller leaves a message", "taken": "on the telephone", "busy": "lifted"},
}


@dataclass(frozen=True)
class Demo:
    """A demo that runs, and its simulated landline."""

    url: str
    folder: Path
    chromium: Browser

    def sign_in(self, language: str, *, has_javascript: bool = True) -> Page:
        context: BrowserContext = self.chromium.new_context(
            viewport={"width": 1366, "height": 768}, java_script_enabled=has_javascript
        )
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        expect.set_options(timeout=WITHIN_MS)
        page.goto(self.url)
        page.locator(f"button[value={language}]").click()
        page.fill("[name=username]", "wang")
        page.fill("[name=password]", "demo-operator")
        page.keyboard.press("Enter")
        page.wait_for_url(self.url)
        return page

    def until_on_hook(self) -> None:
        """The modem and the telephone have both let go of the line."""
        eventually(lambda: ask(self.folder / "landline.sock", {"do": "state"})["line"] == "idle", 30)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with chromium_of_tests.launched() as browser, pictures.demo(folder) as url:
        yield Demo(url, folder, browser)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_newcomer_rings_hears_the_greeting_and_leaves_a_message_that_is_a_ticket(demo: Demo, language: str) -> None:
    words, caller = WORDS[language], {"zh_CN": CALLER, "en": OTHER_CALLER}[language]
    page = demo.sign_in(language)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.locator("a.place[href='/town']").click()
    next_step = page.locator("#town-landline")
    expect(next_step).to_have_attribute("data-next", "free", timeout=ANSWERED_WITHIN_MS)

    # Step 1. The card of the office and the page say the same.
    rings(page, caller)
    expect(page.locator("article[data-state=ringing]")).to_have_count(1)

    # Step 2. The box answers; what it says is what was shipped, byte by byte of the telephone's code.
    expect(next_step).to_have_attribute("data-next", "message", timeout=ANSWERED_WITHIN_MS)
    expect(page.locator("article.call-box")).to_contain_text(words["message"])

    # Step 3, at once: whoever says nothing is asked to call again. A click moves nothing that stands on the page.
    page.click("button[value=lamp]")
    expect(next_step).to_have_attribute("data-next", "message")
    before = page.locator("#town-heard audio").get_attribute("src")
    page.click("#town-hear-anew")
    expect(page.locator("#town-heard audio")).not_to_have_attribute("src", str(before))
    heard = samples_of(page, "#town-heard audio")
    assert loudest(heard) > LOUD
    assert max(share_of_prompt(heard, key) for key in ("greeting_hours", "greeting_after_hours")) >= 0.8
    plays(page, "#town-heard audio")
    page.wait_for_timeout(6_000)  # the lamp's sentence

    # Step 4. It is a draft among the tickets, and its recording is what was said.
    page.click("#town-hangup")
    expect(next_step).to_have_attribute("data-next", "free")
    expect(page.locator("article[data-state=talking]")).to_have_count(0, timeout=WITHIN_MS)
    page.goto(drafts_of(demo, page, caller, words["draft"]))
    expect(page.locator(".ticket-head")).to_contain_text(words["draft"])
    spoken = samples_of(page, "audio.player")
    assert len(spoken) // 2 > 3 * 8000
    assert loudest(spoken) > LOUD
    plays(page, "audio.player")
    assert troubles == []
    page.context.close()
    demo.until_on_hook()


def rings(page: Page, number: str) -> None:
    """Ring the landline as a citizen does: whoever finds it engaged for a moment rings again."""
    page.fill("#number", number)
    for _ in range(20):
        page.click("#town-ring-landline")
        try:
            expect(page.locator("#town-landline")).not_to_have_attribute("data-next", "free", timeout=5_000)
            return
        except AssertionError:
            continue
    raise AssertionError("the landline never rang")


def test_the_telephone_on_the_desk_is_lifted_and_the_box_lets_go(demo: Demo) -> None:
    words = WORDS["en"]
    page = demo.sign_in("en")
    page.goto(demo.url + "town")
    rings(page, THIRD_CALLER)
    next_step = page.locator("#town-landline")
    expect(next_step).to_have_attribute("data-next", "box", timeout=ANSWERED_WITHIN_MS)

    # Lifted while the box still speaks, then F2: the modem leaves the line to the telephone.
    page.focus("#town-telephone")
    page.keyboard.press("Enter")
    expect(next_step).to_have_attribute("data-next", "desk")
    expect(page.locator("#town-telephone"), "the hand stays where it is").to_be_focused()
    expect(page.locator(".town-desk")).to_contain_text(words["busy"])
    page.keyboard.press("F2")
    card = page.locator("article[data-state=talking]")
    expect(card).to_contain_text(words["taken"])
    expect(page.locator("article.call-box")).to_have_count(0)
    expect(page.locator("details.call-form input[name=contact_phone]")).to_have_value(THIRD_CALLER)
    socket = demo.folder / "landline.sock"
    eventually(lambda: not ask(socket, {"do": "state"})["off_hook"])
    state = ask(socket, {"do": "state"})
    assert (state["telephone_lifted"], state["line"]) == (True, "talking"), "the caller was never let go"

    # The end: the telephone is put down, the operator closes the call.
    page.click("#town-telephone")
    page.keyboard.press("F8")
    expect(page.locator("article[data-state=ended]")).to_have_count(1)
    page.click("#town-hangup")
    expect(next_step).to_have_attribute("data-next", "free")
    page.context.close()
    demo.until_on_hook()


def test_without_javascript_each_click_comes_back_to_the_landline(demo: Demo) -> None:
    page = demo.sign_in("zh_CN", has_javascript=False)
    page.goto(demo.url + "town")
    page.fill("#number", "")
    page.click("#town-ring-landline")
    assert page.url.endswith("/town?number=#town-sound")
    assert page.locator("#number").input_value() == "", "a call without a number stays one"
    assert page.locator("#town-landline").get_attribute("data-next") == "ringing"
    page.click("#town-telephone")
    assert page.locator("#town-landline").get_attribute("data-next") == "desk"
    page.click("button[value=lamp]")
    page.click("button[name=keys][value='5']")
    page.click("#town-hear-anew")
    assert page.locator("#town-heard audio").count() == 1
    page.click("#town-telephone")
    page.click("#town-hangup")
    assert page.locator("#town-landline").get_attribute("data-next") == "free"
    page.click("button[value=lamp]")  # with nobody on the line
    assert page.locator("h1").count() == 1
    assert "模拟" in page.locator("body").inner_text()
    page.context.close()
    demo.until_on_hook()


def drafts_of(demo: Demo, page: Page, caller: str, draft: str) -> str:
    """The address of the caller's draft, once it is there."""

    def found() -> str:
        page.goto(f"{demo.url}search?q={caller}")
        rows = page.locator(".row-ticket", has_text=draft)
        return str(rows.first.locator("a.row-link").get_attribute("href")) if rows.count() else ""

    path: str = eventually(found, every_s=0.5)
    return demo.url + path.removeprefix("/")


def samples_of(page: Page, audio: str) -> bytes:
    """The 16-bit samples that this player of the page gets."""
    answer = page.request.get(page.url.split("/t")[0] + str(page.locator(audio).first.get_attribute("src")))
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/wav")
    with wave.open(io.BytesIO(answer.body())) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        samples: bytes = sound.readframes(sound.getnframes())
        return samples


def plays(page: Page, audio: str) -> None:
    """The browser itself plays it: its clock goes on."""
    page.locator(audio).first.evaluate("player => { player.muted = true; return player.play(); }")
    eventually(lambda: page.locator(audio).first.evaluate("player => player.currentTime") > 0.2)
    page.locator(audio).first.evaluate("player => player.pause()")


def loudest(samples: bytes) -> int:
    return max(map(abs, array("h", samples)))


def share_of_prompt(heard: bytes, key: str) -> float:
    """How much of the shipped prompt was heard: half seconds that came bit for bit, of all that aren't silent.

    Where the box looks between two pieces of a prompt whether the caller still is there, a half second is cut.
    """
    prompt = laws.decode(shipped.load("zh_CN")[key], SampleFormat.ULAW)
    chunks = [prompt[at : at + CHUNK_BYTES] for at in range(0, len(prompt) - CHUNK_BYTES, CHUNK_BYTES)]
    spoken = [chunk for chunk in chunks if loudest(chunk) > LOUD]
    return sum(chunk in heard for chunk in spoken) / len(spoken)
