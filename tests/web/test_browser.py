"""What only a browser can show: the ring pop, keys, drafts, one stream for many tabs, nothing against the policy."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from appliance.talk_paths import SoundLevels
from appliance.webserver import WebServer
from modem.commands import Answer, HangUp, SendKeys
from modem.events import KeyPressed, LineChanged, LineState
from tests import chromium as chromium_of_tests
from tests.support import eventually
from tests.web.house import CITIZEN, OTHER_CITIZEN, PASSWORDS, House, copy_of

WITHIN_MS = 45_000
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_of_tests.launched() as browser:
        yield browser


class Office:
    """A served office and one browser in it."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house = house
        self.server = WebServer(house.app, ("127.0.0.1", 0))
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.troubles: list[str] = []
        self.context: BrowserContext = browser.new_context(viewport={"width": 1366, "height": 660}, locale="en-GB")
        self.context.set_default_timeout(WITHIN_MS)
        self.context.add_cookies([{"name": "hotline_language", "value": "en", "url": self.url}])

    def tab(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.goto(self.url + path)
        return page

    def signed_in(self, path: str = "/", name: str = "wang") -> Page:
        page = self.tab(f"/login?next={path}")
        page.fill("#username", name)
        page.fill("#password", PASSWORDS[name])
        page.press("#password", "Enter")
        page.wait_for_url(self.url + path)
        self.listens(page)
        return page

    def listens(self, page: Page) -> None:
        """Wait until the stream stands: what is announced from now on comes."""
        eventually(lambda: self.streams() >= 1)
        page.wait_for_load_state()

    def streams(self) -> int:
        return len(self.house.office.feed._subscriptions)

    def close(self) -> None:
        self.context.close()
        self.house.office.feed.close()
        self.server.stop()


@pytest.fixture
def office(chromium: Browser, house: House) -> Iterator[Office]:
    office = Office(house, chromium)
    yield office
    office.close()
    assert office.troubles == []


def value_of(page: Page, selector: str) -> str:
    return page.locator(selector).input_value()


def choose(page: Page, field: str, value: str) -> None:
    """Click one of the buttons of a choice."""
    page.locator(f"label[for$='-{field}-{value}']").click()


def test_a_ring_shows_itself_and_takes_neither_focus_nor_text(office: Office) -> None:
    no = office.house.ticket()
    page = office.signed_in(f"/tickets/{no}")
    page.click("#note")
    page.keyboard.type("half a sentence, am")  # a and m are keys of the ring pop outside of fields
    office.house.rings()
    expect(page.locator("[data-state=ringing] .call-number")).to_have_text(CITIZEN)
    page.keyboard.type(" more")
    assert value_of(page, "#note") == "half a sentence, am more"
    assert page.evaluate("document.activeElement.id") == "note"
    expect(page).to_have_title(re.compile(r"^\(1\) ☎ "))
    expect(page.locator("#ring-say")).to_contain_text(CITIZEN)
    assert "ringing" in str(page.get_attribute("link[rel=icon]", "href"))

    office.house.rings(OTHER_CITIZEN, line="line2", call=2)
    expect(page.locator("[data-state=ringing]")).to_have_count(2)
    expect(page).to_have_title(re.compile(r"^\(2\) ☎ "))
    office.house.hangs_up()
    office.house.hangs_up(line="line2", call=2)
    expect(page.locator("[data-state=ringing]")).to_have_count(0)
    expect(page).not_to_have_title(re.compile("☎"))
    assert page.evaluate("document.activeElement.id") == "note"


def test_taking_a_call_opens_its_form_beside_the_page_and_a_second_one_folds_it(office: Office) -> None:
    no = office.house.ticket()
    page = office.signed_in(f"/tickets/{no}")
    page.fill("#note", "not saved yet")
    first = office.house.rings()
    page.locator("[data-state=ringing]").wait_for()
    page.keyboard.press("F2")
    expect(page.locator(f"#call-{first} [name=contact_phone]")).to_have_value(CITIZEN)
    eventually(lambda: page.evaluate("document.activeElement.name") == "title")
    page.keyboard.type("First matter")
    office.house.answered()
    second = office.house.rings(OTHER_CITIZEN, line="line2", call=2)
    page.locator(f"[data-call='{second}'][data-state=ringing]").wait_for()
    page.keyboard.press("F2")
    page.locator(f"#call-{second}").wait_for()
    expect(page.locator(f"#call-{first}")).not_to_have_attribute("open", re.compile(".*"))
    assert value_of(page, f"#call-{first} [name=title]") == "First matter"
    assert value_of(page, "#note") == "not saved yet"

    # The button on the first call leads back to its form, with every word.
    page.click(f"[data-call='{first}'] [data-opens-call]")
    expect(page.locator(f"#call-{first}")).to_have_attribute("open", "")
    assert value_of(page, f"#call-{first} [name=title]") == "First matter"
    assert page.locator(".call-form").count() == 2


def test_hanging_up_with_a_key_ends_ones_own_call_and_leaves_a_colleagues(office: Office) -> None:
    house, sent = office.house, office.house.sent
    lis, wangs = house.rings(), house.rings(OTHER_CITIZEN, line="line2", call=2)
    for call_id, name, line, call in ((lis, "li", "line1", 1), (wangs, "wang", "line2", 2)):
        house.office.calls.take(call_id, house.user(name))
        house.answered(line=line, call=call)
    page = office.signed_in()
    sent.clear()
    page.keyboard.press("F8")
    eventually(lambda: sent == [("line2", HangUp(2))])
    house.hangs_up(line="line2", call=2)
    expect(page.locator(f"[data-call='{wangs}'][data-state=ended]")).to_be_visible()
    page.keyboard.press("F8")  # puts the ended one away
    expect(page.locator(f"[data-call='{wangs}']")).to_have_count(0)
    for key in ("F8", "F2", "m"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert sent == [("line2", HangUp(2))]
    # With the mouse it takes two clicks, and news that come in between do not fold the question.
    page.click(f"#call-end-ask-{lis}")
    house.services.desk.handle(KeyPressed("line1", 1, "5"))
    expect(page.locator("#ringing")).to_contain_text("The other side pressed 5")
    page.get_by_role("button", name="Hang up all the same").click()
    eventually(lambda: sent[1:] == [("line1", HangUp(1))])


def talking_with_keypad_open(office: Office) -> tuple[Page, int]:
    call_id = office.house.rings()
    office.house.office.calls.take(call_id, office.house.user("wang"))
    office.house.answered()
    page = office.signed_in()
    page.click(f"#call-keys-open-{call_id}")
    page.click(f"#keys-{call_id}")
    return page, call_id


def test_a_second_call_rings_and_an_ended_one_ends_while_somebody_types_in_the_keypad(office: Office) -> None:
    page, call_id = talking_with_keypad_open(office)
    page.keyboard.type("123")
    page.keyboard.press("ArrowLeft")
    second = office.house.rings(OTHER_CITIZEN, line="line2", call=2)
    expect(page.locator(f"[data-call='{second}'][data-state=ringing]")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(1\) ☎ "))
    assert page.evaluate("document.activeElement.id") == f"keys-{call_id}"
    page.keyboard.type("9")
    assert value_of(page, f"#keys-{call_id}") == "1293", "typed where the cursor stood"
    office.house.hangs_up()
    expect(page.locator(f"[data-call='{call_id}']")).to_have_attribute("data-state", "ended")


def test_the_keypad_stays_open_empties_and_says_what_it_does(office: Office) -> None:
    page, call_id = talking_with_keypad_open(office)
    sent, keys = office.house.sent, page.locator(f"#keys-{call_id}")
    page.keyboard.type("12#")
    page.keyboard.press("Enter")
    eventually(lambda: sent[-1] == ("line1", SendKeys(1, "12#")))
    expect(page.locator(f"#keys-said-{call_id}")).to_have_text("The keys are being pressed.")
    expect(keys).to_have_value("")
    expect(keys).to_be_focused()
    office.house.services.desk.handle(KeyPressed("line1", 1, "5"))
    expect(page.locator("#ringing")).to_contain_text("The other side pressed 5")
    expect(page.locator(f"#keys-said-{call_id}")).to_have_text("The keys are being pressed.")
    page.keyboard.type("7")
    expect(page.locator(f"#keys-said-{call_id}")).to_have_text("")
    page.get_by_role("button", name="Press", exact=True).click()
    eventually(lambda: sent[-1] == ("line1", SendKeys(1, "7")))
    expect(keys).to_be_focused()


def test_keys_that_were_refused_stand_in_the_keypad_again(office: Office) -> None:
    page, call_id = talking_with_keypad_open(office)
    page.keyboard.type("12")
    page.route("**/keys", lambda route: route.abort())
    page.keyboard.press("Enter")
    eventually(lambda: value_of(page, f"#keys-{call_id}") == "12")
    office.troubles.clear()  # the browser notes that nothing was sent


def test_an_answer_that_is_older_than_the_last_ring_hides_no_call(office: Office) -> None:
    page, call_id = talking_with_keypad_open(office)

    def slow(route: Route) -> None:
        answer = route.fetch()
        office.house.rings(OTHER_CITIZEN, line="line2", call=2)
        time.sleep(0.5)
        route.fulfill(response=answer)

    page.route("**/keys", slow)
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state=ringing]")).to_have_count(1)
    expect(page.locator(f"#keys-said-{call_id}")).to_have_text("The keys are being pressed.")
    expect(page.locator("[data-state=ringing]")).to_have_count(1)


def test_both_answers_of_a_test_call_are_given_with_the_keyboard_while_news_come(office: Office) -> None:
    house = office.house
    page = office.signed_in("/lines/line1/talk", "tech")
    page.locator("#talk-begin").press("Enter")
    page.locator("#talk-judge form").wait_for()
    office.listens(page)
    house.rings()
    pick_up = page.locator("#talk-pick-up")
    expect(pick_up).to_be_enabled()
    page.locator("#caller_hears-yes").focus()
    page.keyboard.press("Space")  # chosen too early, and it stays
    pick_up.press("Enter")
    eventually(lambda: ("line1", Answer(1)) in house.sent)
    house.levels = SoundLevels(-12.0, -15.0)
    house.answered()
    expect(page.locator("#talk meter")).to_have_count(2)
    expect(page.locator("#talk-say")).to_have_text("Connected.")
    page.locator("#talk-hang-up").focus()
    for quieter in (-20.0, -30.0):  # drawn anew each second
        house.levels = SoundLevels(quieter, quieter)
        expect(page.locator("#talk-levels")).to_contain_text(f"{quieter:.0f} dB")
    assert page.evaluate("document.activeElement.id") == "talk-hang-up"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "caller_hears-yes"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # from yes to no
    house.levels = SoundLevels(-40.0, -40.0)
    expect(page.locator("#talk-levels")).to_contain_text("-40 dB")
    house.services.desk.handle(LineChanged("line1", LineState.READY, signal_dbm=-80))
    page.wait_for_timeout(400)
    assert page.evaluate("document.activeElement.id") == "office_hears-no"
    page.locator("#talk-hang-up").press("Enter")
    eventually(lambda: house.sent[-1] == ("line1", HangUp(1)))
    house.levels = None
    house.hangs_up()
    expect(page.locator("#talk-say")).to_have_text("The call has ended. Say what you heard.")
    page.locator("#office_hears-no").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk?done=tested")
    result = house.office.talk_paths.result("line1")
    assert result is not None
    assert (result.caller_hears, result.office_hears, result.tested_by) == (True, False, "赵工")


def test_every_step_of_a_test_call_has_its_number_beside_its_first_words(office: Office) -> None:
    page = office.signed_in("/lines/line1/talk", "tech")
    page.click("#talk-begin")
    tops = page.locator("#talk-judge ol.steps[start='4'] > li").evaluate_all(
        "items => items.map(item => { const range = document.createRange(); range.selectNodeContents(item.firstChild);"
        " return range.getBoundingClientRect().top - item.getBoundingClientRect().top; })"
    )
    assert len(tops) == 1
    assert tops[0] < 5, "words on the line of the number, above the questions"


def test_dialling_out_neither_rings_nor_says_that_somebody_calls(office: Office) -> None:
    page = office.signed_in()
    office.house.office.calls.dial(CITIZEN, office.house.user("wang"))
    expect(page.locator("[data-direction=out][data-state=ringing]")).to_be_visible()
    page.wait_for_timeout(200)
    assert "☎" not in page.title()
    assert "ringing" not in str(page.get_attribute("link[rel=icon]", "href"))
    expect(page.locator("#ring-say")).to_have_text("")


def test_the_call_form_is_saved_with_the_keyboard_and_asks_for_the_department(office: Office) -> None:
    page = office.signed_in()
    office.house.rings()
    page.locator("[data-state=ringing]").wait_for()
    page.keyboard.press("a")
    page.locator(".call-form [name=title]").wait_for()
    eventually(lambda: page.evaluate("document.activeElement.name") == "title")
    page.keyboard.type("Street lamps are out")
    page.evaluate(STYLED)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".call-form .field-wrong")).to_contain_text("Please fill in this field.")
    eventually(lambda: page.evaluate("document.activeElement.name") == "type")
    assert value_of(page, ".call-form [name=title]") == "Street lamps are out"
    office.troubles[:] = [each for each in office.troubles if "422" not in each]  # the browser's own note of it
    choose(page, "type", "help")
    page.fill("[name=category]", "其他")
    page.fill(".call-form [name=place]", "East Street")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".call-saved")).to_contain_text("Saved. The ticket is: Accepted.")
    eventually(lambda: page.evaluate("document.activeElement.name") == "department_id")
    assert len(office.house.office.tickets.rows().rows) == 1


