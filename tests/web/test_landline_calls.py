"""Calls of the landline on the screen: what the box does, what the telephone has, dialling, recording, who it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.callflow import steps
from appliance.callflow.plan import HoursPlan
from appliance.callflow.steps import Circumstances
from appliance.callflow.words import TicketState
from appliance.outreach.callbacks import CLOSING_RESULTS, REASONS
from modem.commands import Dial, HandOver, HangUp, Join
from modem.events import CallDialing, CallEnded, CallTone, EndReason, SoundEnd, ToneHeard
from tests.appliance.box_on_line import PLAIN, WAITS, voice
from tests.appliance.prompts.waves import voice as sine
from tests.appliance.prompts.waves import wav
from tests.web.house import CITIZEN, House, copy_of
from tests.web.landline import Landline
from web import telephone_words


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Iterator[House]:
    house = House(copy_of(furnished, tmp_path / "data"), has_landline=True)
    yield house
    house.close()


@pytest.fixture
def land(house: House) -> Landline:
    return Landline(house)


def panel(house: House, name: str = "wang") -> str:
    return house.seat(name, language="en").fragment("/calls/ringing").text


def plain(html: str) -> str:
    """What is read: no tags, one blank between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def keys(html: str) -> dict[str, str]:
    """Which address each key presses: the first that bears it."""
    found: dict[str, str] = {}
    for action, names in re.findall(r'action="([^"]+)"[^>]*>.*?data-key="([^"]+)"', re.sub(r"\s+", " ", html)):
        for name in names.split():
            found.setdefault(name, action)
    return found


# --- nobody knows who it was, nor whether somebody spoke with him ---


def test_the_note_of_an_unknown_caller_asks_and_leads_to_those_calls(house: House, land: Landline) -> None:
    land.ends(land.ring(from_=""), EndReason.UNSEEN)
    land.wait(61)
    wang = house.seat("wang", language="en")
    link = re.search(r'href="([^"]+)">Nobody knows whether a caller without a number', wang.fragment("/desk/side").text)
    assert link is not None
    assert link[1] == "/calls?outcome=unclear"
    assert "Number withheld" in wang.html(link[1])


# --- the box speaks ---


def test_the_card_says_what_the_box_does_and_f2_takes_the_caller(house: House, land: Landline) -> None:
    box = land.box(PLAIN)
    call_id = box.answers(CITIZEN)
    html = panel(house)
    assert "The box greets the caller" in plain(html)
    assert "Lift the telephone, then press F2: the box lets go of the line." in plain(html)
    assert 'class="call call-talking call-box"' in html
    assert keys(html) == {"F2": f"/calls/{call_id}/take", "A": f"/calls/{call_id}/take"}, "no key cuts him off"
    box.ends(SoundEnd.PLAYED)
    assert "The box asks for a message" in plain(panel(house)), "until the tone nothing is recorded"
    assert "the box speaks" in house.seat("wang", language="en").html("/")
    box.plays()
    box.begins_to_record(voice(23))
    assert "The caller leaves a message 0:23" in plain(panel(house))
    wang = house.seat("wang", language="en")
    wang.post(f"/calls/{call_id}/take", page="/calls/ringing")
    assert ("land", HandOver(box.call)) in house.sent
    html = panel(house)
    assert "on the telephone" in html
    assert "taken by 王敏" in html
    assert keys(html)["F8"] == f"/calls/{call_id}/release"


def test_a_caller_who_holds_the_line_rings_on_every_page(house: House, land: Landline) -> None:
    box = land.box(WAITS)
    call_id = box.answers(CITIZEN)
    box.plays()
    html = panel(house)
    assert "The box asks the caller to wait" in plain(html)
    assert 'data-ringing="1"' in html
    house.office.calls.take(call_id, house.user("wang"))
    assert 'data-ringing="0"' in panel(house)


def test_every_step_of_the_box_has_words() -> None:
    everything = HoursPlan(acts=True, menu=("1", "2", "3", "0"), asks_number=True, waits=True)
    now = Circumstances(is_open=True, has_number=False, announcement="announcement:1", duty_phone="110")
    names = {*steps.caller_steps(everything, now), *steps.ticket_steps(TicketState(1, "waiting"), "menu")}
    assert names <= telephone_words.BOX_STEPS.keys()


def test_every_reason_and_result_of_a_call_back_has_words() -> None:
    assert REASONS.keys() == telephone_words.CALLBACK_SIGNS.keys()
    assert CLOSING_RESULTS | {"no_answer"} == telephone_words.RESULTS.keys() | {"served"}


