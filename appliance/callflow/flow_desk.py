"""The call flow's share of the desk thread: tells callers how their tickets stand, and writes what they did.

A caller waits a few seconds for an answer at most (steps.OFFICE_ANSWERS_S); the key that ends the number wakes the
desk thread, so that the answer is there within one round.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

from appliance.callflow.loaded import Question
from appliance.callflow.result import FlowResult
from appliance.callflow.runner import Runner
from appliance.callflow.words import TicketState, Told
from appliance.casework import lifecycle
from appliance.casework.lifecycle import Actor, MoveRefused
from appliance.casework.tickets import Tickets
from appliance.clock import Clock, utc_text
from appliance.people.numbers import normalise
from db import call_flow as rows
from db import calls, ticket_facts
from db.store import Store

log = logging.getLogger(__name__)

HAS_RESULT = frozenset({"survey", "closed"})  # statuses in which a citizen may hear what was done


class FlowDesk:
    """For the desk thread alone."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        runner: Runner,
        tickets: Tickets,
        *,
        region_code: str,
        spoken: Callable[[int], bytes] = lambda ticket_id: b"",
    ) -> None:
        """`spoken`: the result of this ticket as sound, where the box can speak; b"" elsewhere."""
        self._store, self._clock, self._runner, self._tickets = store, clock, runner, tickets
        self._region_code, self._spoken = region_code, spoken

    def answer(self) -> None:
        """Every caller who waits for the state of a ticket."""
        while self._runner.questions:
            question = self._runner.questions.popleft()
            self._runner.tell(question, Told(question.ref, self._state(question)))

    def write(self) -> None:
        """What callers did in scripts that are over. What can't be written yet is kept for the next round."""
        for _ in range(len(self._runner.finished)):
            result = self._runner.finished.popleft()
            try:
                is_written = self._write(result)
            except BaseException:
                self._runner.finished.append(result)
                raise
            if not is_written:
                self._runner.finished.append(result)

    def _state(self, question: Question) -> TicketState | None:
        facts = ticket_facts.by_no(self._store, question.no)
        if facts is None:
            return None
        stage = lifecycle.stage_of(facts["status"]).key
        if not self._is_callers(facts, question.number):
            return TicketState(question.no, stage)  # anybody may know a number, and learns no more by it
        has_result = facts["status"] in HAS_RESULT
        may_rate = self._may_rate(facts, self._clock.now())
        return TicketState(question.no, stage, has_result, may_rate, self._spoken(facts["id"]) if has_result else b"")

    def _is_callers(self, facts: sqlite3.Row, number: str) -> bool:
        known = normalise(facts["citizen_phone"] or "", self._region_code)
        return bool(number) and number == known

    def _may_rate(self, facts: sqlite3.Row, now: datetime) -> bool:
        asked = self._tickets.rating_asked_of(facts["citizen_id"], now)
        return asked is not None and asked.no == facts["no"]

    def _write(self, result: FlowResult) -> bool:
        with self._store.transaction() as tx:
            if not calls.is_written(tx, result.call_id):
                return False
            steps = [(step.step, step.detail) for step in result.steps]
            rows.add_steps(tx, result.call_id, steps, utc_text(self._clock.now()))
            tx.announce("call", result.call_id)
        self._rate(result)
        return True

    def _rate(self, result: FlowResult) -> None:
        """3 to 5 close the ticket; 1 and 2 only say that somebody should ask (lifecycle: dissatisfied)."""
        if result.ticket_rating is None:
            return
        no, rating = result.ticket_rating
        try:
            self._tickets.make_move(no, "rate", actor=Actor.CITIZEN, rating=rating)
        except MoveRefused:
            log.info("call %d rated ticket %d, which is not to be rated any more", result.call_id, no)
