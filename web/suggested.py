"""Who is suggested for a ticket, in the words of the page: the department, whether it is certain, and why."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.casework.lifecycle import Move
from appliance.casework.routing import Reason, Suggestion
from appliance.casework.ticket_no import format_no
from appliance.casework.views import TicketPage
from appliance.people.departments import Department
from web import current
from web.language import gettext, ngettext


@dataclass(frozen=True, slots=True)
class Suggested:
    department: Department
    co: tuple[Department, ...]
    is_certain: bool  # chosen beforehand in the form
    reason: str


def for_page(page: TicketPage, moves: tuple[Move, ...] | None = None) -> tuple[Suggested, ...]:
    """What the dispatch form offers first; nothing where no department is asked for."""
    if not any("department" in move.needs for move in (page.moves if moves is None else moves)):
        return ()
    row, form = page.row, page.form
    text = f"{form.title} {form.content} {form.place}"
    return tuple(spoken(each) for each in current.office().routing.suggest(row.category, row.town, text, row.no))


def spoken(suggestion: Suggestion) -> Suggested:
    reasons = gettext("; ").join(_why(reason) for reason in suggestion.reasons)
    return Suggested(suggestion.department, suggestion.co, suggestion.is_certain, reasons)


def _why(reason: Reason) -> str:
    if reason.kind == "table":
        return gettext("routing table: %(basis)s", basis=reason.basis) if reason.basis else gettext("routing table")
    if reason.kind == "conference":
        basis = reason.basis
        return (
            gettext("decided in a consultation: %(basis)s", basis=basis)
            if basis
            else gettext("decided in a consultation")
        )
    if reason.kind == "first":
        return gettext("received it first")
    said = ngettext(
        "%(num)d of the last %(of)d such matters was its",
        "%(num)d of the last %(of)d such matters were its",
        reason.count,
        num=reason.count,
        of=reason.of,
    )
    if reason.example_no is None:
        return said
    return gettext("%(said)s, most like %(no)s", said=said, no=format_no(reason.example_no))