def test_a_message_stands_in_the_list_of_calls_and_of_after_hours(house: House, land: Landline) -> None:
    house.clock.advance(hours=13)  # 22:00
    box = land.box(PLAIN)
    box.answers(CITIZEN)
    box.leaves_message(voice(3))
    wang = house.seat("wang", language="en")
    for path in ("/calls", "/calls?outcome=voicemail", "/calls?outcome=after_hours"):
        html = wang.html(path)
        assert "Left a message" in plain(html[html.index("<tbody>") :]), path
    assert "After hours" in plain(wang.html("/calls"))
    assert "<tbody>" not in wang.html("/calls?outcome=answered")
    page = wang.html("/tickets/1")
    assert "By voice message" in page
    assert "语音留言0:03" in page
    assert "<audio" in page, "the recording is played where the ticket is read"


# --- the telephone has it ---


def test_what_the_telephone_took_is_taken_and_ended_with_keys(house: House, land: Landline) -> None:
    land.ends(land.ring())
    html = panel(house)
    assert "on the telephone" in html
    assert keys(html)["F2"] == "/calls/1/take"
    wang = house.seat("wang", language="en")
    wang.post("/calls/1/take", page="/calls/ringing")
    html = panel(house)
    assert "The call is over" in plain(html)
    assert 'data-opens-call="1"' in html, "the call form is at hand"
    assert keys(html) == {"F4": "/calls/1/record", "F8": "/calls/1/release"}
    wang.post("/calls/1/release", page="/calls/ringing")
    assert not [command for _, command in house.sent if isinstance(command, HangUp)], "it never was on the modem"
    assert house.office.calls.rows().rows[0].outcome == "answered"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_nobody_saw_is_asked_first_by_the_card_then_by_the_list(
    house: House, land: Landline, language: str
) -> None:
    said = {"en": "Did anybody speak with this caller?", "zh_CN": "有人接听过吗？"}[language]
    land.ends(land.ring(), EndReason.UNSEEN)
    html = house.seat("wang", language=language).fragment("/calls/ringing").text
    assert said in html
    assert keys(html) == {"F2": "/calls/1/take", "A": "/calls/1/take", "M": "/calls/1/missed", "F8": "/calls/1/release"}
    land.wait(61)
    seat = house.seat("wang", language="en")
    html = seat.html("/callbacks")
    assert "Did anybody speak with this caller? If not, call back" in html
    assert "Was spoken with" in html
    action = re.search(r'action="(/callbacks/\d+/result)"', html)
    assert action is not None
    seat.post(action[1], {"result": "served"}, page="/callbacks")
    assert CITIZEN not in seat.html("/callbacks").split('id="callbacks"')[1]


def test_was_spoken_with_is_offered_where_that_is_the_question_and_nowhere_else(house: House, land: Landline) -> None:
    land.ends(land.ring(), EndReason.NO_ANSWER)
    html = house.seat("wang", language="en").html("/callbacks")
    assert CITIZEN in html
    assert "Was spoken with" not in html


# --- dialling ---


def test_a_call_of_ours_goes_from_dialling_to_lift_the_handset_now(house: House, land: Landline) -> None:
    wang = house.seat("wang", language="en")
    call_id = house.office.calls.dial(CITIZEN, house.user("wang"), line="land")
    assert house.sent[-1] == ("land", Dial(call_id, CITIZEN))
    assert "dialling" in plain(panel(house))
    land.handle(CallDialing("land", 9, call_id, CITIZEN))
    for tone, said in ((CallTone.RING_BACK, "it rings at the other end"), (CallTone.VOICE, "somebody speaks")):
        assert "Lift the handset now" not in panel(house)
        land.handle(ToneHeard("land", 9, tone))
        assert said in plain(panel(house))
    html = panel(house)
    assert re.search(r'<p class="call-big" role="alert">.*?Lift the handset now</p>', html)
    assert keys(html)["F2"] == f"/calls/{call_id}/lifted"
    wang.post(f"/calls/{call_id}/lifted", page="/calls/ringing")
    assert ("land", HandOver(9)) in house.sent
    html = panel(house)
    assert {"F8": f"/calls/{call_id}/release", "M": f"/calls/{call_id}/missed"}.items() <= keys(html).items()
    assert "We spoke" in html
    wang.post(f"/calls/{call_id}/missed", page="/calls/ringing")
    assert house.office.calls.rows().rows[0].outcome == "no_answer"


def test_busy_is_said_and_counts_as_a_try(house: House, land: Landline) -> None:
    land.ends(land.ring(), EndReason.NO_ANSWER)
    house.seat("wang").post(f"/callbacks/{house.office.callbacks.rows()[0].id}/call", page="/callbacks")
    call_id = house.office.calls.rows().rows[0].id
    line, _ = house.sent[-1]
    house.services.desk.handle(CallDialing(line, 9, call_id, CITIZEN))
    house.services.desk.handle(CallEnded(line, 9, EndReason.BUSY))
    assert "Busy" in plain(panel(house))
    assert "tried 1 time" in house.seat("wang", language="en").html("/callbacks")


