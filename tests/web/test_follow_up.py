"""The pages of surveys, supervision and emergencies, as somebody without JavaScript uses them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from modem.commands import Dial
from modem.events import CallDialing, CallEnded, EndReason
from tests.web.house import CITIZEN, House, Seat, form_fields

CHIEF = "13800005555"


def asked_without_answer(house: House) -> int:
    """A ticket whose citizen did not answer the text."""
    no = house.ticket("survey")
    house.clock.advance(days=4)
    house.office.follow_up.survey.sweep()
    return no


def unhappy(house: House) -> int:
    no = house.ticket("survey")
    house.office.tickets.move(no, "rate", house.user("wang"), version=house.office.tickets.row(no).version, rating=2,
                              text="灯还是不亮")  # fmt: skip
    return no


def on_duty(house: House) -> None:
    now = house.clock.now()
    house.office.roster.add(
        "leader", now - timedelta(hours=1), now + timedelta(days=9), house.user("li"), name="值班主任", phone=CHIEF
    )


def status(house: House, no: int) -> str:
    return house.office.tickets.row(no).status


def survey_of(house: House) -> tuple[object, ...]:
    row = house.store.row("SELECT outcome, contacted, solved, attitude, rating FROM survey ORDER BY id DESC LIMIT 1")
    assert row is not None
    return tuple(row)


# --- survey --------------------------------------------------------------------------------------------------------


def test_the_list_shows_whom_to_call_and_what_to_tell_him(house: House) -> None:
    no = asked_without_answer(house)
    html = house.seat("wang", language="zh_CN").html("/survey")
    assert f"{no:06d}" in html
    assert "控制箱进水" in html
    assert f'data-number="{CITIZEN}"' in html


def test_what_was_said_is_saved_with_one_form(house: House) -> None:
    no = asked_without_answer(house)
    seat = house.seat("wang")
    said = {"result": "reached", "contacted": "yes", "solved": "yes", "attitude": "3", "rating": "5", "words": "谢谢"}
    answer = seat.post(f"/survey/{no}/result", said, page="/survey")
    assert answer.status_code == 302
    assert status(house, no) == "closed"
    assert survey_of(house) == ("satisfied", 1, 1, 3, 5)


def test_a_rating_that_was_forgotten_is_asked_for_and_the_words_stay(house: House) -> None:
    no = asked_without_answer(house)
    seat = house.seat("wang", language="en")
    answer = seat.post(f"/survey/{no}/result", {"result": "reached", "words": "太慢了"}, page="/survey")
    assert answer.status_code == 422
    assert "A rating is a number from 1 to 5." in answer.text
    assert 'value="太慢了"' in answer.text
    assert status(house, no) == "survey"


def test_the_same_form_twice_is_one_try(house: House) -> None:
    no = asked_without_answer(house)
    seat = house.seat("wang")
    html = seat.html("/survey")
    form = next(form for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL) if f"/survey/{no}/result" in form)
    fields = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    for _ in range(2):
        assert seat.send(f"/survey/{no}/result", {**fields, "result": "no_answer"}).status_code == 302
    row = house.store.row("SELECT tries FROM survey")
    assert row is not None
    assert row["tries"] == 1


def test_the_board_is_worked_off_to_zero(house: House) -> None:
    no = unhappy(house)
    seat = house.seat("wang", language="en")
    html = seat.html("/survey")
    assert "灯还是不亮" in html
    assert "2 not satisfied" in html
    seat.post(f"/survey/{no}/decision", {"decision": "redo", "reason": ""}, page="/survey")
    assert status(house, no) == "in_progress"
    for move, words in (("reply", {"text": "重新更换了线路并试亮"}), ("approve", {}), ("rate", {"rating": 5})):
        row = house.office.tickets.row(no)
        house.office.tickets.move(no, move, house.user("wang"), version=row.version, **words)
    assert "the board is at zero" in seat.html("/survey")


def test_a_slip_of_the_key_closes_it_as_he_meant(house: House) -> None:
    no = unhappy(house)
    house.seat("wang").post(f"/survey/{no}/decision", {"decision": "satisfied", "rating": "4"}, page="/survey")
    assert (status(house, no), house.office.tickets.row(no).rating) == ("closed", 4)


def test_a_decision_without_a_choice_is_refused_beside_the_ticket(house: House) -> None:
    no = unhappy(house)
    answer = house.seat("wang", language="en").post(f"/survey/{no}/decision", {"decision": ""}, page="/survey")
    assert answer.status_code == 422
    assert "Choose what becomes of it." in answer.text


def test_call_backs_lead_to_the_survey_and_count_it(house: House) -> None:
    asked_without_answer(house)
    assert re.search(
        r'href="/survey">.*?<span class="count">1</span>', house.seat("wang").html("/callbacks"), re.DOTALL
    )


# --- supervision ---------------------------------------------------------------------------------------------------


def test_an_overdue_ticket_stands_there_with_its_paper(house: House) -> None:
    no = house.ticket("dispatched")
    house.clock.advance(days=30)
    house.office.follow_up.supervision.sweep()
    html = house.seat("wang", language="en").html("/supervision")
    assert "2026-001" in html
    assert f"/tickets/{no}/slip?form=supervision" in html
    assert "Not answered in time" in html


def test_a_paper_that_was_answered_moves_to_those_that_have_an_end(house: House) -> None:
    no = house.ticket("dispatched")
    house.clock.advance(days=30)
    house.office.follow_up.supervision.sweep()
    for move, words in (("reply", {"text": "已经更换线路并试亮"}), ("approve", {})):
        row = house.office.tickets.row(no)
        house.office.tickets.move(no, move, house.user("wang"), version=row.version, **words)  # type: ignore[arg-type]
    html = house.seat("wang", language="en").html("/supervision")
    assert "Nothing is supervised." in html
    assert "It was answered" in html


# --- emergencies ---------------------------------------------------------------------------------------------------


def test_from_the_ticket_one_press_tells_the_duty_leader(house: House) -> None:
    on_duty(house)
    no = house.ticket("dispatched")
    seat = house.seat("wang", language="en")
    assert f'href="/emergency/{no}"' in seat.html(f"/tickets/{no}")
    seat.post(f"/emergency/{no}/start", {"kind": "gas"}, page=f"/emergency/{no}")
    html = seat.html(f"/emergency/{no}")
    assert "Close the valve" in html
    assert "值班主任" in html
    assert f"Emergency {no:06d}: nobody has confirmed yet." in seat.html("/calls")  # above every page
    told = next(each for each in seat.html(f"/tickets/{no}").split("</li>") if "Text message: Emergency" in each)
    assert "A leader" in told
    assert "The citizen" not in told


def clicks_twice(seat: Seat, path: str, page: str, fields: dict[str, str]) -> list[int]:
    """The same form, sent again before the answer to the first came."""
    form = {**form_fields(seat.html(page), path), **fields}
    return [seat.send(path, form).status_code for _ in range(2)]


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("passed", {"service": "119", "receipt": "接警员07号"}),
        ("report", {"report": "已关阀，无人受伤"}),
        ("end", {"end": "险情解除"}),
    ],
)
def test_a_double_click_on_a_danger_writes_one_line(house: House, step: str, fields: dict[str, str]) -> None:
    no = house.ticket("dispatched")
    seat, one = house.seat("wang"), f"/emergency/{no}"
    seat.post(f"{one}/start", {"kind": "gas"}, page=one)
    assert clicks_twice(seat, f"{one}/{step}", one, fields) == [302, 302]
    (said,) = fields.values() if len(fields) == 1 else (fields["receipt"],)
    rows = house.store.rows("SELECT text FROM note_words WHERE instr(text, ?)", (said,))
    assert len(rows) == 1


def test_a_double_click_on_it_is_none_ends_the_suspicion_once(house: House) -> None:
    no = house.ticket("draft", content="东街煤气泄漏，有人晕倒")
    seat, one = house.seat("wang"), f"/emergency/{no}"
    assert clicks_twice(seat, f"{one}/none", one, {"reason": "误报"}) == [302, 302]
    [row] = house.store.rows("SELECT state FROM emergency")
    assert row["state"] == "dismissed"


def test_receipt_confirmation_report_and_end_leave_the_log(house: House) -> None:
    on_duty(house)
    no = house.ticket("dispatched")
    seat = house.seat("wang", language="en")
    one = f"/emergency/{no}"
    seat.post(f"{one}/start", {"kind": "gas"}, page=one)
    seat.post(f"{one}/passed", {"service": "119", "receipt": "接警员07号"}, page=one)
    seat.post(f"{one}/confirmed/1", page=one)
    seat.post(f"{one}/report", {"report": "已关阀，无人受伤"}, page=one)
    assert "接警员07号" in seat.html(one)
    seat.post(f"{one}/end", {"end": "险情解除"}, page=one)
    html = seat.html("/emergency")
    assert "险情解除" in html
    assert "No danger is known." in html
    assert "nobody has confirmed" not in seat.html("/calls")
    assert "险情解除" not in seat.html("/emergency?day=2026-11-22")
    assert seat.get("/emergency?day=x").status_code == 200


def test_what_was_typed_stays_where_a_field_is_missing(house: House) -> None:
    on_duty(house)
    no = house.ticket("dispatched")
    seat, one = house.seat("wang", language="en"), f"/emergency/{no}"
    seat.post(f"{one}/start", {"kind": "gas"}, page=one)
    assert seat.post(f"{one}/passed", {"service": "119", "receipt": ""}, page=one).status_code == 422
    answer = seat.post(f"{one}/report", {"report": "x" * 20_000}, page=one)
    assert answer.status_code == 422
    assert "xxxx" in answer.text


def test_a_suspicion_is_read_and_put_away(house: House) -> None:
    house.texts("西街12号煤气泄漏，味道很大")
    no = 1
    seat = house.seat("wang", language="en")
    assert f'href="/emergency/{no}"' in seat.html("/desk/side")
    seat.post(f"/emergency/{no}/none", {"reason": "已核实，是油烟"}, page=f"/emergency/{no}")
    assert "Was none" in seat.html(f"/emergency/{no}")


def test_the_lead_alone_names_who_is_told(house: House) -> None:
    contact = {"role": "backup", "name": "赵副主任", "phone": "13800006666"}
    li, wang = house.seat("li", language="en"), house.seat("wang")
    li.post("/emergency/contacts", contact, page="/emergency")
    assert "赵副主任" in wang.html("/emergency")
    assert 'action="/emergency/contacts"' not in wang.html("/emergency")
    assert wang.send("/emergency/contacts", {**contact, "csrf_token": wang.token()}).status_code == 403
    answer = li.post("/emergency/contacts", {**contact, "phone": "none"}, page="/emergency")
    assert answer.status_code == 422
    assert "This is not a telephone number." in answer.text
    li.post("/emergency/contacts/1/remove", page="/emergency")
    assert "赵副主任" not in li.html("/emergency")


def test_many_alike_are_shown_with_their_tickets_until_dealt_with(house: House) -> None:
    for number in range(5):
        house.clock.advance(minutes=3)
        no = house.ticket("accepted", title=f"停水{number}", category="water")
        with house.store.transaction() as tx:
            tx.execute("UPDATE ticket SET town = 'somewhere' WHERE no = ?", (no,))
    house.office.follow_up.group_events.sweep()
    seat = house.seat("wang", language="en")
    html = seat.html("/emergency")
    assert "5 tickets" in html
    assert 'href="/tickets/3"' in html
    seat.post("/emergency/events/1/end", page="/emergency")
    assert "5 tickets" not in seat.html("/emergency")


@pytest.mark.parametrize("path", ["/survey", "/supervision", "/emergency", "/emergency/1"])
def test_departments_and_technicians_stay_outside(house: House, path: str) -> None:
    house.ticket("dispatched")
    for name in ("unit", "tech"):
        assert house.seat(name).get(path).status_code == 403


# --- a danger told on the telephone ---


def talks(house: House) -> int:
    """A citizen has been answered; returns the id of the call."""
    call_id = house.rings()
    house.office.calls.take(call_id, house.user("wang"))
    house.answered()
    return call_id


def test_the_card_and_the_form_of_a_call_have_a_button_for_an_emergency(house: House) -> None:
    call_id = talks(house)
    wang = house.seat("wang", language="en")
    for path in ("/calls/ringing", f"/tickets/new?call={call_id}"):
        html = wang.fragment(path).text
        assert f'hx-post="/emergency/call/{call_id}"' in html
        assert "<span>Emergency</span>" in html
    assert "/emergency/call/" not in wang.fragment("/tickets/new").text


def test_one_press_in_the_form_tells_the_leader_and_saves_what_was_typed_as_a_draft(house: House) -> None:
    on_duty(house)
    call_id = talks(house)
    wang = house.seat("wang", language="en")
    form = form_fields(wang.html(f"/tickets/new?call={call_id}"), f"/tickets/new?call={call_id}")
    typed = {**form, "title": "East Street 5", "content": "smoke", "place": "East Street 5", "type": "help"}
    shown = wang.send(f"/emergency/call/{call_id}", {**typed, "danger": "fire"}, headers={"HX-Request": "true"})
    (no, _), *_ = house.office.follow_up.emergency_views.unconfirmed()
    assert "Call 119 now" in shown.text
    assert status(house, no) == "draft"
    assert house.office.tickets.row(no).place == "East Street 5"
    told = house.store.row("SELECT count(*) AS n FROM outbox WHERE purpose = 'emergency'")
    assert told is not None
    assert told["n"] == 1
    again = wang.send(f"/emergency/call/{call_id}", {**typed, "danger": "fire"}, headers={"HX-Request": "true"})
    assert again.status_code == 200
    assert len(house.office.follow_up.emergency_views.unconfirmed()) == 1
    typed["category"] = "other"
    wang.send(f"/tickets/new?call={call_id}", {**typed, "content": "smoke from the second floor", "then": "open"})
    assert (status(house, no), house.office.tickets.page(no, house.user("li")).form.content) == (
        "accepted",
        "smoke from the second floor",
    )
    assert house.office.follow_up.emergency_views.unconfirmed() == ((no, True),)


def test_one_press_on_the_card_needs_no_form_and_leaves_its_words_alone(house: House) -> None:
    on_duty(house)
    call_id = talks(house)
    wang = house.seat("wang", language="en")
    wang.send(f"/emergency/call/{call_id}", {**form_fields(wang.html("/"), "-"), "danger": "gas"})
    ((no, is_running),) = house.office.follow_up.emergency_views.unconfirmed()
    assert is_running
    card = wang.fragment("/calls/ringing").text
    assert "Close the valve" in card
    assert f"/emergency/{no}" in card
    assert f'hx-post="/emergency/call/{call_id}"' not in card


def test_a_field_that_is_wrong_never_holds_up_the_chain(house: House) -> None:
    on_duty(house)
    call_id = talks(house)
    wang = house.seat("wang")
    fields = {**form_fields(wang.html("/"), "-"), "title": "x" * 5000, "type": "nonsense"}
    answer = wang.send(f"/emergency/call/{call_id}", {**fields, "danger": "gas"})
    assert answer.status_code == 302
    assert len(house.office.follow_up.emergency_views.unconfirmed()) == 1


def test_a_danger_in_a_call_has_a_kind_and_a_call(house: House) -> None:
    call_id = talks(house)
    wang = house.seat("wang")
    token = form_fields(wang.html("/"), "-")
    assert wang.send(f"/emergency/call/{call_id}", {**token, "danger": "boredom"}).status_code == 409
    assert wang.send("/emergency/call/99999", {**token, "danger": "gas"}).status_code == 404
    assert house.office.follow_up.emergency_views.unconfirmed() == ()
    assert house.store.row("SELECT 1 FROM ticket WHERE call_id = ?", (call_id,)) is None


def test_enter_in_the_form_of_a_call_never_begins_an_emergency(house: House) -> None:
    """A browser presses the first submit button of the form."""
    call_id = talks(house)
    html = house.seat("wang").fragment(f"/tickets/new?call={call_id}").text
    buttons = [tag for tag in re.findall(r"<button[^>]*>", html) if 'type="button"' not in tag]
    dangers = [tag for tag in buttons if 'name="danger"' in tag]
    assert dangers
    assert buttons.index(dangers[0]) == len(buttons) - len(dangers)
    assert 'name="danger"' not in buttons[0]


def test_until_somebody_is_named_the_pages_say_that_nobody_was_told_and_what_helps(house: House) -> None:
    no = house.ticket("accepted")
    wang, one = house.seat("wang", language="en"), f"/emergency/{no}"
    wang.post(f"{one}/start", {"kind": "gas"}, page=one)
    html = wang.html(one)
    assert "Nobody was told" in html
    assert 'href="/shift"' in html
    assert "Nobody was told" in wang.html("/emergency")
    assert "还没有通知任何人" in house.seat("li").html(one)
    on_duty(house)
    house.office.follow_up.emergency_sweep.look()
    html = wang.html(one)
    assert "值班主任" in html
    assert "Nobody was told" not in html
    assert "Nobody was told" not in wang.html("/emergency")


def test_each_call_of_the_box_stands_on_the_danger_and_the_tickets_timeline(house: House) -> None:
    on_duty(house)
    no = house.ticket("dispatched")
    seat, one = house.seat("wang", language="en"), f"/emergency/{no}"
    seat.post(f"{one}/start", {"kind": "gas"}, page=one)
    house.clock.advance(seconds=125)
    house.services.desk.tick()
    dial = next(command for _, command in house.sent if isinstance(command, Dial))
    assert "The box is calling" in seat.html(one)
    card = seat.fragment("/calls/ringing").text
    assert "The box calls about a danger" in card
    assert "Take the call" not in card
    for event in (CallDialing("line1", 9, dial.ref, dial.number), CallEnded("line1", 9, EndReason.BUSY)):
        house.services.desk.at_once(event)
        house.services.desk.handle(event)
    house.services.desk.tick()
    html = seat.html(one)
    assert "rings only" in html
    assert "Busy" in html
    item = next(
        each for each in seat.html(f"/tickets/{no}").split("</li>") if "The box called about the danger" in each
    )
    assert "Busy" in item
    assert "只响铃" in house.seat("li").html(one)


def test_the_lead_alone_switches_the_calls_of_the_box(house: House) -> None:
    li, wang = house.seat("li", language="en"), house.seat("wang", language="en")
    assert 'action="/emergency/rings"' not in wang.html("/emergency")
    assert wang.send("/emergency/rings", {"csrf_token": wang.token()}).status_code == 403
    li.post("/emergency/rings", {"rings": ""}, page="/emergency")
    assert not house.office.follow_up.ring_switch.is_on()
    on_duty(house)
    no = house.ticket("dispatched")
    wang.post(f"/emergency/{no}/start", {"kind": "gas"}, page=f"/emergency/{no}")
    assert "the switch is off" in wang.html(f"/emergency/{no}")
    li.post("/emergency/rings", {"rings": "on"}, page="/emergency")
    assert "The box also rings whoever has not confirmed" in wang.html(f"/emergency/{no}")