# What a password keeper leaves behind on a field: carried over to the next one, it would break the policy.
STYLED = "() => { const {style} = document.querySelector('.call-form [name=title]'); style.top = '0'; style.top = ''; }"


def test_the_focus_goes_to_what_is_to_be_done_next_or_was_wrong(office: Office) -> None:
    no = office.house.ticket("review")
    focused = "[document.activeElement.id, document.activeElement.name || '']"
    page = office.signed_in(f"/tickets/{no}")
    page.locator("#next [name=reason]").first.fill("Two lamps are still out.")
    page.get_by_role("button", name="Send back").click()
    page.wait_for_url(re.compile(r"#next$"))
    eventually(lambda: page.evaluate(focused) == [f"move-reply-{no}-text", "text"])
    page.fill("#note", " ")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("#note-wrong")).to_be_visible()
    eventually(lambda: page.evaluate(focused) == ["note", "note"])
    office.troubles[:] = [each for each in office.troubles if "422" not in each]  # the browser's own note of it


def test_a_step_that_asks_for_nothing_is_not_one_enter_away(office: Office) -> None:
    no = office.house.ticket("accepted")
    page = office.signed_in(f"/tickets/{no}")
    page.select_option("#next [name=department_id]", index=1)
    page.get_by_role("button", name="Dispatch").click()
    page.wait_for_url(re.compile(r"#next$"))
    eventually(lambda: page.evaluate("document.activeElement.closest('#next') !== null"))
    assert page.evaluate("document.activeElement.tagName") != "BUTTON"


