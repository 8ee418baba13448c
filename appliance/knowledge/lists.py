"""A whole list of articles taken at once: all rows or none.

Unlike shorter lists this one is written by several people, so every wrong row is told, each with its line in the
file, its column and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from appliance.errors import FieldWrong, OfficeError
from appliance.knowledge.article import LANGUAGES, Draft, Words
from appliance.knowledge.articles import Articles
from appliance.knowledge.checking import checked
from appliance.knowledge.columns import COLUMNS, LINE, MORE
from appliance.people.user import User
from db import knowledge as rows
from db import people
from db.store import Store, Transaction

YES_NO = {"": True, "yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}
MOST_TOLD = 30


class RowsWrong(OfficeError):
    """Some rows can't be taken; nothing was."""

    message = "%(count)d rows are wrong, so nothing was taken:\n%(told)s"

    def __init__(self, told: Sequence[str]) -> None:
        more = [f"... and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
        super().__init__(count=len(told), told="\n".join([*told[:MOST_TOLD], *more]))


class ArticleLists:
    def __init__(self, store: Store, articles: Articles) -> None:
        self._store, self._articles = store, articles

    def import_rows(self, found: Sequence[Mapping[str, str | None]], by: User | None = None) -> int:
        """Add these articles, or change those with their codes; returns their number. Raises RowsWrong."""
        told: list[str] = []
        seen: dict[str, str] = {}
        with self._store.transaction() as tx:
            for place, row in enumerate(found, start=2):
                line = row.get(LINE) or str(place)
                try:
                    self._take(tx, row, line, seen, by)
                except FieldWrong as wrong:
                    told.append(f"Line {line}, {wrong.field}: {wrong}")
            if told:
                raise RowsWrong(told)
        return len(found)

    def _take(
        self, tx: Transaction, row: Mapping[str, str | None], line: str, seen: dict[str, str], by: User | None
    ) -> None:
        draft = checked(_draft(tx, {name: (row.get(name) or "").strip() for name in (*COLUMNS, *MORE)}))
        if not draft.code:
            raise FieldWrong("code", "An article in a list needs a code, such as K001.")
        if draft.code in seen:
            raise FieldWrong("code", "This code stands in line %(line)s already.", line=seen[draft.code])
        seen[draft.code] = line
        self._articles.put(tx, draft, rows.by_code(tx, draft.code), by)


def _draft(tx: Transaction, cells: dict[str, str]) -> Draft:
    """Raises FieldWrong."""
    zh, en = (Words(*(cells[f"{name}_{language}"] for name in rows.WORDS)) for language in LANGUAGES)
    public = cells["public"].casefold()
    if public not in YES_NO:
        raise FieldWrong("public", "Write yes or no.")
    return Draft(
        zh, en, cells["code"], cells["kind"], cells["category"], _unit(tx, cells["department"]),
        _day(cells["valid_to"]), YES_NO[public],
    )  # fmt: skip


def _unit(tx: Transaction, code: str) -> int | None:
    if not code:
        return None
    unit = people.department_by_code(tx, code)
    if unit is None or unit["disabled_at"] is not None:
        raise FieldWrong(
            "department", 'No department has the code "%(code)s". Import the departments first.', code=code
        )
    return int(unit["id"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise FieldWrong("valid_to", "Write the day like 2026-12-01.") from wrong
