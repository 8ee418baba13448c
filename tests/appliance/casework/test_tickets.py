"""Writing tickets: numbers, forms, drafts of calls, two at once, twice the same."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from appliance.casework import lifecycle
from appliance.casework.lifecycle import Actor, MoveRefused
from appliance.clock import utc_text
from appliance.errors import FieldWrong, NotFound, TicketChanged
from tests import rounds
from tests.appliance.office_bed import MONDAY_MORNING, ZHANG, Bed, local


def call(office: Bed, call_id: int = 7, number: str = ZHANG) -> int:
    """A call that came in on line1."""
    with office.store.transaction() as tx:
        citizen_id = office.citizens.find_or_add(tx, number) if number else None
        tx.insert(
            "call", id=call_id, line="line1", direction="in", citizen_id=citizen_id, is_withheld=int(not number),
            ringing_at=utc_text(office.clock.now()), boot_id=office.boot_id, clock_ok=1,
        )  # fmt: skip
    return call_id


def all_at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """What `count` threads that start together return or raise."""
    barrier = threading.Barrier(count)

    def run(number: int) -> object:
        barrier.wait(10)
        try:
            return work(number)
        except Exception as trouble:
            return trouble

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


# --- new ones ---


def test_a_saved_ticket_is_accepted_and_its_words_are_kept(office: Bed) -> None:
    no = office.tickets.create(office.form(wish="尽快修好"), office.li)
    page = office.tickets.page(no, office.li)
    assert (page.row.number, page.row.status, page.row.source) == ("000001", "accepted", "call")
    assert page.form == office.form(wish="尽快修好")
    assert (page.row.title, page.row.phone, page.row.contact_name) == ("东街路灯不亮", ZHANG, "张三")
    assert page.row.stage_due_at == local(2026, 11, 23, 15, 0)  # 3 h before lunch, 1 h after it
    assert [item.key for item in page.timeline] == ["open", "accept"]


def test_numbers_follow_one_another_and_none_is_used_twice(office: Bed) -> None:
    numbers = [office.ticket("draft").no for _ in range(3)]
    numbers += [
        int(str(no)) for no in all_at_once(6, lambda _: office.tickets.open_draft(source="sms", content="路灯"))
    ]
    assert sorted(numbers) == list(range(1, 10))


def test_a_ticket_that_failed_uses_no_number(office: Bed) -> None:
    with pytest.raises(FieldWrong):
        office.tickets.create(office.form(type=""), office.li)
    assert office.everything()["ticket"] == []
    assert office.tickets.create(office.form(), office.li) == 1


def test_a_refused_form_leaves_nothing_behind(office: Bed) -> None:
    office.staff()
    before = office.everything()
    for form in (office.form(type=""), office.form(content="x" * 5001), office.form(category="nothing")):
        with pytest.raises(FieldWrong):
            office.tickets.create(form, office.li)
    assert office.everything() == before


def test_whoever_is_named_by_number_is_the_citizen_however_it_is_written(office: Bed) -> None:
    first = office.tickets.row(office.tickets.create(office.form(contact_phone=f"+86 {ZHANG}"), office.li))
    second = office.tickets.row(office.tickets.create(office.form(contact_phone="138-0000-0001"), office.li))
    assert first.citizen_id == second.citizen_id is not None
    assert first.phone == second.phone == ZHANG
    assert office.citizens.by_id(first.citizen_id or 0).name == "张三"


@pytest.mark.parametrize("phone", ["", "10086", "没有电话"])
def test_without_a_number_there_is_no_citizen(office: Bed, phone: str) -> None:
    row = office.tickets.row(office.tickets.create(office.form(contact_phone=phone), office.li))
    assert (row.citizen_id, row.phone) == (None, phone)


def test_a_draft_is_opened_for_what_arrives(office: Bed) -> None:
    with office.store.transaction() as tx:
        citizen_id = office.citizens.find_or_add(tx, ZHANG)
        no = office.tickets.open_draft(source="sms", line="line1", citizen_id=citizen_id, content="东街\n路灯不亮\x00")
    row = office.tickets.row(no)
    assert (row.status, row.title, row.phone, row.line, row.source) == ("draft", "东街", ZHANG, "line1", "sms")
    assert row.stage_due_at == local(2026, 11, 23, 10, 0)
    assert office.tickets.page(no, office.li).form.content == "东街\n路灯不亮"
    assert (office.told[0].move, office.told[0].actor) == ("open", "system")


def test_a_text_of_any_length_and_kind_is_kept_in_a_draft(office: Bed) -> None:
    text = "<script>alert(1)</script> 😀𠮷 " + "很长" * 5000
    no = office.tickets.open_draft(source="sms", content=text)
    assert office.tickets.page(no, office.li).form.content == text
    assert [row.no for row in office.tickets.search("𠮷").rows] == [no]


def test_a_draft_without_words_is_possible(office: Bed) -> None:
    row = office.tickets.row(office.tickets.open_draft(source="call"))
    assert (row.title, row.phone, row.contact_name) == ("", "", "")


def test_the_draft_of_a_call_is_the_one_that_is_filled(office: Bed) -> None:
    call_id = call(office)
    draft = office.tickets.open_draft(source="call", call_id=call_id)
    assert office.tickets.create(office.form(contact_phone="13900000009"), office.li, call_id=call_id) == draft
    row = office.tickets.row(draft)
    assert row.status == "accepted"
    assert row.citizen_id == office.citizens.by_number(ZHANG).id  # type: ignore[union-attr]  # who called, not whom to ask
    assert row.phone == "13900000009"
    assert office.tickets.of_call(call_id) == row


def test_a_second_matter_of_the_same_call_is_a_ticket_of_its_own(office: Bed) -> None:
    call_id = call(office)
    first = office.tickets.create(office.form(), office.li, call_id=call_id)
    second = office.tickets.create(office.form(title="西街停水"), office.li, call_id=call_id)
    assert first != second
    assert (office.tickets.row(first).line, office.tickets.row(second).line) == ("line1", "line1")
    assert office.tickets.of_call(call_id).no == second  # type: ignore[union-attr]


def test_a_withheld_number_makes_a_ticket_without_a_citizen(office: Bed) -> None:
    no = office.tickets.create(office.form(contact_phone=""), office.li, call_id=call(office, number=""))
    assert office.tickets.row(no).citizen_id is None


def test_a_call_nobody_knows_is_not_found(office: Bed) -> None:
    with pytest.raises(NotFound):
        office.tickets.create(office.form(), office.li, call_id=99)
    assert office.tickets.of_call(99) is None


# --- changing words ---


def test_a_search_index_whose_filling_was_interrupted_is_filled_on(office: Bed) -> None:
    no = office.ticket("accepted").no
    with office.store.transaction() as tx:
        tx.execute("INSERT INTO ticket_search (ticket_search) VALUES ('delete-all')")
        tx.insert("meta", key="search_filled_to", value="0")
    assert office.tickets.search("路灯").rows == ()
    assert office.tickets.resume_search() == 1
    assert [row.no for row in office.tickets.search("路灯").rows] == [no]
    assert office.tickets.resume_search() == 0
    assert office.tickets.rebuild_search() == 1


def test_what_is_saved_replaces_what_stood_there_and_is_found(office: Bed) -> None:
    row = office.ticket("accepted")
    after = office.tickets.save(row.no, office.form(title="西街停水", content="停水两天"), row.version, office.li)
    assert (after.title, after.version) == ("西街停水", row.version + 1)
    assert [found.no for found in office.tickets.search("停水").rows] == [row.no]
    assert office.tickets.search("路灯").rows == ()
    assert office.tickets.check_search(1000).is_whole


def test_a_new_type_or_urgency_changes_the_departments_limit_openly(office: Bed) -> None:
    row = office.ticket("in_progress", type="complaint")
    assert row.due_at == local(2026, 12, 7, 17, 30)
    office.pass_time(hours=3)
    row = office.tickets.save(row.no, office.form(type="help"), row.version, office.li)
    assert row.due_at == local(2026, 11, 30, 17, 30)
    row = office.tickets.save(row.no, office.form(type="help", urgency="urgent"), row.version, office.li)
    assert row.due_at == local(2026, 11, 24, 9, 0)  # from when it was dispatched
    assert office.tickets.page(row.no, office.li).assignment.due_at == row.due_at  # type: ignore[union-attr]


def test_a_new_type_before_dispatch_sets_no_limit(office: Bed) -> None:
    row = office.ticket("accepted")
    assert office.tickets.save(row.no, office.form(type="help"), row.version, office.li).due_at is None


@pytest.mark.parametrize("status", ["survey", "closed", "void", "rejected", "withdrawn"])
def test_what_is_finished_is_not_rewritten(office: Bed, status: str) -> None:
    row = office.ticket(status)
    before = office.everything()
    with pytest.raises(MoveRefused):
        office.tickets.save(row.no, office.form(title="anders"), row.version, office.li)
    assert office.everything() == before


def test_a_draft_may_be_saved_half_filled_and_an_accepted_one_may_not(office: Bed) -> None:
    draft = office.ticket("draft")
    office.tickets.save(draft.no, office.form(type="", category=""), draft.version, office.li)
    row = office.ticket("accepted")
    with pytest.raises(FieldWrong) as wrong:
        office.tickets.save(row.no, office.form(type=""), row.version, office.li)
    assert wrong.value.field == "type"


# --- two at once ---


def test_who_comes_second_is_told_who_was_first_and_overwrites_nothing(office: Bed) -> None:
    row = office.ticket("accepted")
    office.pass_time(minutes=5)
    office.tickets.save(row.no, office.form(title="Wang was first"), row.version, office.wang)
    office.staff()
    before = office.everything()
    for attempt in (
        lambda: office.tickets.save(row.no, office.form(title="Li was second"), row.version, office.li),
        lambda: office.tickets.move(row.no, "dispatch", office.li, version=row.version, department_id=office.city.id),
        lambda: office.make(row.no, "dispatch", version=row.version),
    ):
        with pytest.raises(TicketChanged) as changed:
            attempt()
        assert changed.value.fields == {"no": "000001", "who": "Wang", "at": local(2026, 11, 23, 9, 5)}
    assert office.everything() == before


def test_when_the_other_was_a_citizen_or_a_department_somebody_is_named_too(office: Bed) -> None:
    row = office.ticket("dispatched")
    office.make(row.no, "sign", Actor.UNIT)
    with pytest.raises(TicketChanged) as changed:
        office.make(row.no, "withdraw", version=row.version)
    assert changed.value.fields["who"] == "陈"
    row = office.ticket("survey")
    office.make(row.no, "rate", Actor.CITIZEN, rating=1)
    with pytest.raises(TicketChanged) as changed:
        office.make(row.no, "close", version=row.version)
    assert changed.value.fields["who"] == "citizen"


def test_of_many_who_save_the_same_version_one_wins(office: Bed) -> None:
    row = office.ticket("accepted")
    users = [office.user(f"u{number}") for number in range(8)]
    answers = all_at_once(
        8, lambda n: office.tickets.save(row.no, office.form(title=f"by u{n}"), row.version, users[n]).title
    )
    winners = [answer for answer in answers if isinstance(answer, str)]
    losers = [answer for answer in answers if isinstance(answer, TicketChanged)]
    assert (len(winners), len(losers)) == (1, 7)
    assert office.tickets.row(row.no).title == winners[0]
    assert {loser.fields["who"] for loser in losers} == {winners[0].removeprefix("by ").title()}


def test_of_many_who_make_the_same_move_one_wins(office: Bed) -> None:
    row, city = office.ticket("accepted"), office.city
    users = [office.user(f"u{number}") for number in range(8)]
    answers = all_at_once(
        8,
        lambda n: office.tickets.move(row.no, "dispatch", users[n], version=row.version, department_id=city.id).status,
    )
    assert sorted(str(type(answer).__name__) for answer in answers) == ["TicketChanged"] * 7 + ["str"]
    assert len([made for made in office.told if made.move == "dispatch"]) == 1
    assert len(office.rows("assignment")) == 1


def test_a_note_disturbs_nobody_who_is_editing(office: Bed) -> None:
    row = office.ticket("accepted")
    office.tickets.note(row.no, "市民又来电", office.wang)
    office.tickets.save(row.no, office.form(title="still mine"), row.version, office.li)
    page = office.tickets.page(row.no, office.li)
    assert page.form.title == "still mine"
    assert [item.text for item in page.timeline if item.kind == "note"] == ["市民又来电"]


# --- twice the same ---


def test_the_same_form_sent_many_times_at_once_makes_one_ticket(office: Bed) -> None:
    office.staff()
    answers = all_at_once(8, lambda _: office.tickets.create(office.form(), office.li, token="t1"))
    assert answers == [1] * 8
    assert len(office.rows("ticket")) == 1
    assert [made.move for made in office.told] == ["open", "accept"]
    assert office.tickets.create(office.form(), office.li, token="t2") == 2
    assert office.tickets.create(office.form(), office.li) == 3  # without a token every form is a new one


def test_the_same_move_sent_many_times_at_once_is_made_once(office: Bed) -> None:
    row, city = office.ticket("accepted"), office.city
    office.staff()

    def dispatch(_: int) -> object:
        return office.tickets.move(
            row.no, "dispatch", office.li, version=row.version, department_id=city.id, token="t"
        ).status

    assert all_at_once(8, dispatch) == ["dispatched"] * 8
    assert len(office.rows("assignment")) == 1


def test_the_same_note_sent_twice_is_one_note(office: Bed) -> None:
    no = office.ticket("accepted").no
    for _ in range(3):
        office.tickets.note(no, "市民又来电", office.li, token="t")
    assert len(office.rows("ticket_note")) == 1
    with pytest.raises(FieldWrong) as wrong:
        office.tickets.note(no, "  ", office.li)
    assert wrong.value.field == "note"


def test_a_token_of_one_kind_of_form_answers_for_no_other(office: Bed) -> None:
    row, city = office.ticket("accepted"), office.city
    office.tickets.note(row.no, "市民又来电", office.li, token="same")
    office.tickets.move(row.no, "dispatch", office.li, version=row.version, department_id=city.id, token="same")
    assert office.tickets.row(row.no).status == "dispatched"
    assert office.tickets.create(office.form(), office.li, token="same") == 2


def test_a_token_used_on_one_ticket_opens_no_other(office: Bed) -> None:
    first, second = office.ticket("draft"), office.ticket("draft")
    office.tickets.move(first.no, "accept", office.li, version=first.version, token="t")
    assert office.tickets.move(second.no, "accept", office.li, version=second.version, token="t").status == "accepted"


def test_a_form_that_was_refused_may_be_sent_again_with_its_token(office: Bed) -> None:
    with pytest.raises(FieldWrong):
        office.tickets.create(office.form(type=""), office.li, token="t")
    assert office.tickets.create(office.form(), office.li, token="t") == 1


def test_tokens_are_kept_in_bounded_number(office: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.tokens.KEPT", 3)
    for number in range(6):
        office.tickets.create(office.form(), office.li, token=f"t{number}")
    assert len(office.rows("form_token")) == 3
    assert office.tickets.create(office.form(), office.li, token="t5") == 6


# --- joined to what others write ---


def test_it_all_joins_the_transaction_of_who_asks(office: Bed) -> None:
    office.staff()
    before = office.everything()

    def take_in_and_fail() -> None:
        with office.store.transaction() as tx:
            citizen_id = office.citizens.find_or_add(tx, ZHANG)
            no = office.tickets.open_draft(source="sms", citizen_id=citizen_id, content="路灯不亮")
            office.tickets.add_note(no, "supplement", "在东街", sms_id=1)
            assert [row.no for row in office.tickets.of_citizen(citizen_id)] == [no]
            assert len(office.tickets.page(no, office.li).timeline) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take_in_and_fail()
    assert office.everything() == before


def test_a_refused_move_inside_a_transaction_leaves_the_rest_of_it_good(office: Bed) -> None:
    no = office.ticket("closed").no
    with office.store.transaction():
        with pytest.raises(MoveRefused):
            office.make(no, "sign", Actor.UNIT)
        office.tickets.add_note(no, "supplement", "谢谢", state="late")
    item = office.tickets.page(no, office.li).timeline[-1]
    assert (item.kind, item.key, item.text, item.state) == ("note", "supplement", "谢谢", "late")


# --- a day of two people who don't know of each other ---


class TwoSeats(RuleBasedStateMachine):
    """Two people read and write the same few tickets in any order. What was saved is what stands there."""

    def __init__(self, office: Bed) -> None:
        super().__init__()
        self.office = office
        self.users = (office.li, office.wang)
        self.numbers = [office.ticket("draft").no for _ in range(2)]
        self.third = office.ticket("accepted").no
        self.read = {(who, no): office.tickets.row(no).version for who in (0, 1) for no in self.numbers}
        self.version = {no: office.tickets.row(no).version for no in self.numbers}
        self.title = {no: office.tickets.row(no).title for no in self.numbers}
        self.status = dict.fromkeys(self.numbers, "draft")
        self.count = 0

    WHO, WHICH = st.integers(0, 1), st.integers(0, 1)

    @rule(who=WHO, which=WHICH)
    def reads(self, who: int, which: int) -> None:
        no = self.numbers[which]
        self.read[who, no] = self.office.tickets.page(no, self.users[who]).row.version

    @rule(who=WHO, which=WHICH)
    def saves(self, who: int, which: int) -> None:
        no = self.numbers[which]
        self.count += 1
        title = f"title {self.count}"
        try:
            self.office.tickets.save(no, self.office.form(title=title), self.read[who, no], self.users[who])
        except TicketChanged:
            assert self.read[who, no] != self.version[no]
        except MoveRefused:
            assert not lifecycle.status(self.status[no]).is_editable
        else:
            assert self.read[who, no] == self.version[no]
            self.title[no] = title
            self.version[no] += 1

    @rule(who=WHO, which=WHICH, move=st.sampled_from([row.key for row in lifecycle.MOVES if row.key != "open"]))
    def moves(self, who: int, which: int, move: str) -> None:
        no = self.numbers[which]
        actor = self.users[who].actor
        try:
            after = self.office.make(no, move, actor, version=self.read[who, no], other_no=self.third)
        except TicketChanged:
            assert self.read[who, no] != self.version[no]
        except MoveRefused:
            row = lifecycle.move(move)
            assert self.status[no] not in row.from_statuses or not row.actors & {actor, Actor.LEAD}
        except FieldWrong:
            assert self.office.tickets.row(no).version == self.version[no]
        else:
            assert self.read[who, no] == self.version[no]
            row = lifecycle.move(move)
            to_status = self.status[no] if row.to_status == lifecycle.STAYS else row.to_status
            assert after.status in {to_status, row.or_status}
            self.status[no] = after.status
            self.version[no] += 1

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.office.pass_time(hours=hours)

    @invariant()
    def nothing_was_overwritten(self) -> None:
        for no in self.numbers:
            row = self.office.tickets.row(no)
            assert (row.title, row.status, row.version) == (self.title[no], self.status[no], self.version[no])
            moves = [item for item in self.office.tickets.page(no, self.office.li).timeline if item.kind == "move"]
            assert [item.from_status for item in moves[1:]] == [item.to_status for item in moves[:-1]]
            assert moves[-1].to_status == row.status


def test_nothing_is_lost_between_two_seats(office: Bed) -> None:
    run_state_machine_as_test(
        lambda: TwoSeats(office),  # type: ignore[arg-type]
        settings=settings(max_examples=rounds.count(20, soak=400), stateful_step_count=25, deadline=None),
    )
    assert office.audit.verify().is_whole
    assert office.tickets.check_search(10_000).is_whole


def test_the_history_of_a_busy_day_is_whole(office: Bed) -> None:
    """Moves at random by everybody: every status stands at the end of its own history, and the audit is whole."""
    chance = random.Random(2026)
    numbers = [office.ticket("draft").no for _ in range(5)]
    parent = office.ticket("accepted").no
    office.staff()
    for _ in range(rounds.count(300, soak=20_000)):
        no = chance.choice(numbers)
        move = chance.choice([row for row in lifecycle.MOVES if row.key != "open"])
        office.pass_time(minutes=chance.randrange(200))
        try:
            office.make(no, move.key, chance.choice(sorted(move.actors)), rating=chance.randint(1, 5), other_no=parent)
        except (MoveRefused, FieldWrong):
            continue
    moves = office.store.rows("SELECT * FROM ticket_move ORDER BY id")
    for no in numbers:
        ticket = office.store.row("SELECT * FROM ticket WHERE no = ?", (no,))
        assert ticket is not None
        own = [row for row in moves if row["ticket_id"] == ticket["id"]]
        assert [row["from_status"] for row in own] == ["", *(row["to_status"] for row in own[:-1])]
        assert ticket["status"] == own[-1]["to_status"]
        saves = 1
        assert ticket["version"] == 1 + saves + len(own) - 1
        assert ticket["is_open"] == lifecycle.status(ticket["status"]).is_open
        open_tasks = office.store.rows(
            "SELECT * FROM assignment WHERE ticket_id = ? AND ended_at IS NULL", (ticket["id"],)
        )
        has_task = ticket["status"] in lifecycle.WITH_UNIT
        assert [task["id"] for task in open_tasks] == ([ticket["assignment_id"]] if has_task else [])
    assert office.clock.now() > MONDAY_MORNING
    assert office.audit.verify().is_whole
