"""An operator, a keyboard and a real browser: from the ring to "closed", in both languages, without the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium as chromium_of_tests
from tests.journeys.box import PASSWORDS, Box
from tests.support import Simulator, eventually

CITIZEN, HANDLER = "13800010001", "13900010012"
WITHIN_MS = 60_000

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


WORDS: dict[str, dict[str, str]] = {
    "zh_CN": {
        "title": "东街路灯不亮",
        "content": "东街邮局到小学门口的三盏路灯一周不亮。",
        "place": "城关镇东街",
        "category": "路灯",
        "department": "城管局",
        "reply": "控制箱进水，已更换，三盏灯都亮了。",
        "closed": "已办结",
        "review": "待审核",
        "ringing": "振铃中",
    },
    "en": {
        "title": "Street lamps are out",
        "content": "Three lamps between post office and school have been out for a week.",
        "place": "East Street",
        "category": "Street lamps",
        "department": "City management",
        "reply": "The box was wet inside; it has been replaced and all lamps work.",
        "closed": "Closed",
        "review": "In review",
        "ringing": "ringing",
    },
}


def tab_to(page: Page, name: str, most: int = 30) -> None:
    """Press Tab until the field with this name has the focus, as somebody without a mouse does."""
    for _ in range(most):
        if page.evaluate("document.activeElement && document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {name}")


def choose(page: Page, label: str, most: int = 40) -> None:
    """Go down a select that has the focus until the option shows."""
    for _ in range(most):
        shown: str = page.evaluate("document.activeElement.selectedOptions[0].textContent")
        if label in shown:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no option {label}")


def choose_radio(page: Page, value: str, most: int = 10) -> None:
    page.keyboard.press("Space")
    for _ in range(most):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"no choice {value}")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_one_ticket_from_ring_to_closed_with_the_keyboard_alone(
    chromium: Browser, tmp_path: Path, language: str
) -> None:
    words = WORDS[language]
    with Simulator(tmp_path, "line1", "--baud", "115200") as town:
        box = Box(tmp_path, {"line1": town.link}, office=f"language = {language}\n", modem="talk_path = headset\n")
        box.staff()
        box.prove_talk_paths()
        with box:
            box.ready("line1")
            page = chromium.new_page(
                viewport={"width": 1366, "height": 768}, locale="zh-CN" if language == "zh_CN" else "en-GB"
            )
            page.set_default_timeout(WITHIN_MS)
            troubles: list[str] = []
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)

            page.goto(box.url + "/")
            page.keyboard.type("wang")
            page.keyboard.press("Tab")
            page.keyboard.type(PASSWORDS["wang"])
            page.keyboard.press("Enter")
            page.wait_for_url(box.url + "/")

            # It rings: the pop shows number and line, the title tells the other tabs, nothing typed is disturbed.
            page.keyboard.press("/")
            page.keyboard.type("half a word")
            town.ask("ring", number=CITIZEN)
            pop = page.locator("article[data-state=ringing]")
            expect(pop).to_contain_text(CITIZEN)
            expect(pop).to_contain_text(words["ringing"])
            eventually(lambda: "☎" in page.title())
            assert page.evaluate("document.activeElement.value") == "half a word", "the ring took the focus"

            # F2 works while typing; the call form opens with the number in it.
            page.keyboard.press("F2")
            eventually(lambda: [call["state"] for call in town.ask("calls")["current"]] == ["active"])
            form = page.locator("details.call-form")
            expect(form.locator("input[name=contact_phone]")).to_have_value(CITIZEN)
            eventually(lambda: page.evaluate("document.activeElement.name") == "title")
            page.keyboard.type(words["title"])
            tab_to(page, "content")
            page.keyboard.type(words["content"])
            tab_to(page, "place")
            page.keyboard.type(words["place"])
            tab_to(page, "type")
            choose_radio(page, "help")
            tab_to(page, "category")
            page.keyboard.type(words["category"])
            assert page.locator("input[name=q]").first.input_value() == "half a word"
            page.keyboard.press("Control+Enter")

            # The next step stands right there: the department, and it is on its way.
            expect(form.locator("select[name=department_id]")).to_be_visible()
            (ticket,) = box.export("tickets")
            assert (ticket["title"], ticket["status"], ticket["phone"]) == (words["title"], "accepted", CITIZEN)
            tab_to(page, "department_id")
            choose(page, words["department"])
            page.keyboard.press("Control+Enter")
            eventually(lambda: box.export("tickets")[0]["status"] == "dispatched")
            town.ask("hangup")

            # The handler signs and answers by SMS; the ticket's page follows without being loaded again.
            page.goto(f"{box.url}/tickets/{int(ticket['no'])}")
            _receives(town, HANDLER, ticket["no"])
            town.ask("sms", number=HANDLER, text="1")
            eventually(lambda: box.export("tickets")[0]["status"] == "in_progress")
            town.ask("sms", number=HANDLER, text=words["reply"])
            expect(page.locator(".ticket-head")).to_contain_text(words["review"])
            expect(page.locator("body")).to_contain_text(words["reply"])

            # Accept the reply: C goes to the next step, Enter takes it.
            _reload_if_asked(page)
            page.keyboard.press("c")
            expect(page.locator("[data-key=C]")).to_be_focused()
            assert box.export("tickets")[0]["status"] == "review"  # one key alone sends nothing
            page.keyboard.press("Enter")
            eventually(lambda: box.export("tickets")[0]["status"] == "survey")
            _receives(town, CITIZEN, words["reply"])
            page.goto(f"{box.url}/tickets/{int(ticket['no'])}")
            town.ask("sms", number=CITIZEN, text="5")
            expect(page.locator(".ticket-head")).to_contain_text(words["closed"])
            assert box.export("tickets")[0]["rating"] == 5
            assert troubles == []
            page.close()
            assert box.stop() == 0


def _receives(town: Simulator, number: str, part: str) -> None:
    def shown() -> bool:
        messages: list[dict[str, Any]] = town.ask("phones")["messages"]
        return any(message["to"] == number and part in message["text"] for message in messages)

    eventually(shown)


def _reload_if_asked(page: Page) -> None:
    """The page says that the next step changed; it doesn't take a form away under somebody's hands."""
    page.reload()
    page.wait_for_load_state()
