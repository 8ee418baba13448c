"""Calls of the landline under a hand that types: keys, and a number that is not lost while the card changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from modem.commands import Join
from modem.events import CallDialing, CallTone, ToneHeard
from tests import chromium as chromium_of_tests
from tests.appliance.box_on_line import PLAIN, WAITS
from tests.support import eventually
from tests.web.house import CITIZEN, House, copy_of
from tests.web.landline import Landline
from tests.web.test_browser import Office

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


@pytest.fixture
def office(chromium: Browser, furnished: Path, tmp_path: Path) -> Iterator[Office]:
    house = House(copy_of(furnished, tmp_path / "data"), has_landline=True)
    office = Office(house, chromium)
    yield office
    office.close()
    house.close()
    assert office.troubles == []


def test_a_number_is_typed_while_the_card_is_drawn_anew_and_f4_records(office: Office) -> None:
    land = Landline(office.house)
    box = land.box(PLAIN)
    page = office.signed_in("/messages")
    box.call = land.ring(from_=None)
    page.locator("[data-state=ringing]").wait_for()
    page.keyboard.press("F2")
    page.get_by_role("button", name="Record").wait_for()  # the call is ours: F4 means something
    page.locator("#named-1").click()
    page.keyboard.type("138000")
    page.keyboard.press("F4")
    eventually(lambda: ("land", Join(box.call)) in office.house.sent, 90)
    box.joins()
    box.plays()
    expect(page.locator(".call-records")).to_be_visible()
    expect(page.locator("#named-1")).to_have_value("138000")
    page.keyboard.type("10001")
    page.keyboard.press("Enter")
    expect(page.locator(".call-number")).to_contain_text("typed in")
    assert office.house.office.calls.card(1).typed == CITIZEN


def test_a_form_that_comes_late_takes_nothing_from_a_hand_that_writes(office: Office) -> None:
    land = Landline(office.house)
    box = land.box(PLAIN)
    page = office.signed_in("/messages")
    late: list[Route] = []

    def holds_up(route: Route) -> None:
        late.append(route)

    page.route(re.compile("/tickets/new.call="), holds_up)
    box.call = land.ring(from_=None)
    page.locator("[data-state=ringing]").wait_for()
    with page.expect_request(re.compile("/tickets/new.call="), timeout=90_000):
        page.keyboard.press("F2")
    page.locator("#named-1").click()
    page.keyboard.type("138")
    late[0].continue_()
    page.locator("#drawer .call-form").wait_for()
    page.keyboard.type("00010001")
    expect(page.locator("#named-1")).to_have_value("13800010001")


def test_a_caller_who_holds_the_line_keeps_the_page_ringing(office: Office) -> None:
    land = Landline(office.house)
    box = land.box(WAITS)
    page = office.signed_in("/messages")
    box.answers(CITIZEN)
    box.plays()
    expect(page.locator("[data-rings]")).to_have_count(1)
    eventually(lambda: page.title().startswith("(1) "))
    page.keyboard.press("F2")
    expect(page.locator("[data-rings]")).to_have_count(0)
    eventually(lambda: not page.title().startswith("("))


def test_lift_the_handset_now_stands_large_and_f2_answers_it(office: Office) -> None:
    land = Landline(office.house)
    page = office.signed_in("/messages")
    call_id = office.house.office.calls.dial(CITIZEN, office.house.user("wang"), line="land")
    land.handle(CallDialing("land", 9, call_id, CITIZEN))
    land.handle(ToneHeard("land", 9, CallTone.VOICE))
    big = page.locator(".call-big")
    expect(big).to_have_text("Lift the handset now")
    size = "each => parseFloat(getComputedStyle(each).fontSize)"  # NaN of a card that is being drawn anew
    eventually(lambda: float(str(big.evaluate(size))) >= 24, 90)
    page.keyboard.press("F2")
    eventually(lambda: office.house.office.calls.card(call_id).is_on_telephone, 90)
    expect(big).to_have_count(0, timeout=90_000)