def test_a_colleague_cannot_say_that_he_lifted_the_handset(house: House, land: Landline) -> None:
    call_id = house.office.calls.dial(CITIZEN, house.user("li"), line="land")
    assert f"/calls/{call_id}/lifted" not in panel(house)
    wang = house.seat("wang")
    assert wang.send(f"/calls/{call_id}/lifted", {"csrf_token": wang.token()}).status_code == 409


# --- recording ---


def test_f4_records_and_ends_it_again(house: House, land: Landline) -> None:
    box = land.box(PLAIN)
    box.call = land.ring()
    wang = house.seat("wang", language="en")
    wang.post("/calls/1/take", page="/calls/ringing")
    assert keys(panel(house))["F4"] == "/calls/1/record"
    wang.post("/calls/1/record", page="/calls/ringing")
    assert ("land", Join(box.call)) in house.sent
    box.joins()
    box.plays()
    house.clock.advance(12)
    html = panel(house)
    assert "being recorded 0:12" in plain(html)
    assert keys(html)["F4"] == "/calls/1/record/stop"
    assert "being recorded" in panel(house, "li"), "everybody at the desk sees it"
    assert "F4" not in keys(panel(house, "li"))
    wang.post("/calls/1/record/stop", page="/calls/ringing")
    box.ends(SoundEnd.STOPPED)
    assert "being recorded" not in panel(house)


def test_a_colleagues_call_is_not_recorded(house: House, land: Landline) -> None:
    land.box(PLAIN)
    land.ring()
    house.office.calls.take(1, house.user("li"))
    wang = house.seat("wang")
    for path in ("/calls/1/record", "/calls/1/record/stop"):
        assert wang.send(path, {"csrf_token": wang.token()}).status_code == 409


def test_a_call_that_only_rings_cannot_be_recorded(house: House, land: Landline) -> None:
    land.box(PLAIN)
    land.ring()
    assert "F4" not in keys(panel(house))
    wang = house.seat("wang")
    assert wang.send("/calls/1/record", {"csrf_token": wang.token()}).status_code == 409


# --- who it is ---


@pytest.mark.parametrize(("told", "said"), [(None, "Number not known yet"), ("", "Number withheld")])
def test_a_call_without_a_number_is_a_full_card_with_a_place_for_one(
    house: House, land: Landline, told: str | None, said: str
) -> None:
    no = house.ticket("dispatched")
    land.ring(from_=told)
    assert said in panel(house)
    wang = house.seat("wang", language="en")
    wang.post("/calls/1/take", page="/calls/ringing")
    assert 'action="/calls/1/number"' in panel(house)
    assert "Number not known yet" not in panel(house), "after the ringing none can come"
    wang.post("/calls/1/number", {"number": CITIZEN}, page="/calls/ringing")
    html = panel(house)
    assert "typed in" in html
    assert f"Open ticket {no:06}" in html
    assert f'name="contact_phone" value="{CITIZEN}"' in wang.fragment("/tickets/new?call=1").text
    refused = wang.send("/calls/1/number", {"csrf_token": wang.token(), "number": "12"})
    assert refused.status_code == 409
    assert "A telephone number has 3 to 20 digits" in refused.text


def test_a_caller_whom_the_network_named_is_not_named_again(house: House, land: Landline) -> None:
    land.ring()
    house.office.calls.take(1, house.user("wang"))
    assert "/calls/1/number" not in panel(house)
    wang = house.seat("wang")
    assert wang.send("/calls/1/number", {"csrf_token": wang.token(), "number": "13800010009"}).status_code == 404


def test_the_keys_page_tells_of_every_key_of_a_call(house: House) -> None:
    html = house.seat("wang", language="en").html("/settings/keys")
    for name in ("F2", "F4", "F8", "M"):
        assert f"<kbd>{name}</kbd>" in html
    assert "Record the call; again: stop recording" in html


def test_the_desk_leads_to_the_announcements_and_says_which_one_callers_hear(house: House) -> None:
    wang, li = house.seat("wang", language="en"), house.user("li")
    assert 'href="/announcements"' in wang.html("/")
    assert "Callers hear" not in wang.html("/")
    made = house.office.announcements.add("东街停水", "东街今天停水。", li)
    key = f"announcement:{made}"
    house.office.studio.upload(key, "", wav(sine(1.0)), li, words="东街今天停水。")
    house.office.studio.use(key, "", li)
    house.office.announcements.switch_on(made, "", li)
    assert "Callers hear: 东街停水" in plain(wang.html("/"))


def test_the_caller_is_asked_for_a_rating_by_mouse(house: House, land: Landline) -> None:
    box = land.box(PLAIN, rates_talks=True)
    box.call = land.ring()
    wang = house.seat("wang", language="en")
    wang.post("/calls/1/take", page="/calls/ringing")
    assert "Let the caller rate" in panel(house)
    assert "Let the caller rate" not in panel(house, "li")
    wang.post("/calls/1/rate", page="/calls/ringing")
    assert ("land", Join(box.call)) in house.sent
