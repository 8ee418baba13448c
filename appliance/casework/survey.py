"""Asking the citizen how it was handled, for every ticket that a department answered (domain 2.4, 4.2 rows 16 to 18).

A survey begins in the transaction that accepts the reply and ends in the one that takes the ticket out of the survey;
between them it moves by what is due (`sweep`), by calls (`record`) and by texts (`hear`). What became of it is decided
by the ticket's moves alone: here nothing closes a ticket but through them.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from appliance.casework import forms, lifecycle
from appliance.casework import survey_rules as rules
from appliance.casework.lifecycle import Actor
from appliance.casework.survey_rules import CALLING, DONE, LAST_TEXT, TEXTED, UNHAPPY
from appliance.casework.survey_views import SurveyForm
from appliance.casework.ticket_no import format_no
from appliance.casework.tickets import Tickets
from appliance.casework.unsatisfied import Unsatisfied
from appliance.casework.views import MoveMade
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.limits.hours import OfficeHours
from appliance.outreach.callbacks import Callbacks
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.numbers import may_text
from appliance.people.user import User
from appliance.trouble import guarded
from appliance.upkeep.audit import Audit
from db import survey as rows
from db import ticket_facts, tokens
from db.store import Reads, Store, Transaction

log = logging.getLogger(__name__)

SURVEY = lifecycle.move("approve").to_status
AT_ONCE = 200
LONGEST_WAIT = timedelta(days=40)  # two working days never take longer, whatever the calendar holds
CALL_RESULTS = ("reached", "no_answer", "wrong", "refused", "checked")
OUTCOMES = {"rate": "satisfied", "redo": "unsatisfied", "explain": "unsatisfied", "close": rules.UNREACHABLE}


class Survey:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        hours: OfficeHours,
        tickets: Tickets,
        *,
        callbacks: Callbacks,
        outbox: Outbox,
        texts: Texts,
        audit: Audit,
        boot_id: int,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._hours, self._tickets = store, clock, hours, tickets
        self._callbacks, self._outbox, self._texts, self._audit = callbacks, outbox, texts, audit
        self._boot_id, self._clock_ok = boot_id, clock_ok
        self.unsatisfied = Unsatisfied()
        tickets.also_tell(self.on_move)

    # --- what the ticket's moves do to it ---

    def on_move(self, tx: Transaction, made: MoveMade) -> None:
        """In the transaction of the move, after the citizen's text was queued."""
        if made.rating is not None and made.from_status == SURVEY:
            self._keep_rating(tx, made)
        self.unsatisfied.on_move(tx, made, utc_text(self._clock.now()))
        if made.to_status == SURVEY and made.from_status != SURVEY:
            self._open(tx, made.ticket_id, made.round)
        elif made.from_status == SURVEY and made.to_status != SURVEY:
            self._end(tx, made)
        elif made.from_status == SURVEY and made.move == "dissatisfied":
            known = rows.open_of(tx, made.ticket_id)
            if known is not None:
                rows.change(tx, known["id"], state=UNHAPPY, next_at=None, rating=made.rating)

    def _open(self, tx: Transaction, ticket_id: int, round_: int) -> None:
        """By text where one went out with the result, else onto the call list at once."""
        if rows.open_of(tx, ticket_id) is not None:
            return
        now = self._clock.now()
        outbox_id = rows.result_text(tx, ticket_id, self._approved_at(tx, ticket_id))
        waits = {"next_at": utc_text(rules.text_waits_until(now, self._hours))} if outbox_id is not None else {}
        tx.insert(
            "survey",
            ticket_id=ticket_id,
            round=round_,
            state=TEXTED if outbox_id is not None else CALLING,
            opened_at=utc_text(now),
            outbox_id=outbox_id,
            try_on=self._hours.local_date(now).isoformat(),
            boot_id=self._boot_id,
            clock_ok=int(self._clock_ok()),
            **waits,
        )

    def _end(self, tx: Transaction, made: MoveMade) -> None:
        known = rows.open_of(tx, made.ticket_id)
        if known is None:
            return
        outcome = known["outcome"] or OUTCOMES.get(made.move, "left")
        method = known["method"] or ("sms" if made.actor == Actor.CITIZEN else "")
        told = rows.answers_by_text(tx, made.ticket_id, known["opened_at"])
        said = {name: told.get(name) for name in ("contacted", "solved") if known[name] is None}
        rating = {"rating": made.rating} if made.rating is not None else {}
        rows.change(
            tx,
            known["id"],
            state=DONE,
            outcome=outcome,
            method=method,
            next_at=None,
            ended_at=utc_text(self._clock.now()),
            ended_by=made.user_id,
            **rating,
            **said,
        )

    def _keep_rating(self, tx: Transaction, made: MoveMade) -> None:
        known = rows.open_of(tx, made.ticket_id)
        tx.insert(
            "survey_rating",
            ticket_id=made.ticket_id,
            survey_id=known["id"] if known else None,
            at=utc_text(self._clock.now()),
            rating=made.rating,
            actor=made.actor,
            counts=1,
            user_id=made.user_id,
            sms_id=rows.sms_of_last_move(tx, made.ticket_id),
        )

    def _approved_at(self, reads: Reads, ticket_id: int) -> str:
        facts = ticket_facts.by_id(reads, ticket_id)
        return (facts["rating_asked_at"] or "") if facts is not None else ""

    # --- what is due ---

    def sweep(self, now: datetime | None = None) -> int:
        """Move on whatever has waited long enough; nothing while the clock may be wrong. Returns how many moved."""
        if not self._clock_ok():
            return 0
        moment = now or self._clock.now()
        count = 0
        for row in rows.missing(self._store, SURVEY, AT_ONCE):
            count += guarded(log, partial(self._catch_up, row))
        absurd = utc_text(moment + LONGEST_WAIT)
        for row in rows.moving(self._store, utc_text(moment), absurd, (TEXTED, LAST_TEXT), AT_ONCE):
            count += guarded(log, partial(self._move_on, row, moment))
        return count

    def _catch_up(self, row: sqlite3.Row) -> int:
        with self._store.transaction() as tx:
            self._open(tx, row["id"], row["round"])
            tx.announce("ticket", row["no"])
        return 1

    def _move_on(self, row: sqlite3.Row, now: datetime) -> int:
        """One survey whose text was not answered in time, could not be sent, or whose time was worked out wrong."""
        failed = row["sms_state"] == "failed"
        is_wrong = not row["clock_ok"] or row["next_at"] is None or row["next_at"] > utc_text(now + LONGEST_WAIT)
        with self._store.transaction() as tx:
            if row["status"] != SURVEY:
                rows.change(tx, row["id"], state=DONE, outcome="left", ended_at=utc_text(now))
            elif is_wrong and not failed:
                again = utc_text(rules.text_waits_until(now, self._hours))
                rows.leave(tx, row["id"], row["state"], next_at=again, clock_ok=1)
            elif row["state"] == TEXTED:
                today = self._hours.local_date(now).isoformat()
                rows.leave(tx, row["id"], TEXTED, state=CALLING, next_at=None, try_on=today, clock_ok=1)
            else:
                self._give_up(row["no"], "survey_unreachable")
            tx.announce("ticket", row["no"])
        return 1

    def _give_up(self, no: int, reason: str) -> None:
        """The rule is met: the ticket is closed, and nobody is called satisfied (domain 4.2, row 17)."""
        self._tickets.make_move(no, "close", actor=Actor.SYSTEM, reason=self._texts.piece(reason))

    # --- a call was made ---

    def record(self, no: int, form: SurveyForm, by: User, *, token: str = "") -> None:
        """Write down how a call to this ticket's citizen went. The same form sent twice counts once.

        Raises FieldWrong, NotFound (it isn't in the survey any more, or not this user's to see), NotAllowed.
        """
        if form.result not in CALL_RESULTS:
            raise FieldWrong("result", "Choose how the call went.")
        with self._store.transaction() as tx:
            self._tickets.row(no, by, reads=tx)
            known = rows.open_of_no(tx, no)
            scoped = tokens.scoped(f"survey {no}", token)
            if tokens.once(tx, scoped) is not None:
                return
            if known is None:
                raise NotFound
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id, str(known["id"]))
            RECORDS[form.result](self, tx, known, form, by)
            self._audit.write(tx, f"survey_{form.result}", "survey", known["id"], by)
            tx.announce("ticket", no)

    def _reached(self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, by: User) -> None:
        if form.rating is None or form.rating not in rules.RATINGS:
            raise FieldWrong("rating", "A rating is a number from 1 to 5.")
        self._said(tx, known, form, method="call")
        key = "rate" if rules.is_happy(form.rating, solved=form.solved) else "dissatisfied"
        self._tickets.make_move(
            known["no"], key, actor=by.actor, actor_id=by.id, rating=form.rating, text=forms.clean(form.words)
        )
        if known["citizen_id"] is not None:
            self._callbacks.reached(tx, known["citizen_id"])  # whatever else was owed to him was said as well

    def _not_answered(self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, by: User) -> None:
        now = self._clock.now()
        today = self._hours.local_date(now)
        last = self._hours.local_date(from_utc_text(known["tried_at"])) if known["tried_at"] else None
        tries, days = known["tries"] + 1, known["days"] + int(last != today)
        facts = ticket_facts.by_id(tx, known["ticket_id"])
        can_text = facts is not None and may_text(facts["citizen_phone"] or facts["contact_phone"] or "")
        state = rules.after_try(tries, days, can_text=can_text) if known["state"] != UNHAPPY else UNHAPPY
        if not self._clock_ok() and state != UNHAPPY:
            state = CALLING  # which day it is isn't known: nobody is given up by such a clock
        changes: dict[str, object] = {
            "tries": tries,
            "days": days,
            "tried_at": utc_text(now),
            "try_on": rules.try_on(tries, days, today, self._hours).isoformat(),
        }
        if state == LAST_TEXT and facts is not None:
            outbox_id = self._last_text(tx, known, facts)
            state = LAST_TEXT if outbox_id is not None else rules.UNREACHABLE
            changes |= {"outbox_id": outbox_id, "next_at": utc_text(rules.text_waits_until(now, self._hours))}
        rows.change(tx, known["id"], **changes, state=CALLING if state == rules.UNREACHABLE else state)
        if state == rules.UNREACHABLE:
            self._give_up(known["no"], "survey_unreachable")

    def _wrong_number(self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, by: User) -> None:
        """No other try would reach him."""
        self._close(tx, known, form, by, outcome=rules.UNREACHABLE, reason="survey_wrong_number")

    def _refused(self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, by: User) -> None:
        self._close(tx, known, form, by, outcome="refused", reason="survey_refused")

    def _checked(self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, by: User) -> None:
        """Nobody can be asked: the office looked for itself (domain 4.6, anonymous)."""
        if form.solved is None:
            raise FieldWrong("solved", "Say whether it is solved.")
        if form.solved:
            self._close(tx, known, form, by, outcome="checked", reason="survey_checked")
            return
        self._said(tx, known, form, method="check")
        reason = forms.text_given("words", form.words)
        self._tickets.make_move(known["no"], "redo", actor=by.actor, actor_id=by.id, reason=reason)

    def _close(
        self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, by: User, *, outcome: str, reason: str
    ) -> None:
        self._said(tx, known, form, method="check" if outcome == "checked" else "call")
        rows.change(tx, known["id"], outcome=outcome)
        words = forms.clean(form.words) or self._texts.piece(reason)
        self._tickets.make_move(known["no"], "close", actor=by.actor, actor_id=by.id, reason=words)

    def _said(self, tx: Transaction, known: sqlite3.Row, form: SurveyForm, *, method: str) -> None:
        """An answer that wasn't given stays open; it is not a no."""
        rows.change(
            tx,
            known["id"],
            method=method,
            tries=known["tries"] + int(method == "call"),
            tried_at=utc_text(self._clock.now()),
            contacted=None if form.contacted is None else int(form.contacted),
            solved=None if form.solved is None else int(form.solved),
            attitude=form.attitude if form.attitude in {1, 2, 3} else None,
        )

    def _last_text(self, tx: Transaction, known: sqlite3.Row, facts: sqlite3.Row) -> int | None:
        return self._outbox.queue(
            tx,
            purpose="rating",
            number=facts["citizen_phone"] or facts["contact_phone"] or "",
            text=self._texts.write("survey_not_reached", no=format_no(known["no"])),
            idem_key=f"survey_not_reached:{known['id']}",
            citizen_id=known["citizen_id"],
            ticket_id=known["ticket_id"],
            preferred_line=facts["line"],
        )


_Record = Callable[[Survey, Transaction, sqlite3.Row, SurveyForm, User], None]
RECORDS: dict[str, _Record] = {
    "reached": Survey._reached,
    "no_answer": Survey._not_answered,
    "wrong": Survey._wrong_number,
    "refused": Survey._refused,
    "checked": Survey._checked,
}