@pytest.mark.parametrize("size", [100, 125, 150])
def test_titles_on_the_desk_stay_readable_in_every_size_of_type(office: Office, size: int) -> None:
    title = "Street lamps between the post office and the school are out"
    office.house.ticket("accepted", title=title)
    page = office.signed_in()
    page.set_viewport_size({"width": 1366, "height": 768})
    office.context.add_cookies([{"name": "hotline_look", "value": f"light.{size}.keys", "url": office.url}])
    page.goto(office.url)
    seen = page.locator(".queue .row-title").evaluate("row => [row.clientWidth, row.scrollWidth, row.clientHeight]")
    assert seen[0] >= 250, "room for some words"
    assert page.locator(".queue .row-due").evaluate("due => due.scrollWidth <= due.clientWidth")
    if size == 150:
        assert seen[0] >= seen[1], f"cut off: {seen}"


def test_single_keys_work_outside_of_fields_only_and_never_while_an_ime_composes(office: Office) -> None:
    page = office.signed_in("/tickets")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("n?")
    assert value_of(page, "#find") == "n?"
    assert page.url.endswith("/tickets")
    page.keyboard.press("Escape")
    # What an input method sends while it composes.
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', isComposing: true, bubbles: true}))")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', keyCode: 229, bubbles: true}))")
    page.wait_for_timeout(200)
    assert page.url.endswith("/tickets")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_contain_text("Take the call that is ringing")
    page.keyboard.press("n")
    assert page.url.endswith("/tickets"), "a key behind an open dialog does nothing"
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).not_to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url("**/tickets/new")


