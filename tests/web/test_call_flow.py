"""The pages of the call flow: what a line does, edited and shown in words; announcements in one click."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appliance.people.user import User
from tests.web.house import House, copy_of
from tests.web.test_pages import Reader

PAGE = "/lines/land/flow"
FORM = {
    "do": "save", "in_acts": "on", "in_rings": "5", "in_wait_s": "60", "in_message_s": "90", "in_takes_messages": "on",
    "after_acts": "on", "after_rings": "2", "after_wait_s": "60", "after_message_s": "60", "after_takes_messages": "on",
    "after_menu_on": "on", "after_menu": ["1", "3"], "brand": "环保热线", "duty_phone": "13800000009",
    "plays_notice": "on",
}  # fmt: skip


@pytest.fixture
def landline(furnished: Path, tmp_path: Path) -> House:
    return House(copy_of(furnished, tmp_path / "data"), has_landline=True)


def li(house: House) -> User:
    return house.user("li")


def test_a_lead_changes_what_a_line_does_and_reads_it_in_words(landline: House) -> None:
    seat = landline.seat("li", language="en")
    before = seat.html(PAGE)
    assert "As shipped" in before
    assert "It rings 6 times." in before
    answer = seat.post(PAGE, FORM)
    assert answer.status_code == 302
    html = seat.html(PAGE)
    assert "It rings 5 times." in html
    assert "Key 3: how a ticket stands" in html
    assert "Key 2" not in html
    plan = landline.office.call_flows.line("land").plan
    assert (plan.brand, plan.duty_phone, plan.after_hours.menu) == ("环保热线", "13800000009", ("1", "3"))
    assert plan.plays_notice
    assert not plan.records_talks


def test_the_page_says_why_there_is_no_menu(landline: House) -> None:
    assert "GB/T 33358" in landline.seat("li", language="en").html(PAGE)
    assert "GB/T 33358" in landline.seat("li").html(PAGE)


def test_what_would_happen_is_shown_and_not_saved(landline: House) -> None:
    seat = landline.seat("li", language="en")
    answer = seat.post(PAGE, {**FORM, "do": "preview", "in_rings": "9"})
    assert answer.status_code == 200
    assert "What would happen" in answer.text
    assert "It rings 9 times." in answer.text
    assert 'value="9"' in answer.text
    assert Reader(answer.text).wrong == []
    assert landline.office.call_flows.line("land").is_default


@pytest.mark.parametrize("do", ["save", "preview"])
def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(landline: House, do: str) -> None:
    seat = landline.seat("li", language="en")
    answer = seat.post(PAGE, {**FORM, "do": do, "after_rings": "1", "brand": "Green line"})
    assert answer.status_code == 422
    assert 'id="after_rings-wrong"' in answer.text
    assert "ring 1 and 2" in answer.text
    assert "Green line" in answer.text
    assert landline.office.call_flows.line("land").is_default


def test_a_line_without_sound_says_so_and_lets_nothing_be_switched_on(landline: House) -> None:
    seat = landline.seat("li", language="en")
    assert "audio_device" in seat.html("/lines/line1/flow")
    assert seat.post("/lines/line1/flow", FORM).status_code == 422


def test_who_keeps_no_lines_reads_only(landline: House) -> None:
    wang = landline.seat("wang", language="en")
    html = wang.html(PAGE)
    assert 'name="in_rings"' not in html
    assert wang.post(PAGE, FORM, page="/").status_code == 403
    assert landline.seat("li").get("/lines/nowhere/flow").status_code == 404


def test_the_card_names_the_office_that_a_line_belongs_to(landline: House) -> None:
    seat = landline.seat("li")
    landline.rings(line="land")
    assert "环保热线" not in seat.html("/calls/ringing")
    seat.post(PAGE, FORM)
    assert "环保热线" in seat.html("/calls/ringing")


# --- announcements ---


def recorded(house: House, title: str = "Water is off") -> int:
    made = house.office.announcements.add(title, "East street, until eight.", li(house))
    prompts = house.services.office.studio._prompts
    prompts.replace({(f"announcement:{made}", ""): b"\x10" * 800})
    return made


def test_a_form_that_is_sent_twice_writes_one_announcement(landline: House) -> None:
    wang = landline.seat("wang")
    token = re.search(r'name="token" value="([^"]+)"', wang.html("/announcements"))
    assert token is not None
    form = {"title": "停水", "words": "东街今天停水", "token": token[1]}
    answers = [wang.post("/announcements", form) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(landline.office.announcements.all()) == 1


def test_an_announcement_is_written_recorded_and_switched_on_in_one_click(landline: House) -> None:
    wang = landline.seat("wang", language="en")
    assert "no announcement yet" in wang.html("/announcements")
    answer = wang.post("/announcements", {"title": "Water is off", "words": "East street, until eight."})
    assert answer.location.endswith("/prompts/announcement:1")
    assert "Not recorded yet" in wang.html("/announcements")
    assert wang.post("/announcements/1/on", {"line": ""}).status_code == 409
    recorded(landline)  # the second one has a sound
    assert wang.post("/announcements/2/on", {"line": ""}, page="/announcements").status_code == 302
    landline.office.announcements.add("Later news", "", li(landline))
    html = wang.html("/announcements")
    assert html.index("Water is off") < html.index("Later news"), "what callers hear stands first"
    assert "Switch off on every line" in html
    assert "Repeat calls before" in html
    assert "within the 24 hours before" in html  # the figure with its definition
    assert "plays the announcement that is on: Water is off" in landline.seat("li", language="en").html(PAGE)
    assert wang.post("/announcements/off", {"line": ""}, page="/announcements").status_code == 302
    assert "Switch off on every line" not in wang.html("/announcements")


def test_words_are_changed_and_a_mistake_is_said_where_it_was_made(landline: House) -> None:
    recorded(landline)
    wang = landline.seat("wang", language="en")
    assert (
        wang.post("/announcements/1/change", {"title": "Road works", "words": ""}, page="/announcements").status_code
        == 302
    )
    assert "Road works" in wang.html("/announcements")
    answer = wang.post("/announcements/1/change", {"title": "", "words": "x"}, page="/announcements")
    assert answer.status_code == 422
    assert 'id="title-1-wrong"' in answer.text
    assert 'id="title-0-wrong"' in wang.post("/announcements", {"title": ""}).text


def test_one_that_is_on_is_not_removed(landline: House) -> None:
    made = recorded(landline)
    landline.office.announcements.switch_on(made, "land", li(landline))
    wang = landline.seat("wang", language="en")
    answer = wang.post(f"/announcements/{made}/retire", {}, page="/announcements")
    assert answer.status_code == 409
    assert "Switch it off first" in answer.text
    wang.post("/announcements/off", {"line": "land"}, page="/announcements")
    assert wang.post(f"/announcements/{made}/retire", {}, page="/announcements").status_code == 302
    assert "no announcement yet" in wang.html("/announcements")


def test_the_technician_sees_and_does_not_switch(landline: House) -> None:
    made = recorded(landline)
    tech = landline.seat("tech")
    assert tech.get("/announcements").status_code == 200
    assert tech.post(f"/announcements/{made}/on", {"line": ""}, page="/lines").status_code == 403
