"""What becomes of due times while the box does not know what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from appliance.casework.lifecycle import Actor
from appliance.clock import FastClock, from_utc_text
from appliance.upkeep.clock_steps import ClockWatch, Step, Steps
from tests.appliance.office_bed import MONDAY_MORNING, Bed, local

IN_1970 = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def lost(office: Bed) -> Bed:
    """A box that was switched on without a clock: it believes to be in 1970, and knows that it may not."""
    office.staff()
    office.is_clock_ok = False
    office.clock = FastClock(IN_1970)
    office.tickets = office.new_tickets()
    return office


def set_clock(office: Bed, now: datetime) -> Steps:
    """Somebody, or the network, sets the clock."""
    watch = ClockWatch(office.clock)
    office.clock.step((now - office.clock.now()).total_seconds())
    office.is_clock_ok = True
    return watch.look()


def basis(office: Bed, no: int) -> tuple[object, ...]:
    row = office.store.row("SELECT due_at, due_basis, stage_due_at, clock_ok, boot_id FROM ticket WHERE no = ?", (no,))
    assert row is not None
    return tuple(row)


@pytest.mark.parametrize("status", ["draft", "accepted", "dispatched", "in_progress", "review", "survey"])
def test_nothing_is_due_and_nothing_is_late_while_the_clock_is_wrong(lost: Bed, status: str) -> None:
    row = lost.ticket(status)
    has_task = status in {"dispatched", "in_progress", "review", "survey"}
    assert basis(lost, row.no) == (None, "clock" if has_task else "", None, 0, lost.boot_id)
    lost.pass_time(days=400)
    row = lost.tickets.row(row.no)
    assert (row.due_at, row.stage_due_at, row.lateness) == (None, None, "none")
    assert lost.tickets.counts()["late"] == 0
    assert lost.tickets.rows(late=True).rows == ()


def test_once_the_clock_is_set_everything_is_worked_out_from_its_true_moment(lost: Bed) -> None:
    dispatched = lost.ticket("dispatched", type="help").no
    lost.pass_time(minutes=30)
    draft = lost.ticket("draft").no
    lost.pass_time(minutes=30)
    steps = set_clock(lost, MONDAY_MORNING + timedelta(hours=1))  # ten o'clock; the two came at nine and half past
    assert lost.tickets.recompute_due(lost.clock.now(), steps) == 2
    assert lost.tickets.row(dispatched).due_at == local(2026, 11, 30, 17, 30)
    assert lost.tickets.row(draft).stage_due_at == local(2026, 11, 23, 10, 30)
    assert lost.tickets.page(dispatched, lost.li).assignment.due_at == local(2026, 11, 30, 17, 30)  # type: ignore[union-attr]
    assert basis(lost, dispatched)[1:4] == (
        '{"preset":"default","rule":"help","from":"2026-11-23","workdays":5}',
        None,
        1,
    )
    assert lost.tickets.recompute_due(lost.clock.now(), steps) == 0


def test_what_an_earlier_run_left_without_a_time_starts_now(lost: Bed) -> None:
    draft = lost.ticket("draft").no
    lost.boot_id = lost.boot()  # a power cut
    steps = set_clock(lost, MONDAY_MORNING)
    assert lost.tickets.recompute_due(lost.clock.now(), steps) == 1
    assert lost.tickets.row(draft).stage_due_at == local(2026, 11, 23, 10, 0)


def test_without_a_known_shift_everything_starts_now(lost: Bed) -> None:
    review = lost.ticket("review", type="enquiry").no
    set_clock(lost, MONDAY_MORNING)
    assert lost.tickets.recompute_due(lost.clock.now()) == 1
    row = lost.tickets.row(review)
    assert (row.due_at, row.stage_due_at) == (local(2026, 11, 25, 17, 30), local(2026, 11, 24, 10, 0))


def test_nothing_starts_in_the_future(lost: Bed) -> None:
    draft = lost.ticket("draft").no
    set_clock(lost, MONDAY_MORNING)
    far = (Step(timedelta(days=36500), MONDAY_MORNING, timedelta(0)),)
    lost.tickets.recompute_due(lost.clock.now(), Steps(far, far))
    assert lost.tickets.row(draft).stage_due_at == local(2026, 11, 23, 10, 0)


def test_a_rating_asked_for_at_a_wrong_time_is_still_awaited_after_it_is_set_right(lost: Bed) -> None:
    row = lost.ticket("survey")
    steps = set_clock(lost, MONDAY_MORNING)
    assert lost.tickets.rating_asked_of(row.citizen_id or 0, lost.clock.now()) is None
    lost.tickets.recompute_due(lost.clock.now(), steps)
    assert lost.tickets.rating_asked_of(row.citizen_id or 0, lost.clock.now()) is not None


def test_a_move_after_the_clock_was_set_keeps_the_missing_limit_in_sight(lost: Bed) -> None:
    no = lost.ticket("dispatched").no
    steps = set_clock(lost, MONDAY_MORNING)
    lost.make(no, "sign", Actor.UNIT)  # before anything was worked out
    assert basis(lost, no)[:2] == (None, "clock")
    assert lost.tickets.recompute_due(lost.clock.now(), steps) == 1
    assert lost.tickets.row(no).due_at is not None


def test_a_new_type_while_the_limit_is_unknown_counts_when_it_is_worked_out(lost: Bed) -> None:
    row = lost.ticket("dispatched", type="complaint")
    lost.tickets.save(row.no, lost.form(type="enquiry"), row.version, lost.li)
    assert basis(lost, row.no)[:2] == (None, "clock")
    lost.tickets.recompute_due(MONDAY_MORNING, set_clock(lost, MONDAY_MORNING))
    assert lost.tickets.row(row.no).due_at == local(2026, 11, 25, 17, 30)


def test_working_it_out_disturbs_nobody_who_is_editing_and_is_audited(lost: Bed) -> None:
    row = lost.ticket("accepted")
    audit = len(lost.rows("audit"))
    heard: list[tuple[str, int]] = []
    lost.store.on_commit(heard.extend)
    set_clock(lost, MONDAY_MORNING)
    lost.tickets.recompute_due(lost.clock.now())
    assert lost.tickets.row(row.no).version == row.version
    assert len(lost.rows("audit")) == audit + 1
    assert heard == [("ticket", row.no)]
    assert lost.audit.verify().is_whole


def test_many_are_worked_out_in_small_transactions(lost: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.casework.clocks.AT_ONCE", 2)
    for _ in range(5):
        lost.tickets.open_draft(source="sms", content="路灯")
    lost.make(lost.tickets.open_draft(source="sms", content="wrong number"), "void")  # finished: nothing to work out
    set_clock(lost, MONDAY_MORNING)
    assert lost.tickets.recompute_due(lost.clock.now()) == 5
    assert {row.lateness for row in lost.tickets.rows().rows} == {"none"}


# --- a clock that seemed right, and then was set ---


def test_the_clocks_of_this_run_start_again_at_their_true_moment_when_the_time_is_set(office: Bed) -> None:
    """The box believes to be at nine on Monday; it is ten on Thursday."""
    dispatched = office.ticket("dispatched", type="help").no
    office.pass_time(minutes=30)
    draft = office.ticket("draft").no
    office.pass_time(minutes=30)
    steps = set_clock(office, MONDAY_MORNING + timedelta(days=3, hours=1))
    assert office.tickets.recompute_due(office.clock.now(), steps) == 2
    assert office.tickets.row(dispatched).due_at == local(2026, 12, 3, 17, 30)
    assert office.tickets.row(draft).stage_due_at == local(2026, 11, 26, 10, 30)
    assert office.tickets.page(dispatched, office.li).assignment.due_at == local(2026, 12, 3, 17, 30)  # type: ignore[union-attr]


def test_what_was_written_after_the_step_or_by_an_earlier_run_stays_as_it_is(office: Bed) -> None:
    earlier = office.ticket("draft").no
    office.boot_id = office.boot()
    office.tickets = office.new_tickets()
    watch = ClockWatch(office.clock)
    office.pass_time(minutes=1)
    office.clock.step(timedelta(days=3).total_seconds())
    office.pass_time(seconds=20)
    after = office.ticket("draft").no
    office.pass_time(seconds=20)
    before = [office.tickets.row(no).stage_due_at for no in (earlier, after)]
    audit = len(office.rows("audit"))
    assert office.tickets.recompute_due(office.clock.now(), watch.look()) == 0
    assert [office.tickets.row(no).stage_due_at for no in (earlier, after)] == before
    assert len(office.rows("audit")) == audit


def test_two_steps_in_one_run_are_both_counted_once(office: Bed) -> None:
    survey, watch = office.ticket("survey").no, ClockWatch(office.clock)
    draft = office.ticket("draft").no
    office.pass_time(minutes=10)
    for days in (1, 2):
        office.clock.step(timedelta(days=days).total_seconds())
        office.tickets.recompute_due(office.clock.now(), watch.look())
        watch.mended()
        office.pass_time(minutes=10)
        assert watch.look().pending == ()
    assert office.tickets.row(draft).stage_due_at == local(2026, 11, 26, 10, 0)
    asked = office.store.row("SELECT rating_asked_at FROM ticket WHERE no = ?", (survey,))
    assert asked is not None
    assert from_utc_text(asked["rating_asked_at"]) == MONDAY_MORNING + timedelta(days=3)


def test_a_time_set_back_takes_the_due_times_back(office: Bed) -> None:
    watch = ClockWatch(office.clock)
    draft = office.ticket("draft").no
    office.pass_time(minutes=1)
    office.clock.step(-timedelta(days=3).total_seconds())
    assert office.tickets.recompute_due(office.clock.now(), watch.look()) == 1
    assert office.tickets.row(draft).stage_due_at == local(2026, 11, 20, 10, 0)