def test_keys_can_be_switched_off(office: Office) -> None:
    office.context.add_cookies([{"name": "hotline_look", "value": "system.100.nokeys", "url": office.url}])
    page = office.signed_in("/tickets")
    for key in ("n", "?", "/", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url.endswith("/tickets")
    assert page.evaluate("document.activeElement === document.body")


def test_a_list_is_walked_with_j_and_k_and_opened_with_enter(office: Office) -> None:
    for _ in range(3):
        office.house.ticket()
    page = office.signed_in("/tickets")
    for key, shown in (
        ("j", "/tickets/3"),
        ("j", "/tickets/2"),
        ("k", "/tickets/3"),
        ("k", "/tickets/3"),
        ("j", "/tickets/2"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.getAttribute('href')") == shown
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/2")


def test_the_marked_row_stays_marked_when_the_list_is_fetched_anew(office: Office) -> None:
    first = office.house.ticket("draft")
    page = office.signed_in()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"/tickets/{first}"
    office.house.ticket("review")
    expect(page.locator("#queue .row-ticket")).to_have_count(2)
    eventually(lambda: page.evaluate("document.activeElement.getAttribute('href')") == f"/tickets/{first}")


def test_what_was_typed_is_back_after_the_page_was_lost(office: Office) -> None:
    page = office.signed_in("/tickets/new")
    page.fill("[name=title]", "Street lamps are out")
    page.fill("[name=content]", "Three of them.")
    choose(page, "type", "complaint")
    page.reload()
    expect(page.locator(".draft-note")).to_contain_text("What you had typed is back.")
    assert value_of(page, "[name=title]") == "Street lamps are out"
    assert value_of(page, "[name=content]") == "Three of them."
    assert page.is_checked("[name=type][value=complaint]")
    page.click(".draft-note button")
    assert value_of(page, "[name=title]") == ""
    page.reload()
    assert page.locator(".draft-note").count() == 0


def test_what_was_saved_does_not_come_back(office: Office) -> None:
    page = office.signed_in("/tickets/new")
    page.fill("[name=title]", "Street lamps are out")
    page.fill("[name=place]", "East Street")
    choose(page, "type", "help")
    page.fill("[name=category]", "其他")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/tickets/1")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('hotline-draft')).length") == 0
    page.goto(office.url + "/tickets/new")
    assert value_of(page, "[name=title]") == ""


def test_a_session_that_ended_costs_no_word(office: Office) -> None:
    page = office.signed_in("/tickets/new")
    page.fill("[name=title]", "Street lamps are out")
    page.fill("[name=place]", "East Street")
    choose(page, "type", "help")
    page.fill("[name=category]", "其他")
    office.context.clear_cookies(name="hotline_session")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/login\?next="))
    page.fill("#username", "wang")
    page.fill("#password", PASSWORDS["wang"])
    page.press("#password", "Enter")
    page.wait_for_url("**/tickets/new")
    assert value_of(page, "[name=title]") == "Street lamps are out"
    page.keyboard.press("Control+s")
    page.wait_for_url("**/tickets/1")


def test_signed_out_beside_a_call_form_the_text_stays_and_is_saved_after_signing_in_elsewhere(office: Office) -> None:
    page = office.signed_in()
    office.house.rings()
    page.locator("[data-state=ringing]").wait_for()
    page.keyboard.press("F2")
    page.locator(".call-form [name=title]").fill("Street lamps are out")
    page.locator(".call-form [name=place]").fill("East Street")
    choose(page, "type", "help")
    page.fill("[name=category]", "其他")
    office.context.clear_cookies(name="hotline_session")
    page.focus(".call-form [name=title]")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    assert value_of(page, ".call-form [name=title]") == "Street lamps are out"
    other = office.signed_in("/settings")
    other.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#signed-out")).not_to_be_visible()
    page.focus(".call-form [name=title]")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".call-saved")).to_be_visible()
    office.troubles[:] = [each for each in office.troubles if "401" not in each]  # the browser's own note of it


