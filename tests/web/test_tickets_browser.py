"""The whole loop by keyboard in a browser, in both languages: no key more than before, nothing hidden, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium as chromium_of_tests
from tests.support import eventually
from tests.web.house import CITIZEN, House
from tests.web.test_browser import Office, choose

PATIENCE_MS = 60_000
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


@pytest.fixture
def office(chromium: Browser, house: House) -> Iterator[Office]:
    office = Office(house, chromium)
    office.context.set_default_timeout(PATIENCE_MS)
    yield office
    office.close()
    assert office.troubles == []


def speaks(office: Office, language: str) -> None:
    office.context.add_cookies([{"name": "hotline_language", "value": language, "url": office.url}])


def status_of(office: Office, no: int) -> str:
    return office.house.office.tickets.row(no).status


def key(page: Page, name: str) -> None:
    """A single key, outside of every field."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(name)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_everyday_way_takes_as_few_keys_as_ever(office: Office, language: str) -> None:
    speaks(office, language)
    house = office.house
    house.ticket("closed")  # the office has seen such a matter: its department is suggested first
    page = office.signed_in("/tickets/new")
    for field, words in (("title", "西街路灯不亮"), ("content", "西街学校门口路灯不亮"), ("place", "西街")):
        page.fill(f"[name={field}]", words)
    choose(page, "type", "help")
    page.fill("[name=category]", "其他")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tickets/2**")
    eventually(lambda: page.evaluate("document.activeElement.name") == "department_id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tickets/2?done=moved**")
    assert status_of(office, 2) == "dispatched"
    tickets, unit = house.office.tickets, house.user("unit")
    tickets.move(2, "sign", unit, version=tickets.row(2).version)
    tickets.move(2, "reply", unit, version=tickets.row(2).version, text="控制箱进水，已更换，灯都亮了。")
    page.goto(office.url + "/tickets/2")
    key(page, "c")
    expect(page.locator("[data-key=C]")).to_be_focused()
    assert status_of(office, 2) == "review"  # a key that was hit by chance tells no citizen anything
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/2?done=moved**")
    assert status_of(office, 2) == "survey"


def test_c_goes_into_the_field_of_a_step_that_asks_for_something(office: Office) -> None:
    no = office.house.ticket("in_progress")
    page = office.signed_in(f"/tickets/{no}")
    key(page, "c")
    expect(page.locator("#next textarea[name=text]").first).to_be_focused()
    expect(page.locator("#next textarea[name=text]").first).to_have_value("")


def test_at_150_percent_no_card_and_no_rail_lies_on_the_field_that_has_the_focus(office: Office) -> None:
    page = office.signed_in("/")
    page.set_viewport_size({"width": 911, "height": 512})
    office.house.rings(CITIZEN)
    expect(page.locator("[data-rings]")).to_be_visible()
    page.keyboard.press("F2")
    title = page.locator("#drawer [name=title]")
    expect(title).to_be_focused()
    for name in ("title", "content", "place", "contact_name", "contact_phone"):
        page.focus(f"#drawer [name={name}]")
        page.wait_for_function(
            """name => {
                const field = document.querySelector(`#drawer [name=${name}]`), box = field.getBoundingClientRect();
                return document.elementFromPoint(box.left + 8, box.top + box.height / 2) === field;
            }""",
            arg=name,
        )


