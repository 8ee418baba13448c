"""What is written down of every change of a ticket: history, audit, news, and a word to whoever must know."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from appliance.casework import forms, lifecycle
from appliance.casework.lifecycle import Actor
from appliance.casework.orders import Step
from appliance.casework.views import MoveMade
from appliance.clock import moment_or_none, utc_text
from appliance.upkeep.audit import Audit
from db import tickets as rows
from db.store import Transaction

OnMove = Callable[[Transaction, MoveMade], None]


class History:
    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def record(self, step: Step, from_status: str, to_status: str, on_move: OnMove) -> None:
        """One row of history and one of the audit for a move; then `on_move` in the same transaction."""
        tx, ticket, order = step.tx, step.ticket, step.order
        rows.add_move(
            tx,
            ticket_id=ticket["id"],
            at=step.timing.at,
            move=order.move,
            from_status=from_status,
            to_status=to_status,
            actor=str(order.actor),
            user_id=order.user_id,
            handler_id=order.handler_id,
            sms_id=order.sms_id,
            note_id=step.note_id,
            rating=order.rating,
            ground=order.ground,
            is_self_approved=int(step.is_self_approved),
            for_unit=int(_is_for_unit(step)),
            happened_at=utc_text(order.happened_at) if order.happened_at is not None else None,
        )
        words = (
            from_status, to_status, step.text, forms.clean(order.reason), forms.clean(order.where),
            str(order.rating or ""), str(order.days or ""), "self_approved" if step.is_self_approved else "",
            *([order.ground] if order.ground else []),
        )  # fmt: skip
        self.note(tx, f"ticket_{order.move}", ticket, user_id=order.user_id, role=str(order.actor), words=words)
        on_move(tx, _made(step, from_status, to_status))

    def note(
        self, tx: Transaction, action: str, ticket: sqlite3.Row, *, user_id: int | None, role: str, words: Sequence[str]
    ) -> None:
        """One row of the audit, and the news.

        Words about a ticket are digested with its citizen's salt, or with its own where nobody is known.
        """
        citizen_id = ticket["citizen_id"]
        words = [tx.guarded(ticket["id"], text) for text in words]  # a digest can be tried with every number there is
        kept = rows.words(tx, ticket["id"]) if citizen_id is None else None
        self._audit.write(
            tx,
            action,
            "ticket",
            ticket["id"],
            role=role,
            words=words,
            citizen_id=citizen_id,
            user_id=user_id,
            salt=kept["salt"] if kept is not None else None,
        )
        tx.announce("ticket", ticket["no"])


def _made(step: Step, from_status: str, to_status: str) -> MoveMade:
    order = step.order
    after = rows.ticket(step.tx, step.ticket["no"]) or step.ticket
    return MoveMade(
        ticket_id=after["id"],
        no=after["no"],
        move=order.move,
        from_status=from_status,
        to_status=to_status,
        actor=str(order.actor),
        citizen_id=after["citizen_id"],
        department_id=step.department_id,
        assignment_id=step.assignment_id,
        due_at=moment_or_none(after["due_at"]),
        text=step.text,
        reason=forms.clean(order.reason),
        rating=order.rating,
        urgency=after["urgency"],
        round=after["round"],
        handler_id=order.handler_id,
        user_id=order.user_id,
        co_department_ids=order.co_department_ids,
        is_self_approved=step.is_self_approved,
        for_unit=_is_for_unit(step),
        days=order.days,
        other_no=order.other_no,
        where=forms.clean(order.where),
        ground=order.ground,
        resume_at=moment_or_none(after["resume_at"]),
        article_id=order.article_id,
        texts_article=order.texts_article,
    )


def _is_for_unit(step: Step) -> bool:
    """The desk wrote down what a department did."""
    order = step.order
    return order.actor in {Actor.OPERATOR, Actor.LEAD} and (order.for_unit or lifecycle.is_for_unit(order.move))