def test_many_tabs_share_one_stream_and_the_next_one_leads_when_the_leader_closes(office: Office) -> None:
    tabs = [office.signed_in(), office.tab("/tickets"), office.tab("/messages")]
    for tab in tabs:
        tab.wait_for_load_state()
    assert office.streams() == 1
    office.house.rings()
    for tab in tabs:
        tab.locator("[data-state=ringing]").wait_for()
    office.house.hangs_up()
    tabs.pop(0).close()
    eventually(lambda: office.streams() == 1)
    page = tabs[0]
    expect(page.locator("#lost")).not_to_be_visible()
    office.house.rings(OTHER_CITIZEN, call=2)
    for tab in tabs:
        tab.locator("[data-state=ringing]").wait_for()


def test_a_lost_connection_is_shown_and_everything_is_looked_at_anew_when_it_is_back(office: Office) -> None:
    page = office.signed_in()
    office.context.set_offline(True)
    office.house.office.feed.close()  # the stream breaks as when the box restarts
    expect(page.locator("#lost")).to_be_visible()
    office.house.ticket("draft")
    office.context.set_offline(False)
    expect(page.locator("#lost")).not_to_be_visible(timeout=20_000)
    expect(page.locator("#queue .row-ticket")).to_have_count(1)
    office.troubles.clear()  # the browser notes each try


