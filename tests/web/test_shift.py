"""Roster, handover, an empty desk and seats for a day, over the whole office with a clock moved by hand."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from appliance.casework.lifecycle import Actor
from appliance.casework.views import TicketForm
from appliance.errors import FieldWrong, NotAllowed, SignInRefused
from appliance.people.handover import Sheet, _sheet
from tests.web.house import CITIZEN, OTHER_CITIZEN, SHANGHAI, House, form_fields

LEADER, BACKUP = "13700000001", "13700000002"


def minutes(house: House, count: int) -> None:
    """Time passes as it does for the running program."""
    for _ in range(count):
        house.clock.advance(minutes=1)
        for look in house.services.every_minute.values():
            look()


def on_duty(house: House, role: str, phone: str = "", hours: float = 8.0, **more: Any) -> int:
    now = house.clock.now()
    by = house.user("li")
    return house.office.roster.add(role, now, now + timedelta(hours=hours), by, name="Zhao", phone=phone, **more)


def misses(house: House, number: str) -> None:
    """A little later somebody rings and nobody takes it."""
    house.clock.advance(1)
    house.rings(number)
    house.hangs_up()


def alarms(house: House) -> list[tuple[str, str]]:
    return [
        (row["number"], row["text"])
        for row in house.store.rows(
            "SELECT w.number, w.text FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id WHERE o.purpose = 'alarm'"
            " ORDER BY o.id"
        )
    ]


def test_texts_that_wait_are_told_apart_from_those_that_did_not_go_and_each_link_shows_them(house: House) -> None:
    house.office.messages.write(CITIZEN, "请问是哪几盏灯？", house.user("wang"))
    seat = house.seat("wang", language="en")
    for state, said, box in (
        ("queued", "Text messages that wait to be sent", "out"),
        ("failed", "Text messages that have not gone", "trouble"),
    ):
        with house.store.transaction() as tx:
            tx.execute("UPDATE outbox SET state = ?", (state,))
        row = re.search(rf"<tr><th[^>]*>(?:(?!</tr>).)*{said}.*?</tr>", seat.html("/shift"), re.DOTALL)
        assert row is not None, said
        assert f'href="/messages?box={box}"' in row[0]
        assert "请问是哪几盏灯？" in seat.html(f"/messages?box={box}")


# --- roster ---


def test_the_duty_of_this_moment_is_known_without_asking_the_disk(house: House) -> None:
    assert not house.office.roster.is_staffed()
    on_duty(house, "operator", hours=2)
    on_duty(house, "leader", LEADER, hours=1)
    on_duty(house, "backup", BACKUP, hours=8)
    roster = house.office.roster
    assert roster.is_staffed()
    assert roster.phone("leader", "backup") == LEADER
    house.clock.advance(hours=1)
    assert roster.phone("leader", "backup") == BACKUP
    house.clock.advance(hours=1)
    assert not roster.is_staffed()


def test_a_duty_of_every_week_stands_in_each_of_them_and_is_removed_one_by_one(house: House) -> None:
    assert on_duty(house, "operator", weeks=3) == 3
    start = house.clock.now()
    found = house.office.roster.between(start, start + timedelta(weeks=4))
    assert [duty.starts_at - start for duty in found] == [timedelta(weeks=week) for week in range(3)]
    house.office.roster.remove(found[0].id, house.user("li"))
    house.office.roster.remove(found[0].id, house.user("li"))
    assert not house.office.roster.is_staffed()
    assert len(house.office.roster.between(start, start + timedelta(weeks=4))) == 2


@pytest.mark.parametrize(
    ("field", "role", "hours", "values"),
    [
        ("role", "cook", 8.0, {}),
        ("ends_at", "operator", 0.0, {}),
        ("ends_at", "operator", 24.0 * 32, {}),
        ("weeks", "operator", 8.0, {"weeks": 27}),
        ("phone", "leader", 8.0, {}),
        ("phone", "leader", 8.0, {"phone": "no number"}),
        ("name", "operator", 8.0, {"name": ""}),
        ("user_id", "operator", 8.0, {"user_id": 4711}),
    ],
)
def test_a_duty_that_cannot_be_is_refused_by_its_field(
    house: House, field: str, role: str, hours: float, values: dict[str, object]
) -> None:
    now = house.clock.now()
    given = {"name": "Zhao", **values}
    with pytest.raises(FieldWrong) as wrong:
        house.office.roster.add(role, now, now + timedelta(hours=hours), house.user("li"), **given)  # type: ignore[arg-type]
    assert wrong.value.field == field
    assert house.office.roster.between(now, now + timedelta(days=400)) == ()


def test_only_the_desk_keeps_the_roster(house: House) -> None:
    now = house.clock.now()
    for name in ("unit", "tech"):
        with pytest.raises(NotAllowed):
            house.office.roster.add("operator", now, now + timedelta(hours=1), house.user(name), name="Zhao")


def test_only_who_answers_or_leads_is_offered_for_the_roster(house: House) -> None:
    offered = house.seat("li").html("/shift").split('id="user_id"')[1].split("</select>")[0]
    assert {house.user("wang").display_name, house.user("li").display_name} <= set(
        re.findall(r">([^<]+)</option>", offered)
    )
    assert house.user("tech").display_name not in offered
    assert house.user("unit").display_name not in offered


# --- an empty desk ---


def test_the_leader_is_told_once_when_something_waits_and_nobody_comes(house: House) -> None:
    on_duty(house, "leader", LEADER)
    misses(house, CITIZEN)
    minutes(house, 13)
    assert alarms(house) == []
    minutes(house, 5)
    misses(house, OTHER_CITIZEN)
    minutes(house, 30)
    [(number, text)] = alarms(house)
    assert number == LEADER
    assert "15" in text
    [gap] = house.office.unattended.gaps(house.clock.now() - timedelta(days=1))
    assert (gap.until, gap.waiting, gap.is_told) == (None, 1, True)
    assert "unattended" in [row.kind for row in house.office.reminders.open()]


def test_a_deed_at_the_desk_ends_the_gap_and_the_next_one_is_told_again(house: House) -> None:
    on_duty(house, "leader", LEADER)
    misses(house, CITIZEN)
    minutes(house, 20)
    house.seat("wang").get("/")
    minutes(house, 2)
    [gap] = house.office.unattended.gaps(house.clock.now() - timedelta(days=1))
    assert gap.until is not None
    misses(house, OTHER_CITIZEN)
    minutes(house, 20)
    assert len(alarms(house)) == 2


def test_whoever_works_is_not_missed(house: House) -> None:
    on_duty(house, "leader", LEADER)
    misses(house, CITIZEN)
    minutes(house, 10)
    house.seat("wang").post("/shift/handover", {"note": ""}, page="/shift")
    minutes(house, 10)
    assert alarms(house) == []


def test_at_night_nobody_is_told_unless_the_roster_has_somebody_there(house: House) -> None:
    evening = datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI)
    house.clock.advance(seconds=(evening - house.clock.now()).total_seconds())
    on_duty(house, "leader", LEADER, hours=4)
    misses(house, CITIZEN)
    minutes(house, 40)
    assert alarms(house) == []
    on_duty(house, "operator", hours=4)
    misses(house, OTHER_CITIZEN)
    minutes(house, 20)
    assert len(alarms(house)) == 1


def test_without_anybody_to_tell_the_gap_is_kept_all_the_same(house: House) -> None:
    misses(house, CITIZEN)
    minutes(house, 20)
    [gap] = house.office.unattended.gaps(house.clock.now() - timedelta(days=1))
    assert (gap.is_told, alarms(house)) == (False, [])


def test_a_minute_in_which_nothing_happens_writes_nothing(house: House) -> None:
    misses(house, CITIZEN)
    minutes(house, 20)
    before = house.store.row("SELECT count(*) AS n, max(noticed_at) AS at FROM desk_gap")
    minutes(house, 5)
    assert tuple(house.store.row("SELECT count(*) AS n, max(noticed_at) AS at FROM desk_gap") or ()) == tuple(
        before or ()
    )


# --- handover ---


def test_the_sheet_says_what_is_open_and_is_signed_by_both(house: House) -> None:
    misses(house, CITIZEN)
    house.texts("东街路灯不亮", OTHER_CITIZEN)
    wang = house.seat("wang")
    shown = wang.get("/shift").text
    assert "000001" in shown
    made = wang.post("/shift/handover", {"note": "井盖的事请再打一次电话"}, page="/shift")
    number = int(made.headers["Location"].rsplit("/", 1)[1])
    kept = house.office.handovers.get(number)
    assert kept.sheet.drafts == (1,)
    assert kept.sheet.callbacks == 1
    assert kept.note == "井盖的事请再打一次电话"
    # Who leaves cannot sign for who comes.
    assert wang.post(f"/shift/handover/{number}/take", page=f"/shift/handover/{number}").status_code == 422
    li = house.seat("li")
    assert "井盖的事请再打一次电话" in li.get(f"/shift/handover/{number}").text
    assert li.post(f"/shift/handover/{number}/take", page=f"/shift/handover/{number}").status_code == 302
    taken = house.office.handovers.get(number)
    assert taken.made_by == house.user("wang").display_name
    assert taken.taken_by == house.user("li").display_name
    assert [row["action"] for row in house.store.rows("SELECT action FROM audit ORDER BY seq DESC LIMIT 1")] == [
        "taken_over"
    ]


def test_the_shifts_page_leads_who_comes_to_the_sheet_that_waits_for_them(house: House) -> None:
    wang = house.seat("wang", language="en")
    made = wang.post("/shift/handover", {"note": ""}, page="/shift").headers["Location"]
    asks = "has handed over and nobody has taken over yet."
    li = house.seat("li", language="en")
    shown = li.html("/shift")
    assert asks in shown
    assert f'href="{made}">Read it and take over' in shown
    li.post(f"{made}/take", page=made)
    assert asks not in li.html("/shift")


def test_the_sheet_stays_as_it_was_when_it_was_signed(house: House) -> None:
    house.texts("东街路灯不亮")
    number = house.office.handovers.hand_over("", house.user("wang"))
    house.office.tickets.move(1, "void", house.user("wang"), version=1, reason="测试")
    assert house.office.handovers.sheet().drafts == ()
    assert house.office.handovers.get(number).sheet.drafts == (1,)


def test_a_danger_that_nobody_confirmed_stands_on_the_sheet(house: House) -> None:
    house.texts("东街路灯不亮")
    wang = house.user("wang")
    assert house.office.handovers.sheet().emergencies == ()
    house.office.follow_up.emergencies.start(1, "fire", wang)
    assert house.office.handovers.sheet().emergencies == (1,)
    house.office.follow_up.emergencies.close(1, "已处置", wang)
    assert house.office.handovers.sheet().emergencies == ()


def test_only_what_a_department_still_owes_is_late_on_the_sheet(house: House) -> None:
    """A ticket in the survey keeps the time that its reply is measured by; nobody owes anything of it."""
    wang = house.user("wang")
    form = TicketForm(title="东街路灯不亮", content="东街路灯不亮", place="东街", type="help", category="other")
    no = house.office.tickets.create(form, wang)
    city = house.office.departments.all()[0].id
    for move, given in (
        ("dispatch", {"department_id": city}),
        ("sign", {}),
        ("reply", {"text": "已派人现场修复，路灯已亮"}),
    ):
        house.office.tickets.make_move(no, move, actor=Actor.OPERATOR, actor_id=wang.id, **given)
    house.clock.advance(days=30)
    assert house.office.handovers.sheet().late == ()  # with the office: it stands among what is to be reviewed
    assert house.office.handovers.sheet().in_review == (no,)
    house.office.tickets.make_move(no, "send_back", actor=Actor.OPERATOR, actor_id=wang.id, reason="未说明处理结果")
    assert house.office.handovers.sheet().late == (no,)
    house.office.tickets.make_move(no, "reply", actor=Actor.OPERATOR, actor_id=wang.id, text="灯泡已更换，现已恢复照明")
    house.office.tickets.make_move(no, "approve", actor=Actor.OPERATOR, actor_id=wang.id)
    assert house.office.handovers.sheet().late == ()


def test_the_same_form_twice_is_one_handover(house: House) -> None:
    first = house.office.handovers.hand_over("x", house.user("wang"), token="t")
    assert house.office.handovers.hand_over("x", house.user("wang"), token="t") == first
    assert len(house.office.handovers.all()) == 1


def test_a_sheet_of_another_version_is_read_as_far_as_it_is_known() -> None:
    kept = json.loads('{"drafts":[1,2],"of_a_later_version":[3],"unsent":4}')
    assert _sheet(kept) == Sheet(drafts=(1, 2), unsent=4)
    assert Sheet().is_empty


def test_too_long_a_note_is_refused_and_nothing_is_kept(house: House) -> None:
    answer = house.seat("wang").post("/shift/handover", {"note": "长" * 2001}, page="/shift")
    assert answer.status_code == 422
    assert "长" * 50 in answer.text
    assert house.office.handovers.all() == ()


# --- a seat for a day ---


def test_an_extra_seat_lets_somebody_in_until_it_ends(house: House) -> None:
    answer = house.seat("wang").post("/shift/seat", {"shown_as": "小赵", "hours": "1"}, page="/shift")
    name, password = re.findall(r'<b class="num">([a-z-]+)</b>', answer.text)
    token, user = house.office.users.sign_in(name, password, "127.0.0.1")
    assert (user.display_name, str(user.role)) == ("小赵", "operator")
    assert house.office.users.by_token(token) is not None
    house.clock.advance(seconds=3601)
    assert house.office.users.by_token(token) is None
    with pytest.raises(SignInRefused):
        house.office.users.sign_in(name, password, "127.0.0.1")
    assert house.office.seats.open_ones() == ()


def test_a_double_click_leaves_open_only_the_seat_whose_word_is_shown(house: House) -> None:
    wang = house.seat("wang")
    form = {**form_fields(wang.html("/shift"), "/shift/seat"), "shown_as": "小赵", "hours": "1"}
    wang.send("/shift/seat", form)
    name, password = re.findall(r'<b class="num">([a-z-]+)</b>', wang.send("/shift/seat", form).text)
    assert [user.name for user, _ in house.office.seats.open_ones()] == [name]
    assert house.stranger().sign_in(name, password).status_code == 302


def test_the_word_of_a_seat_is_kept_nowhere(house: House) -> None:
    seat = house.office.seats.open("小赵", 1, house.user("wang"))
    for path in house.folder.rglob("*"):
        assert not path.is_file() or seat.password.encode() not in path.read_bytes()


@pytest.mark.parametrize(("shown", "hours"), [("", "1"), ("小赵", "2"), ("小赵", ""), ("长" * 41, "1")])
def test_a_seat_needs_a_name_and_one_of_the_lengths(house: House, shown: str, hours: str) -> None:
    before = len(house.office.users.all())
    assert house.seat("wang").post("/shift/seat", {"shown_as": shown, "hours": hours}, page="/shift").status_code == 422
    assert len(house.office.users.all()) == before


def test_a_department_and_a_technician_open_no_seat(house: House) -> None:
    for name in ("unit", "tech"):
        with pytest.raises(NotAllowed):
            house.office.seats.open("小赵", 1, house.user(name))
        assert house.seat(name).get("/shift").status_code == 403


def test_a_duty_is_put_on_the_roster_by_the_page_and_a_wrong_one_keeps_what_was_typed(house: House) -> None:
    wang = house.seat("wang")
    form = {"role": "leader", "name": "赵主任", "phone": LEADER, "starts_at": "2026-11-23T08:00", "weeks": "2"}
    wrong = wang.post("/shift/duty", {**form, "ends_at": "soon"}, page="/shift")
    assert wrong.status_code == 422
    assert "赵主任" in wrong.text
    assert wang.post("/shift/duty", {**form, "ends_at": "2026-11-23T18:00"}, page="/shift").status_code == 302
    assert house.office.roster.phone("leader") == LEADER
    page = wang.get("/shift").text
    assert "2026-11-23 08:00" in page
    number = house.office.roster.between(house.clock.now(), house.clock.now() + timedelta(days=1))[0].id
    assert wang.post(f"/shift/duty/{number}/remove", page="/shift").status_code == 302
    assert house.office.roster.phone("leader") == ""
