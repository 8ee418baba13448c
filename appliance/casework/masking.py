"""What leaders and auditors read of tickets (domain 4.4, 'R m'): no citizen's name or number, wherever it stands.

The names and numbers that are taken out are those of everybody near the tickets on the page: their citizens, under
every name they ever gave, and those of the tickets joined with them. Whatever reads like a telephone number goes too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.casework.views import AssignmentView, TicketForm, TicketPage, TicketRow, TimelineItem
from appliance.people.scrubbing import Scrubber, without_numbers
from db import masking as rows
from db import search as index
from db.store import Reads

MASK = "***"  # where a citizen's name or number stood


class Mask:
    """Knows the people near some tickets."""

    def __init__(self, reads: Reads, ticket_ids: Sequence[int]) -> None:
        near = rows.people_near(reads, ticket_ids)
        self._scrubber = Scrubber((row["number"] for row in near), (row["name"] for row in near), MASK)

    def text(self, text: str) -> str:
        return without_numbers(self._scrubber.scrub(text), MASK)

    def row(self, row: TicketRow) -> TicketRow:
        """`row` has its own name and number masked already."""
        return replace(row, title=self.text(row.title), place=self.text(row.place))

    def page(self, page: TicketPage) -> TicketPage:
        """For reading alone: nothing to press, and of a confidential ticket nothing that leads to its citizen."""
        is_open_name = not (page.row.is_confidential or page.row.is_anonymous)
        return replace(
            page,
            row=self.row(page.row),
            form=self._form(page.form),
            timeline=self._items(page.timeline),
            assignment=self._assignment(page.assignment) if page.assignment else None,
            co_assignments=tuple(self._assignment(each) for each in page.co_assignments),
            proposals=self._items(page.proposals),
            callers_other=self._others(page.callers_other) if is_open_name else (),
            children=self._others(page.children) if is_open_name else (),
            moves=(),
            lead_moves=frozenset(),
            is_editable=False,
            is_masked=True,
        )

    def _form(self, form: TicketForm) -> TicketForm:
        text = self.text
        return replace(
            form, title=text(form.title), content=text(form.content), place=text(form.place), wish=text(form.wish)
        )

    def _items(self, items: Iterable[TimelineItem]) -> tuple[TimelineItem, ...]:
        return tuple(replace(item, text=self.text(item.text)) for item in items)

    def _assignment(self, task: AssignmentView) -> AssignmentView:
        return replace(task, reply=self.text(task.reply))

    def _others(self, others: Iterable[TicketRow]) -> tuple[TicketRow, ...]:
        """Beside an ordinary ticket no protected one is named: that would tell who reported."""
        return tuple(self.row(row) for row in others if not (row.is_confidential or row.is_anonymous))


def rows_of(reads: Reads, shown: Sequence[TicketRow]) -> tuple[TicketRow, ...]:
    """The rows of one list."""
    mask = Mask(reads, [row.id for row in shown])
    return tuple(mask.row(row) for row in shown)


def ids_of(page: TicketPage) -> tuple[int, ...]:
    """Every ticket that the page names."""
    return (page.row.id, *(row.id for row in (*page.children, *page.callers_other)))


def readable(reads: Reads, ids: Sequence[int], query: str) -> list[int]:
    """Of these tickets, those in which the words are found as they are shown: no search tells whose number it is."""
    wanted, mask = index.terms(query), Mask(reads, ids)
    found = rows.searched(reads, ids)
    shown = {row["id"]: index.fold(mask.text(_words_of(row))) for row in found}
    return [each for each in ids if all(word in shown.get(each, "") for word in wanted)]


def _words_of(row: sqlite3.Row) -> str:
    return "\n".join(row[name] or "" for name in ("title", "content", "place", "number"))
