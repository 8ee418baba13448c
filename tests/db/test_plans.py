"""The questions asked often are answered from an index, however many years lie in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import (
    calendar,
    call_flow,
    callbacks,
    calls,
    conference,
    due_times,
    duplicates,
    emergency,
    masking,
    merging,
    messages,
    outbox,
    people,
    prompts,
    recordings,
    reminders,
    requests,
    routing,
    ticket_facts,
    tickets,
)
from db.store import Store

AT = "2026-11-23T01:30:00.000Z"

QUESTIONS: dict[str, Callable[[Any], object]] = {
    "whom the box rings about a danger": emergency.running_steps,
    "how often he was rung": lambda tx: emergency.calls_of_step(tx, 1),
    "which calls about dangers go on": emergency.open_calls,
    "which opinions are awaited": lambda tx: conference.awaited(tx, AT, AT),
    "what a handler was asked last": lambda tx: conference.latest_to_handler(tx, 1),
    "the words of a masked search": lambda tx: masking.searched(tx, (1, 2)),
    "what may be sent": lambda tx: outbox.queued(tx, AT, AT, 200, skip=("rating",)),
    "what was being sent": outbox.sending,
    "what is in trouble": outbox.trouble_without_reminder,
    "the newest copy": lambda tx: outbox.newest_copy(tx, 1),
    "what waits for a decision": lambda tx: messages.outgoing(tx, None, 50, only_trouble=True),
    "whose report": lambda tx: outbox.parts_with_reference(tx, ("line1", "line2"), 7, "13900001111", AT),
    "what is in doubt": lambda tx: outbox.unknown_to(tx, "13900001111", AT),
    "answers to a citizen": lambda tx: outbox.count_to_citizen(tx, 1, ("progress",), AT),
    "answers to a handler": lambda tx: outbox.count_to_handler(tx, 1, ("confirm",), AT),
    "our latest message": lambda tx: outbox.latest_about_ticket(tx, 1),
    "dispatched to him": lambda tx: outbox.dispatched_tickets(tx, 1),
    "queues": outbox.queue_lengths,
    "parts alike": lambda tx: messages.parts_like(
        tx, identity="imsi:1", sender="13900001111", reference=7, total=3, since=AT, also=(1, 2)
    ),
    "call-backs of this run": lambda tx: callbacks.open_of_boot(tx, 1),
    "tickets of this run": lambda tx: tickets.open_of_boot(tx, 1, 0, 200),
    "seen before": lambda tx: messages.pdu_with_key(tx, "key"),
    "parts of": lambda tx: messages.parts_of(tx, 1),
    "parts awaited": lambda tx: messages.waiting_since(tx, AT),
    "the desk's messages": lambda tx: [messages.waiting(tx), messages.some(tx, [1, 2])],
    "a thread": lambda tx: messages.incoming_of(tx, citizen_id=1, handler_id=None, limit=50),
    "the other half": lambda tx: messages.outgoing_of(tx, citizen_id=1, handler_id=None, limit=50),
    "touched": lambda tx: messages.open_ticket_touched_since(tx, 1, AT),
    "calls of which nobody said what they were": calls.undecided,
    "a call": lambda tx: calls.get(tx, 1),
    "whose opinion is asked": lambda tx: [conference.asked(tx, 1), conference.latest_to_handler(tx, 1)],
    "what is owed": callbacks.all_open,
    "owed to": lambda tx: callbacks.open_of(tx, 1),
    "stages past": lambda tx: reminders.stages_past(tx, AT),
    "due": lambda tx: reminders.tickets_due_before(
        tx, AT, ("dispatched", "in_progress"), {"overdue": AT, "overdue_listed": AT}
    ),
    "due by hours of their own": lambda tx: reminders.tickets_due_before(
        tx, AT, ("dispatched", "in_progress"), {"overdue": AT, "overdue_listed": AT}, (1, 2), but=False
    ),
    "unsigned": lambda tx: reminders.unsigned_past(tx, AT, ("dispatched", "in_progress")),
    "who is reminded": lambda tx: [
        reminders.tasks_to_remind(tx, 1),
        reminders.people_to_tell(tx, 1, with_leader=True),
    ],
    "what runs against a clock": lambda tx: [
        due_times.open_with_time(tx, 0, 100),
        due_times.tasks_of(tx, 1),
        due_times.came_into_status_at(tx, 1),
    ],
    "what a change of the calendar moved": lambda tx: calendar.moved(tx, 1),
    "call-backs past": lambda tx: reminders.callbacks_past(tx, AT),
    "open reminders": lambda tx: reminders.all_open(tx, 200),
    "a ticket": lambda tx: ticket_facts.by_no(tx, 1),
    "a department's tickets": lambda tx: ticket_facts.open_of_department(tx, 1),
    "recordings of a call": lambda tx: recordings.of_call(tx, 1),
    "recordings of a ticket": lambda tx: recordings.of_ticket(tx, 1, 2),
    "the newest recordings": lambda tx: recordings.rows(tx, 1, 50),
    "voicemails without a ticket": recordings.new_voicemails,
    "recordings to make small": lambda tx: recordings.in_format(tx, "pcm", 3, 10),
    "voicemails to write down": lambda tx: recordings.not_written_down(tx, AT),
    "recordings too old": lambda tx: recordings.too_old(tx, AT, 100),
    "the age of a recording": recordings.undated,
    "what callers did with the box": lambda tx: call_flow.steps_of(tx, 1),
    "results to be spoken": lambda tx: call_flow.to_be_spoken(tx, "survey", 50),
    "a result as sound": lambda tx: call_flow.spoken(tx, 1),
    "repeat calls": lambda tx: call_flow.calls_and_repeats(tx, AT, AT, "line1"),
    "a prompt's history": lambda tx: prompts.of(tx, "thanks", ""),
    "a prompt's sound": lambda tx: prompts.sound_of(tx, "thanks", "", "draft"),
    "what callers hear": prompts.sounds_in_use,
    "a citizen's latest": lambda tx: ticket_facts.latest_of_citizen(tx, 1),
    "how such matters ended there": lambda tx: routing.settled(tx, "lamp", "CQ", 40),
    "how such matters ended": lambda tx: routing.settled(tx, "lamp", "", 40),
    "who received it first": lambda tx: routing.first_receiver(tx, 1),
    "the routing table": lambda tx: routing.rules(tx, "valid"),
    "open consultations": lambda tx: conference.all_open(tx, 50),
    "consultations of a ticket": lambda tx: conference.of_ticket(tx, 1),
    "a consultation": lambda tx: [conference.open_of(tx, 1), conference.units(tx, 1), conference.last_note(tx, 1)],
    "a month of the ledger": lambda tx: conference.entries(tx, AT, AT, 9, 100),
    "who returned what": lambda tx: conference.returns_by_unit(tx, AT, AT),
    "requests not to count": lambda tx: conference.exclusions(tx, 100),
    "a ticket by its id": lambda tx: tickets.by_id(tx, 1),
    "a citizen's own tickets": lambda tx: duplicates.of_citizen(tx, 1, 5),
    "what is told from there": lambda tx: duplicates.of_place(tx, "lamp", "CQ", AT, 300),
    "one of two alike": lambda tx: duplicates.one(tx, 1),
    "what is not sent out yet": lambda tx: duplicates.unsorted_since(tx, ("draft", "accepted"), AT, 300),
    "who comes again": lambda tx: duplicates.earlier_of_class(tx, 1, "lamp", 9, AT),
    "how it was joined": lambda tx: merging.joined(tx, 1),
    "what is joined with it": lambda tx: merging.children(tx, 1),
    "a request": lambda tx: requests.get(tx, 1),
    "requests of a ticket": lambda tx: requests.of_ticket(tx, 1),
    "what a lead has to decide": lambda tx: requests.all_open(tx, 200),
    "what waits for this ticket": lambda tx: requests.open_of(tx, 1, ("return",)),
    "a department's open work": lambda tx: people.has_open_tickets(tx, 1),
}


class Explaining:
    """Stands for a connection and asks for the plan of every question instead of its answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.plans: list[str] = []

    def row(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> None:
        self.rows(sql, values)

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[Any]:
        plan = self._store.rows("EXPLAIN QUERY PLAN " + sql, values)
        self.plans += [row["detail"] for row in plan]
        return []


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_whole_table(tmp_path: Path, question: str) -> None:
    asked = Explaining(Store(tmp_path / "hotline.db"))
    QUESTIONS[question](asked)
    assert asked.plans
    for step in asked.plans:
        if step.startswith("SCAN"):
            assert " USING INDEX " in step or " USING COVERING INDEX " in step, asked.plans
            assert any(small in step for small in PARTIAL), asked.plans


def test_whose_names_a_masked_list_hides_is_found_from_its_own_tickets_on(tmp_path: Path) -> None:
    """What is read whole are the few rows that the question itself has gathered: no table of the office."""
    asked = Explaining(Store(tmp_path / "hotline.db"))
    masking.people_near(asked, (1, 2))
    scans = {step for step in asked.plans if step.startswith("SCAN")}
    assert scans <= {"SCAN own", "SCAN kin", "SCAN citizens", "SCAN c", "SCAN near"}, asked.plans
    assert any("ticket_citizen" in step for step in asked.plans)


def test_what_a_program_may_write_down_is_found_among_that_alone(tmp_path: Path) -> None:
    """Without opus-tools every recording lies as plain sound: the index of its form would be read whole."""
    asked = Explaining(Store(tmp_path / "hotline.db"))
    QUESTIONS["voicemails to write down"](asked)
    assert any("recording_spoken (started_at>?)" in step for step in asked.plans), asked.plans


@pytest.mark.parametrize(
    ("which", "plan"), [("unclear", "call_outcome (outcome=? AND id<?)"), ("after_hours", "call_after_hours (id<?)")]
)
def test_a_list_of_calls_reads_those_alone_that_it_shows(tmp_path: Path, which: str, plan: str) -> None:
    """By the number of the row, a rare outcome would be looked for through all years."""
    asked = Explaining(Store(tmp_path / "hotline.db"))
    calls.rows(asked, None, 50, which)
    assert any(plan in step.replace("rowid", "id") for step in asked.plans), asked.plans
    assert not any("TEMP B-TREE" in step for step in asked.plans), asked.plans


# Indexes that hold only what waits: reading one whole is reading what waits.
PARTIAL = (
    "outbox_queue",
    "outbox_sending",
    "outbox_trouble",
    "outbox_unsettled",
    "sms_in_desk",
    "sms_in_waiting",
    "call_undecided",
    "callback_due",
    "reminder_open",
    "ticket_open",
    "conference_open",
    "emergency_open",
    "emergency_call_open",
    "request_exclusion",
    "request_open",
    "recording_new",
    "prompt_used",
)