def test_the_shift_starts_with_a_tone_and_a_silent_page_says_so(office: Office) -> None:
    page = office.signed_in()
    expect(page.locator("#sound")).to_have_text("Start shift")
    page.click("#sound")
    expect(page.locator("#sound")).to_have_text("Sound on")
    # A tab the browser keeps silent until somebody touches it shows so in red.
    silent = office.tab("/tickets")
    expect(silent.locator("#sound")).to_have_text("Sound off")
    expect(silent.locator("#sound")).to_have_class(re.compile("sound-silent"))
    silent.mouse.click(700, 500)
    expect(silent.locator("#sound")).to_have_text("Sound on")


def test_a_seat_can_try_its_sound(office: Office) -> None:
    page = office.signed_in("/settings")
    page.click("#try-sound")
    expect(page.locator("#sound")).to_have_text("Sound on")


def test_the_number_of_things_to_do_is_said_politely_when_it_changes(office: Office) -> None:
    page = office.signed_in()
    office.house.ticket("draft")
    expect(page.locator("#queue-say")).to_have_text("1 ticket to do")
    office.house.ticket("draft")
    expect(page.locator("#queue-say")).to_have_text("2 tickets to do")


def test_the_counter_counts_while_a_text_is_written(office: Office) -> None:
    no = office.house.ticket()
    page = office.signed_in(f"/tickets/{no}")
    page.keyboard.press("r")
    page.keyboard.insert_text("长" * 71)
    expect(page.locator("#sms-count")).to_contain_text("71 characters: 2 parts")


def test_a_field_that_somebody_types_in_is_not_replaced_by_news(office: Office) -> None:
    office.house.rings()
    office.house.hangs_up()
    page = office.signed_in("/callbacks")
    page.click("[name=note]")
    page.keyboard.type("call after")
    office.house.rings(OTHER_CITIZEN, call=2)
    office.house.hangs_up(call=2)
    page.wait_for_timeout(700)
    page.keyboard.type(" six")
    assert value_of(page, "[name=note]") == "call after six"
    page.keyboard.press("Escape")
    expect(page.locator("li.callback")).to_have_count(2)


def test_news_that_comes_while_a_part_is_being_fetched_is_not_lost(office: Office) -> None:
    page = office.signed_in()
    came: list[int] = []

    def slow(route: Route) -> None:
        answer = route.fetch()  # drawn with what was known then
        if not came:
            came.append(office.house.rings(OTHER_CITIZEN, line="line2", call=2))
            time.sleep(0.5)  # the news of it reaches the page before this answer does
        route.fulfill(response=answer)

    page.route("**/calls/ringing", slow)
    office.house.rings()
    expect(page.locator("[data-state=ringing]")).to_have_count(2)


def test_however_fast_news_comes_the_page_ends_up_right(office: Office) -> None:
    page = office.signed_in()
    for call in range(1, 31):
        office.house.rings(f"138{call:08}", call=call)
        if call < 30:
            office.house.hangs_up(call=call)
            office.house.office.calls.release(office.house.office.calls.board()[-1].call_id, office.house.user("wang"))
    for _ in range(12):
        office.house.ticket("draft")
    expect(page.locator("#queue .row-ticket")).to_have_count(12)
    expect(page.locator("#ringing .call")).to_have_count(1)
    expect(page.locator("[data-state=ringing] .call-number")).to_have_text("13800000030")


def test_hours_of_news_leave_the_page_as_large_as_it_was(office: Office) -> None:
    for status in ("draft", "accepted", "review"):
        office.house.ticket(status)
    page = office.signed_in()
    count: Callable[[], int] = lambda: int(page.evaluate("document.querySelectorAll('*').length"))  # noqa: E731
    all_anew = "document.body.dispatchEvent(new CustomEvent('news', {detail: {kind: 'all', id: 0}}))"
    page.evaluate(all_anew)
    page.wait_for_timeout(500)
    before = count()
    for _ in range(60):
        page.evaluate(all_anew)
        page.wait_for_timeout(25)
    page.wait_for_timeout(800)
    assert count() == before