# What is wider than its place, but for what scrolls by itself or is only heard.
OVERFLOWING = """
    Array.from(document.querySelectorAll('#next *')).filter(
        each => each.getClientRects().length && each.scrollWidth > each.clientWidth + 1
            && getComputedStyle(each).display !== 'inline' && !each.classList.contains('visually-hidden')
            && !['OPTION', 'SELECT', 'INPUT', 'TEXTAREA', 'use'].includes(each.tagName)
    ).map(each => each.outerHTML.slice(0, 90))
"""


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_runs_over_its_edge_when_everything_is_open(office: Office, language: str, theme: str) -> None:
    speaks(office, language)
    office.context.add_cookies([{"name": "hotline_look", "value": f"{theme}.100.keys", "url": office.url}])
    no = office.house.ticket("in_progress")
    office.house.office.tickets.ask(
        no, "extension", days=3, text="配件要从省城调运", user_id=office.house.user("unit").id
    )
    page = office.signed_in(f"/tickets/{no}")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.locator("details.more > summary").click()
    for summary in page.locator(".more-one > summary").all():
        summary.click()
        wide = page.evaluate(OVERFLOWING)
        assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_row_of_more_is_open_at_a_time_and_headings_part_them(office: Office) -> None:
    no = office.house.ticket("in_progress")
    page = office.signed_in(f"/tickets/{no}")
    expect(page.locator(".more-one").first).not_to_be_visible()
    page.locator("details.more > summary").click()
    expect(page.locator(".more-head")).to_have_count(4)
    page.locator(".more-one > summary").nth(0).click()
    page.locator(".more-one > summary").nth(1).click()
    expect(page.locator(".more-one[open]")).to_have_count(1)


def test_a_refused_step_under_more_is_open_with_its_words(office: Office) -> None:
    no = office.house.ticket("accepted")
    page = office.signed_in(f"/tickets/{no}")
    page.locator("details.more > summary").click()
    page.locator(".more-one > summary", has_text="Join with another ticket").click()
    page.fill(f"#move-merge-{no}-other_no", "999999")
    page.locator(".more-one[open]").get_by_role("button", name="Join with another ticket").click()
    expect(page.locator(f"#move-merge-{no}-other_no-wrong")).to_be_visible()
    expect(page.locator(f"#move-merge-{no}-other_no")).to_have_value("999999")
    eventually(lambda: page.evaluate("document.activeElement.name") == "other_no")
    office.troubles[:] = [each for each in office.troubles if "422" not in each]  # the browser's own note of it


def test_hints_come_while_typing_and_take_neither_focus_nor_words(office: Office) -> None:
    no = office.house.ticket()
    page = office.signed_in("/tickets/new")
    expect(page.locator(".hints")).not_to_be_visible()
    page.fill("[name=title]", "路灯又不亮了")
    page.fill("[name=contact_phone]", CITIZEN)
    page.locator("[name=wish]").focus()
    expect(page.locator(f".hints a[href='/tickets/{no}']")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.type("尽快")
    assert page.evaluate("document.activeElement.name") == "wish"
    assert page.locator("[name=title]").input_value() == "路灯又不亮了"


def test_the_fold_of_a_form_opens_where_something_in_it_is_wrong(office: Office) -> None:
    page = office.signed_in("/tickets/new")
    page.fill("[name=title]", "东街路灯不亮")
    page.fill("[name=place]", "东街")
    choose(page, "type", "help")
    page.fill("[name=category]", "其他")
    page.locator("summary", has_text="Taken down on paper").click()
    page.fill("[name=taken_at]", "2027-01-01T10:00")
    page.keyboard.press("Control+s")
    expect(page.locator("#new-taken_at-wrong")).to_be_visible()
    eventually(lambda: page.evaluate("document.activeElement.name") == "taken_at")
    office.troubles[:] = [each for each in office.troubles if "422" not in each]  # the browser's own note of it


def test_an_emergency_in_a_call_stands_beside_the_form_and_takes_none_of_its_words(office: Office) -> None:
    house = office.house
    call_id = house.rings()
    house.office.calls.take(call_id, house.user("wang"))
    house.answered()
    page = office.signed_in("/")
    page.click(f"#call-form-{call_id}")
    page.fill(f"#call-{call_id} [name=title]", "Smoke in East Street 5")
    page.click(f"#danger-ask-form-{call_id}")
    page.click(f"#danger-pick-form-{call_id} button[value=fire]")
    expect(page.locator(f"#danger-script-{call_id}")).to_contain_text("Call 119 now")
    expect(page.locator(f"#call-{call_id} [name=title]")).to_have_value("Smoke in East Street 5")
    expect(page.locator(f'[data-call="{call_id}"] .call-danger')).to_contain_text("Call 119 now")
    ((no, is_running),) = house.office.follow_up.emergency_views.unconfirmed()
    assert is_running
    assert house.office.tickets.row(no).title == "Smoke in East Street 5"
