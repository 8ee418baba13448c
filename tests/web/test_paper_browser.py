"""Slips printed by a real browser: on one sheet where they fit, never wider than the paper, a photo on its way in."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium as chromium_of_tests
from tests.appliance.attachments import photos
from tests.appliance.attachments.pictures import png
from tests.web.house import House
from tests.web.test_agency import taken_in
from tests.web.test_browser import Office

pytestmark = pytest.mark.browser
LONG = "东街邮局到小学门口的三盏路灯一周不亮，晚上孩子放学看不清路，已经有两个人摔倒。\n" * 60
USUAL = "东街邮局到小学门口的三盏路灯一周不亮，晚上孩子放学看不清路，已经有两个人摔倒。希望尽快修好，并回电告知结果。"
WIDTH_PX = {"a5": 506, "a4": 688}  # of the printed area, at 96 dots per inch


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
    found = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True, format="A4"))
    return len(found)


def speaks(office: Office, language: str) -> None:
    office.context.add_cookies([{"name": "hotline_language", "value": language, "url": office.url}])


def supervised(house: House, **fields: str) -> int:
    """Twice not satisfied, three rounds of words, reminded of in between; a paper of the first level."""
    no = house.ticket("in_progress", **{"content": USUAL, "wish": "尽快修复并回电", **fields})
    tickets, wang = house.office.tickets, house.user("wang")
    due_at = tickets.row(no).due_at
    assert due_at is not None
    for early_hours in (20, 2):  # the ladder: a working day before, and once more on the day
        house.clock.advance((due_at - house.clock.now() - timedelta(hours=early_hours)).total_seconds())
        house.office.reminders.sweep(house.clock.now())
        for look in house.services.every_minute.values():
            look()
    words: tuple[tuple[str, dict[str, object]], ...] = (
        ("reply", {"text": "控制箱进水，已更换，三盏灯都亮了。"}), ("approve", {}), ("rate", {"rating": 2}),
        ("redo", {"reason": "灯还是不亮，邮局门口那一盏最暗，晚上看不见路"}),
        ("reply", {"text": "又换了一次灯泡，已经亮了，经现场查看三盏路灯均已恢复照明。"}), ("approve", {}),
        ("rate", {"rating": 1}),
    )  # fmt: skip
    for move, more in words:
        house.clock.advance(hours=1)
        tickets.move(no, move, wang, version=tickets.row(no).version, **more)  # type: ignore[arg-type]
    house.office.follow_up.supervision.sweep()
    return no


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_a_usual_slip_is_one_sheet_and_a_long_matter_keeps_its_reply_part_whole(office: Office, size: str) -> None:
    short, long = office.house.ticket("dispatched"), office.house.ticket("dispatched", content=LONG)
    page = slip(office, short, size)
    assert sheets(page) == 1
    page.goto(page.url.replace(f"/tickets/{short}/", f"/tickets/{long}/"))
    assert sheets(page) > 1
    assert page.eval_on_selector(".tear", "part => getComputedStyle(part).breakInside") == "avoid"


@pytest.mark.parametrize("size", ["a5", "a4"])
def test_a_paper_of_supervision_is_one_sheet_unless_its_words_are_many(office: Office, size: str) -> None:
    no = supervised(office.house)
    longest = supervised(office.house, content="路" * 5000, title="灯" * 100, wish="希" * 500, place="城" * 200)
    page = office.signed_in("/papers")
    for language in ("zh_CN", "en"):
        speaks(office, language)
        page.goto(f"{office.url}/tickets/{no}/slip?form=supervision&size={size}")
        assert page.locator(".earlier p").count() == 3
        assert sheets(page) == 1, language
        page.goto(f"{office.url}/tickets/{longest}/slip?form=supervision&size={size}")
        assert sheets(page) > 1


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_paper_is_black_on_one_sheet_whatever_the_theme_of_the_screen(office: Office, language: str) -> None:
    house = office.house
    no, hidden = house.ticket("dispatched"), house.ticket("dispatched", privacy="confidential")
    seat = house.seat("wang")
    assert seat.post("/shift/handover", {"note": "井盖的事请再打一次电话"}, page="/shift").status_code == 302
    papers = [
        f"/tickets/{no}/slip",
        f"/tickets/{hidden}/slip?size=a4",
        f"/agency/{taken_in(house, (0, 1, 2))}/receipt",
        "/shift/handover/1",
    ]
    page = office.signed_in("/papers")
    speaks(office, language)
    page.emulate_media(media="print", color_scheme="dark")
    for path in papers:
        page.goto(office.url + path)
        assert colours(page) == {"rgb(0, 0, 0)"}, path
        assert sheets(page) == 1, path


def colours(page: Page) -> set[str]:
    """Of everything that would be printed and holds words of its own."""
    found = page.evaluate("""
        () => [...document.body.querySelectorAll("*")]
            .filter(part => part.checkVisibility() && [...part.childNodes].some(node =>
                node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
            .map(part => getComputedStyle(part).color)
    """)
    assert found
    return set(found)


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


def test_a_photo_of_a_telephone_is_seen_the_right_way_up_and_tells_nothing_of_who_took_it(office: Office) -> None:
    no = office.house.ticket("in_progress")
    page = office.signed_in(f"/tickets/{no}/paper")
    drawn = base64.b64decode(page.evaluate(DRAWS_A_PHOTO))  # 60 wide, 40 high, by the browser's own encoder
    exif = photos.segment(0xE1, b"Exif\0\0" + photos.tiff(photos.LIES_LEFT))
    photo = drawn[:2] + exif + photos.segment(0xFE, b"CANARY") + drawn[2:]
    page.fill("#text", "三盏路灯已全部修好。")
    page.set_input_files("#files", {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.locator("main form button.btn-main").click()
    shown = page.locator("#papers img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 40)
    expect(shown).to_have_js_property("naturalHeight", 60)
    kept = office.house.seat("wang").get("/attachments/1").data
    assert photos.CANARY in photo
    assert photos.CANARY not in kept


DRAWS_A_PHOTO = """
    () => {
        const canvas = document.createElement("canvas");
        canvas.width = 60; canvas.height = 40;
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#c60"; pen.fillRect(0, 0, 60, 40);
        pen.fillStyle = "#03c"; pen.fillRect(0, 0, 30, 20);
        return canvas.toDataURL("image/jpeg").split(",")[1];
    }
"""