def test_the_list_of_calls_breaks_no_word_and_cuts_a_long_number(office: Office) -> None:
    for call, number in enumerate((CITIZEN, "+" + "85223456789" * 3), start=1):
        office.house.rings(number, call=call)
        office.house.hangs_up(call=call)
    page = office.signed_in()
    page.set_viewport_size({"width": 1366, "height": 768})
    office.context.add_cookies([{"name": "hotline_look", "value": "light.150.keys", "url": office.url}])
    page.goto(office.url + "/calls")
    broken = page.locator(".table-calls").evaluate(BROKEN_WORDS)
    assert broken == []
    long = page.locator(".table-calls .num", has_text="+852")
    assert long.evaluate(
        "number => [number.scrollWidth > number.clientWidth, getComputedStyle(number).textOverflow]"
    ) == [
        True,
        "ellipsis",
    ]
    assert long.get_attribute("title") == "+" + "85223456789" * 3
    assert page.locator(".table-calls .num", has_text="1380001").first.evaluate(
        "number => number.scrollWidth <= number.clientWidth"
    ), "an ordinary number stands whole"
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


# Pieces of text that stand on more lines than they have words.
BROKEN_WORDS = """
table => {
  const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT), broken = [];
  while (walker.nextNode()) {
    const range = document.createRange(), words = walker.currentNode.textContent.trim();
    range.selectNodeContents(walker.currentNode);
    const lines = new Set(Array.from(range.getClientRects()).map(box => Math.round(box.top)));
    if (words && lines.size > words.split(/\\s+/).length) broken.push(words);
  }
  return broken;
}
"""


# An old office PC's screen, the same in large type, a smaller one, a telephone; the dark theme has the same sizes.
LOOKS = {"light": ((1366, 100), (1366, 150), (1024, 100), (400, 100)), "dark": ((1366, 125),)}


@pytest.mark.parametrize("theme", list(LOOKS))
def test_every_page_fits_is_silent_on_the_console_and_has_targets_large_enough(
    chromium: Browser, furnished: Path, tmp_path: Path, theme: str
) -> None:
    house = House(copy_of(furnished, tmp_path / "data"), is_demo=True, has_landline=True)
    house.office.announcements.add("W" * 40, "x" * 400, house.user("li"))
    for status in ("draft", "accepted", "dispatched", "review", "survey", "closed"):
        house.ticket(status, title="Street lamps between the post office and the primary school are out since Monday")
    house.texts("西街井盖破了" * 20)
    house.rings(call=1)
    house.hangs_up(call=1)
    house.rings(OTHER_CITIZEN, line="line2", call=2)
    office = Office(house, chromium)
    try:
        page = office.signed_in(name="li")
        for width, size in LOOKS[theme]:
            office.context.add_cookies([{"name": "hotline_look", "value": f"{theme}.{size}.keys", "url": office.url}])
            page.set_viewport_size({"width": width, "height": 660})
            for path in (
                "/", "/tickets", "/tickets/new", "/tickets/2", "/tickets/4", "/tickets/1/edit", "/messages?box=in",
                "/calls", "/callbacks", "/lines", "/settings", "/settings/users", "/settings/keys", "/search?q=lamps",
                "/town", "/recordings", "/prompts", "/prompts/greeting_hours", "/announcements", "/lines/land/flow",
                "/lines/land/landline",
            ):  # fmt: skip
                page.goto(office.url + path)
                page.wait_for_timeout(60)
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, f"{path} at {width} px, {size} %: {wide} px too wide"
                small = page.evaluate(SMALL_TARGETS)
                assert small == [], f"{path} at {width} px, {size} %"
        assert office.troubles == []
    finally:
        office.close()
        house.close()


# Buttons, fields and links that stand alone; a link inside of a sentence is as high as its line (WCAG 2.5.8 allows it).
SMALL_TARGETS = """
() => Array.from(document.querySelectorAll(`
    button, .btn, .place, .tabs a, .tally a, .menu-body a, select, textarea, input:not([type=hidden]):not(.btn-check)`))
  .filter(element => element.getClientRects().length && element.closest('.check') === null && element.id !== 'find')
  .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, box]) => box.height < 31.5 || box.width < 31.5)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)
"""
