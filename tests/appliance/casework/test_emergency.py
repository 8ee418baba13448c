"""Dangers over a whole small office: the button, the words, the chain of telephones, the report, the plug."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow.alarm_call import OUTCOMES
from appliance.casework.emergency_chain import (
    MOST_STEPS,
    NEVER_RANG,
    SPOKEN_WITH,
    Person,
    Rung,
    at_step,
    chain,
    rings_at,
)
from appliance.casework.tickets import TicketForm
from appliance.errors import FieldWrong, NotAllowed, NotFound
from tests.appliance.small_office import HANDLER, LANDLINE, WANG, SmallOffice

MINUTE_S = 60
CHIEF, STAND_IN = "13800005555", "13800006666"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    small = SmallOffice(tmp_path)
    now = small.clock.now()
    for role, name, phone in (("leader", "值班主任", CHIEF), ("backup", "副主任", STAND_IN)):
        small.office.roster.add(
            role, now - timedelta(hours=1), now + timedelta(days=2), small.lead, name=name, phone=phone
        )
    return small


def desk(office: SmallOffice) -> Any:
    return office.office.follow_up.emergencies


def due(office: SmallOffice, minutes: float = 0) -> int:
    office.wait(minutes * MINUTE_S)
    return office.office.follow_up.emergency_sweep.look()


def danger(office: SmallOffice, no: int) -> Any:
    return office.one(
        "SELECT e.* FROM emergency e JOIN ticket t ON t.id = e.ticket_id WHERE t.no = ? ORDER BY e.id DESC", no
    )


def told(office: SmallOffice) -> list[str]:
    """Which telephones were told, in order."""
    return [row["number"] for row in office.outbox(purpose="emergency") if "险情】" in row["text"]]


def called_in(office: SmallOffice, title: str = "东街3号楼有异味") -> int:
    form = TicketForm(title, f"{title},请来看看", place="东街", contact_phone=WANG, type="help", category="gas")
    no = office.office.tickets.create(form, office.li)
    office.dispatch(no)
    return no


def started(office: SmallOffice) -> int:
    no = called_in(office)
    desk(office).start(no, "gas", office.li)
    return no


def test_the_button_tells_the_duty_leader_at_once(office: SmallOffice) -> None:
    no = started(office)
    assert told(office) == [CHIEF]
    text = office.outbox(purpose="emergency")[0]["text"]
    assert f"{no:06d}" in text
    assert "燃气泄漏" in text
    assert "119" in text
    assert office.deliver()  # in the night as well: rank and purpose say so
    assert danger(office, no)["state"] == "running"


def test_pressed_twice_it_is_told_once(office: SmallOffice) -> None:
    no = started(office)
    desk(office).start(no, "gas", office.li)
    desk(office).start(no, "fire", office.lead, token="other window")
    assert told(office) == [CHIEF]
    assert danger(office, no)["kind"] == "gas"


def test_every_ten_minutes_the_next_is_told_and_then_from_the_beginning(office: SmallOffice) -> None:
    started(office)
    due(office, 9)
    assert told(office) == [CHIEF]
    for _ in range(4):
        due(office, 10)
    assert told(office) == [CHIEF, HANDLER, STAND_IN, CHIEF, HANDLER]


def test_a_text_nobody_confirms_in_five_minutes_becomes_a_call(office: SmallOffice) -> None:
    started(office)
    due(office, 4)
    assert "emergency_call" not in office.reminders()
    due(office, 1)
    assert office.reminders().count("emergency_call") == 1
    due(office, 1)
    assert office.reminders().count("emergency_call") == 1


def test_a_landline_in_the_chain_is_called_at_once(office: SmallOffice) -> None:
    with office.store.transaction() as tx:
        tx.execute("UPDATE duty SET phone = ? WHERE role = 'leader'", (LANDLINE,))
    office.office.roster.look()
    started(office)
    assert "emergency_call" in office.reminders()
    assert told(office) == []


@pytest.mark.parametrize("text", ["收到", "OK", "ok", "好的"])
def test_an_ok_of_the_leader_ends_the_chain(office: SmallOffice, text: str) -> None:
    no = started(office)
    due(office, 6)
    sms = office.sms_row(office.text(from_=CHIEF, text=text))
    assert (sms["outcome"], sms["needs_desk"]) == ("emergency_taken", 0)
    assert danger(office, no)["state"] == "taken"
    assert "emergency_call" not in office.reminders()
    due(office, 30)
    assert told(office) == [CHIEF]
    assert "已记录" in office.outbox(purpose="emergency")[-1]["text"]
    assert office.count("ticket") == 1  # the leader's OK is no citizen's matter


def test_an_ok_of_a_handler_confirms_the_danger_before_it_signs(office: SmallOffice) -> None:
    no = started(office)
    due(office, 10)
    office.text(from_=HANDLER, text="收到")
    assert (danger(office, no)["state"], office.status(no)) == ("taken", "dispatched")
    office.text(from_=HANDLER, text="收到")
    assert office.status(no) == "in_progress"


def test_an_ok_names_its_danger_where_there_are_two(office: SmallOffice) -> None:
    first, second = started(office), started(office)
    office.text(from_=CHIEF, text=f"收到 {first:06d}")
    assert (danger(office, first)["state"], danger(office, second)["state"]) == ("taken", "running")
    office.text(from_=CHIEF, text="OK")
    assert danger(office, second)["state"] == "taken"


def test_a_strangers_ok_confirms_nothing(office: SmallOffice) -> None:
    no = started(office)
    office.text(from_=WANG, text="OK")
    assert danger(office, no)["state"] == "running"


def test_the_desk_writes_down_who_confirmed_on_the_telephone(office: SmallOffice) -> None:
    no = started(office)
    step = office.one("SELECT id FROM emergency_step")["id"]
    desk(office).confirm(step, office.li)
    desk(office).confirm(step, office.li)
    row = office.one("SELECT * FROM emergency_step")
    assert (danger(office, no)["state"], row["via"], row["acked_by"]) == ("taken", "desk", office.li.id)


def test_two_hours_without_a_report_are_asked_for_once(office: SmallOffice) -> None:
    no = started(office)
    office.text(from_=CHIEF, text="OK")
    due(office, 119)
    assert "emergency_report" not in office.reminders()
    due(office, 1)
    due(office, 1)
    assert office.reminders().count("emergency_report") == 1
    assert [row["number"] for row in office.outbox(purpose="emergency") if "两小时,请" in row["text"]] == [CHIEF]
    desk(office).report(no, "已关阀,无人员受伤", office.li)
    assert danger(office, no)["state"] == "reported"
    assert "emergency_report" not in office.reminders()


def test_a_leader_reports_by_text(office: SmallOffice) -> None:
    no = started(office)
    office.text(from_=CHIEF, text="OK")
    sms = office.sms_row(office.text(from_=CHIEF, text="已到现场,阀门已关闭"))
    assert (sms["outcome"], sms["needs_desk"]) == ("emergency_reported", 1)
    assert ("progress", "", "已到现场,阀门已关闭") in office.notes(no)
    assert danger(office, no)["state"] == "reported"


def test_the_receipt_of_110_is_kept_with_its_name(office: SmallOffice) -> None:
    no = started(office)
    desk(office).pass_on(no, "119", "接警员07号", office.li)
    view = office.office.follow_up.emergency_views.of_ticket(no, office.li)
    assert view is not None
    assert (view.service, "接警员07号" in view.receipt) == ("119", True)
    for service, receipt in (("12345", "x"), ("119", " ")):
        with pytest.raises(FieldWrong):
            desk(office).pass_on(no, service, receipt, office.li)


def test_a_citizens_words_of_danger_reach_the_desk_and_tell_him_whom_to_call(office: SmallOffice) -> None:
    office.text(from_=WANG, text="西街12号煤气泄漏,味道很大")
    no = office.last_no()
    assert danger(office, no)["state"] == "suspected"
    assert "emergency_word" in office.reminders()
    assert [row["number"] for row in office.outbox(purpose="emergency")] == [WANG]
    assert "119" in office.outbox(purpose="emergency")[0]["text"]


def test_a_suspicion_nobody_looks_at_begins_the_chain_by_itself(office: SmallOffice) -> None:
    office.text(from_=WANG, text="西街12号煤气泄漏,味道很大")
    no = office.last_no()
    due(office, 9)
    assert told(office) == []
    due(office, 1)
    assert told(office) == [CHIEF]
    assert danger(office, no)["state"] == "running"


def test_a_suspicion_that_is_none_is_dismissed_with_a_reason_and_stays_so(office: SmallOffice) -> None:
    office.text(from_=WANG, text="去年西街煤气泄漏的赔偿什么时候发")
    no = office.last_no()
    with pytest.raises(FieldWrong):
        desk(office).dismiss(no, " ", office.li)
    desk(office).dismiss(no, "问的是去年的赔偿", office.li)
    office.text(from_=WANG, text="就是煤气泄漏那次")
    due(office, 20)
    assert (danger(office, no)["state"], told(office)) == ("dismissed", [])
    assert "emergency_word" not in office.reminders()


def test_danger_in_what_he_adds_to_his_matter_is_read_too(office: SmallOffice) -> None:
    office.text(from_=WANG, text="西街12号有怪味")
    no = office.last_no()
    office.text(from_=WANG, text="现在起火了")
    assert danger(office, no)["kind"] == "fire"


def test_what_the_operator_hears_is_marked_and_never_runs_by_itself(office: SmallOffice) -> None:
    no = called_in(office, "东街起火")
    assert danger(office, no)["state"] == "suspected"
    due(office, 60)
    assert told(office) == []


def test_harmless_words_raise_nothing(office: SmallOffice) -> None:
    office.text(from_=WANG, text="小区消防通道被占")
    assert office.count("emergency") == 0


def test_an_empty_chain_is_said_on_the_desk(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    form = TicketForm("有异味", "东街3号楼有异味", place="东街", contact_phone=WANG, type="help", category="gas")
    no = office.office.tickets.create(form, office.li)
    desk(office).start(no, "gas", office.li)
    assert "emergency_stuck" in office.reminders()
    assert danger(office, no)["state"] == "running"


def test_whom_the_office_named_is_told_where_the_roster_names_nobody(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    people = office.office.follow_up.emergency_people
    with pytest.raises(NotAllowed):
        people.add("leader", "马主任", CHIEF, office.li)
    for wrong in (("chief", "马主任", CHIEF), ("leader", " ", CHIEF), ("leader", "马主任", "abc")):
        with pytest.raises(FieldWrong):
            people.add(*wrong, office.lead)
    contact_id = people.add("leader", "马主任", CHIEF, office.lead)
    assert people.add("leader", "马主任", CHIEF, office.lead) == contact_id
    started(office)
    assert told(office) == [CHIEF]
    people.remove(contact_id, office.lead)
    assert people.contacts() == ()
    with pytest.raises(NotFound):
        people.remove(contact_id, office.lead)


def test_the_end_of_the_ticket_is_the_end_of_its_danger(office: SmallOffice) -> None:
    no = started(office)
    office.move(no, "transfer", where="119,接警员07号")
    assert danger(office, no)["state"] == "closed"
    due(office, 60)
    assert told(office) == [CHIEF]


def test_closed_with_what_it_came_to_it_stands_in_the_log_of_its_day(office: SmallOffice) -> None:
    no = started(office)
    desk(office).close(no, "已处置完毕", office.li)
    views = office.office.follow_up.emergency_views
    assert views.open(office.li) == ()
    assert [(view.ticket.no, view.ending) for view in views.day(views.today(), office.li)] == [(no, "已处置完毕")]
    assert views.day(views.today() - timedelta(days=1), office.li) == ()
    with pytest.raises(NotFound):
        desk(office).close(no, "再次", office.li)


def test_only_the_desk_begins_a_danger_and_only_on_an_open_ticket(office: SmallOffice) -> None:
    no = called_in(office)
    with pytest.raises(FieldWrong):
        desk(office).start(no, "dragon", office.li)
    office.move(no, "withdraw", reason="本人要求")
    with pytest.raises(FieldWrong):
        desk(office).start(no, "gas", office.li)


def test_the_chain_waits_while_the_clock_is_wrong(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    started(office)
    monkeypatch.setattr(office.office.follow_up.emergency_sweep, "_clock_ok", lambda: False)
    due(office, 60)
    assert told(office) == [CHIEF]
    monkeypatch.undo()
    due(office)
    assert told(office) == [CHIEF, HANDLER]


def test_a_step_written_by_a_wrong_clock_does_not_wait_for_it(office: SmallOffice) -> None:
    started(office)
    with office.store.transaction() as tx:
        tx.execute("UPDATE emergency SET next_at = '2031-01-01T00:00:00.000Z'")
    due(office)
    assert told(office) == [CHIEF, HANDLER]
    with office.store.transaction() as tx:
        tx.execute("UPDATE emergency SET clock_ok = 0")
    due(office)
    assert told(office) == [CHIEF, HANDLER, STAND_IN]


def test_a_pulled_plug_neither_repeats_nor_forgets_a_step(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    started(office)
    office.crash()
    due(office, 1)
    assert told(office) == [CHIEF]
    monkeypatch.setattr("db.emergency.add_step", _pulled)
    due(office, 10)
    monkeypatch.undo()
    assert told(office) == [CHIEF]
    office.crash()
    due(office)
    assert told(office) == [CHIEF, HANDLER]


def _pulled(*_: object, **__: object) -> int:
    raise RuntimeError("the plug was pulled")


def test_a_sweep_with_nothing_due_writes_nothing(office: SmallOffice) -> None:
    started(office)
    before = [tuple(row) for row in office.store.rows("SELECT * FROM emergency")]
    assert due(office, 1) == 0
    assert [tuple(row) for row in office.store.rows("SELECT * FROM emergency")] == before


def test_a_telephone_stands_in_the_chain_once() -> None:
    people = chain(
        [
            Person("leader", "无", ""),
            Person("leader", "甲", "1"),
            Person("unit", "乙", "2"),
            Person("backup", "甲", "1"),
        ]
    )
    assert [person.phone for person in people] == ["1", "2"]
    assert at_step(people, 3) == people[1]
    assert at_step((), 0) is None
    assert at_step(people, MOST_STEPS) is None


# --- nobody to tell ---


@pytest.fixture
def lonely(tmp_path: Path) -> SmallOffice:
    """Nobody is on the roster, nobody is named."""
    return SmallOffice(tmp_path)


def lonely_danger(office: SmallOffice) -> int:
    form = TicketForm("有异味", "东街3号楼有异味", place="东街", contact_phone=WANG, type="help", category="gas")
    no = int(office.office.tickets.create(form, office.li))
    desk(office).start(no, "gas", office.li)
    return no


def view(office: SmallOffice, no: int) -> Any:
    return office.office.follow_up.emergency_views.of_ticket(no, office.li)


def test_a_chain_without_anybody_begins_when_the_roster_names_somebody(lonely: SmallOffice) -> None:
    no = lonely_danger(lonely)
    due(lonely, 30)
    assert (told(lonely), view(lonely, no).is_untold) == ([], True)
    assert "emergency_stuck" in lonely.reminders()
    now = lonely.clock.now()
    lonely.office.roster.add("leader", now, now + timedelta(days=1), lonely.lead, name="值班主任", phone=CHIEF)
    due(lonely, 1)
    assert told(lonely) == [CHIEF]
    assert not view(lonely, no).is_untold
    assert "emergency_stuck" not in lonely.reminders()
    due(lonely, 9)
    assert told(lonely) == [CHIEF]


def test_a_chain_without_anybody_begins_with_the_first_of_those_named_later(lonely: SmallOffice) -> None:
    lonely_danger(lonely)
    due(lonely, 30)
    people = lonely.office.follow_up.emergency_people
    people.add("backup", "副主任", STAND_IN, lonely.lead)
    people.add("leader", "主任", CHIEF, lonely.lead)
    due(lonely, 1)
    due(lonely, 10)
    assert told(lonely) == [CHIEF, STAND_IN]


def test_a_chain_without_anybody_begins_with_the_department_it_is_sent_to(lonely: SmallOffice) -> None:
    no = lonely_danger(lonely)
    lonely.dispatch(no)
    due(lonely, 1)
    assert told(lonely) == [HANDLER]


def test_a_chain_that_found_nobody_and_then_comes_to_its_end_asks_the_desk_once_more(lonely: SmallOffice) -> None:
    lonely_danger(lonely)
    due(lonely, 30)
    lonely.office.follow_up.emergency_people.add("leader", "主任", CHIEF, lonely.lead)
    for _ in range(MOST_STEPS + 1):
        due(lonely, 10)
    assert len(told(lonely)) == MOST_STEPS
    assert "emergency_stuck" in lonely.reminders()


def test_a_chain_without_anybody_waits_while_the_clock_is_doubtful(
    lonely: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely_danger(lonely)
    lonely.office.follow_up.emergency_people.add("leader", "主任", CHIEF, lonely.lead)
    monkeypatch.setattr(lonely.office.follow_up.emergency_sweep, "_clock_ok", lambda: False)
    due(lonely, 1)
    assert told(lonely) == []


def test_a_chain_that_was_long_enough_does_not_begin_anew(office: SmallOffice) -> None:
    no = started(office)
    for _ in range(MOST_STEPS + 5):
        due(office, 10)
    assert len(told(office)) == MOST_STEPS
    assert not view(office, no).is_untold


# --- when the box rings ---


def at(minute: float) -> datetime:
    return datetime(2026, 11, 23, 10, tzinfo=UTC) + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("rung", "has_text", "rings"),
    [
        ([], False, 0),
        ([], True, 2),
        ([(2, "no_answer")], True, 5),
        ([(2, "no_key"), (5, "lifted")], True, 8),
        ([(2, "no_answer")] * 3, True, None),
        ([(2, "busy")], True, 3),
        ([(2, "gave_way"), (3, "failed"), (4, "cut")], True, 5),
        ([(2, "failed")] * 8, True, None),
        ([(2, "person")], True, None),
        ([(2, "needless")], True, None),
    ],
)
def test_when_the_box_rings(rung: list[tuple[int, str]], has_text: bool, rings: int | None) -> None:
    found = rings_at(at(0), [Rung(at(minute), outcome) for minute, outcome in rung], has_text=has_text)
    assert found == (at(rings) if rings is not None else None)


def test_every_outcome_of_a_call_is_thought_of() -> None:
    assert NEVER_RANG | SPOKEN_WITH | {"no_answer", "no_key", "lifted"} == OUTCOMES


def test_the_switch_is_the_leads(office: SmallOffice) -> None:
    switch = office.office.follow_up.ring_switch
    assert switch.is_on()
    with pytest.raises(NotAllowed):
        switch.turn(office.li, is_on=False)
    switch.turn(office.lead, is_on=False)
    assert not switch.is_on()
    assert office.count("audit WHERE action = 'emergency_rings_off'") == 1
    switch.turn(office.lead, is_on=True)
    assert switch.is_on()


def test_an_attempt_stands_in_the_view_and_on_the_tickets_timeline(office: SmallOffice) -> None:
    no = started(office)
    office.wait(125)
    (rung,) = view(office, no).told[0].rung
    assert (rung.line, rung.speaks, rung.outcome, rung.ended_at) == ("line1", False, "", None)
    item = next(item for item in office.office.tickets.page(no, office.li).timeline if item.kind == "alarm_call")
    assert (item.key, item.number) == ("", CHIEF)
