"""Surveys, dangers and joining as somebody at a seat uses them, in a real browser with its scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests import chromium as chromium_of_tests
from tests.support import eventually
from tests.web.house import House
from tests.web.test_browser import Office

PATIENCE_MS = 90_000
CHIEF = "13800005555"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


@pytest.fixture
def office(chromium: Browser, house: House) -> Iterator[Office]:
    office = Office(house, chromium)
    office.context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield office
    expect.set_options(timeout=chromium_of_tests.PATIENCE_MS)
    office.close()
    assert office.troubles == []


def status_of(office: Office, no: int) -> str:
    return office.house.office.tickets.row(no).status


def test_who_is_not_satisfied_is_sent_back_from_the_survey_page_by_keyboard(office: Office) -> None:
    house = office.house
    no = house.ticket("survey")
    page = office.signed_in("/")
    expect(page.locator(".side-more")).to_have_count(0)
    tickets = house.office.tickets
    tickets.move(no, "rate", house.user("wang"), version=tickets.row(no).version, rating=2, text="灯还是不亮")
    page.locator(".side-more a").click()  # the desk says so by itself
    page.wait_for_url("**/survey")
    expect(page.locator(f"#unhappy-{no} .said")).to_have_text("灯还是不亮")
    page.locator(f"#u-{no}-reason").focus()
    page.keyboard.type("第三盏灯没有修")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "redo"
    page.keyboard.press("Enter")
    eventually(lambda: status_of(office, no) == "in_progress")
    expect(page.locator(f"#unhappy-{no} .callback-result")).to_have_count(0)
    page.goto(f"{office.url}/tickets/{no}")
    expect(page.locator(".timeline")).to_contain_text("第三盏灯没有修")


def test_a_danger_is_told_with_one_press_and_confirmed_with_another(office: Office) -> None:
    house = office.house
    now = house.clock.now()
    house.office.roster.add(
        "leader", now - timedelta(hours=1), now + timedelta(days=9), house.user("li"), name="值班主任", phone=CHIEF
    )
    no = house.ticket("dispatched")
    page = office.signed_in(f"/tickets/{no}")
    other = office.tab("/calls")
    page.get_by_role("link", name="Report a danger").click()
    page.wait_for_url(f"**/emergency/{no}")
    page.get_by_role("button", name="Gas leak").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".danger-script .matter")).to_contain_text("Close the valve")
    expect(page.locator(".notes li")).to_have_count(1)
    expect(page.locator(".notes li")).to_contain_text("值班主任")
    other.reload()  # every page of every seat says so
    expect(other.locator(".bars")).to_contain_text(f"Emergency {no:06d}: nobody has confirmed yet.")
    page.get_by_role("button", name="Has confirmed").click()
    expect(page.locator(".ticket-state")).to_contain_text("Confirmed")
    other.reload()
    expect(other.locator(".bars")).not_to_contain_text("nobody has confirmed")


def test_alike_tickets_are_joined_from_the_banner_of_one(office: Office) -> None:
    house = office.house
    words = ("东街邮局门口电线被风刮断了", "东街电线被风刮断掉在路上", "邮局门口的电线断了掉地上")
    first, second, third = (
        house.ticket("accepted", title=each, content=each, contact_phone=f"1380001009{place}")
        for place, each in enumerate(words)
    )
    page = office.signed_in(f"/tickets/{first}")
    offer = page.locator(".alike-offer")
    expect(offer).to_contain_text("2 open tickets read like this one.")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.wait_for_url(f"**/tickets/{first}/alike")
    page.locator(f"input[name=other][value='{third}']").uncheck()
    page.get_by_role("button", name=f"Join these with {first:06d}").click()
    page.wait_for_url(f"**/tickets/{first}?**")
    assert [status_of(office, no) for no in (first, second, third)] == ["accepted", "merged", "accepted"]
    expect(page.locator(".alike-offer")).to_contain_text("One open ticket reads like this one.")
