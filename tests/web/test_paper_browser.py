"""Slips printed by a real browser: on one sheet where they fit, never wider than the paper, a photo on its way in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium as chromium_of_tests
from tests.appliance.attachments.pictures import png
from tests.web.house import House
from tests.web.test_browser import Office

pytestmark = pytest.mark.browser
LONG = "东街邮局到小学门口的三盏路灯一周不亮，晚上孩子放学看不清路，已经有两个人摔倒。\n" * 60
WIDTH_PX = {"a5": 499, "a4": 688}  # of the printed area, at 96 dots per inch


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


@pytest.fixture
def office(chromium: Browser, house: House) -> Iterator[Office]:
    office = Office(house, chromium)
    yield office
    office.close()
    assert office.troubles == []


def slip(office: Office, no: int, size: str) -> Page:
    """A slip stands alone and hears no news, so signing in waits on another page."""
    page = office.signed_in("/papers")
    page.goto(f"{office.url}/tickets/{no}/slip?size={size}")
    return page


def sheets(page: Page) -> int:
    found = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True))
    return len(found)


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_a_usual_slip_is_one_sheet_and_a_long_matter_keeps_its_reply_part_whole(office: Office, size: str) -> None:
    short, long = office.house.ticket("dispatched"), office.house.ticket("dispatched", content=LONG)
    page = slip(office, short, size)
    assert sheets(page) == 1
    page.goto(page.url.replace(f"/tickets/{short}/", f"/tickets/{long}/"))
    assert sheets(page) > 1
    assert page.eval_on_selector(".tear", "part => getComputedStyle(part).breakInside") == "avoid"


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_nothing_on_it_is_wider_than_the_paper(office: Office, size: str) -> None:
    no = office.house.ticket("dispatched", content="W" * 400, title="W" * 90)
    page = slip(office, no, size)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH_PX[size], "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH_PX[size]
    assert not page.locator(".tools").is_visible()


def test_a_photo_of_the_signed_slip_goes_in_with_the_reply_and_is_seen(office: Office) -> None:
    no = office.house.ticket("in_progress")
    page = office.signed_in(f"/tickets/{no}/paper")
    page.fill("#text", "三盏路灯已全部修好。")
    page.select_option("#result", "solved")
    page.set_input_files("#files", {"name": "slip.png", "mimeType": "image/png", "buffer": png(300, 200)})
    page.locator("main form button.btn-main").click()
    expect(page.locator("#papers img")).to_be_visible()
    shown = page.locator("#papers img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 300)
