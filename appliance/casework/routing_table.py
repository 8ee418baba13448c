"""The office's routing table: who handles what where, since when, and on what ground.

Rows are never changed: a new one ends the one that said something else of the same matters. A consultation proposes
rows; they count once somebody has accepted them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, tzinfo

from appliance.casework import categories
from appliance.casework.approvals import is_simple
from appliance.casework.lifecycle import Actor
from appliance.casework.routing_rules import Rule
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.people.departments import Departments
from appliance.people.lists import SHELL, read_lines
from appliance.people.places import Places
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import routing as rows
from db.store import Store, Transaction

COLUMNS = ("class", "category", "town", "keyword", "lead", "co", "basis", "valid_from")
TOWNSHIP = "township"  # as the lead of a row in a list: the township government of the ticket's town
LONGEST_BASIS, LONGEST_KEYWORD, MOST_CO = 200, 20, 5


class RoutingTable:
    """Any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        departments: Departments,
        places: Places,
        *,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
    ) -> None:
        self._store, self._clock, self._audit = store, clock, audit
        self._departments, self._places = departments, places
        self._zone, self._clock_ok = zone, clock_ok

    def rules(self, state: str = "valid") -> tuple[Rule, ...]:
        """The rows in this state: 'valid', 'proposed', 'refused' or 'ended'."""
        return tuple(rule_of(row) for row in rows.rules(self._store, state))

    def today(self) -> str:
        """The local date, '' while the box does not know it."""
        return self._clock.now().astimezone(self._zone).date().isoformat() if self._clock_ok() else ""

    def put(self, rule: Rule, by: User | None) -> int:
        """Write a row into the table; one that says otherwise of the same matters ends. Raises FieldWrong, NotAllowed.

        `by` is None on the box's own command line.
        """
        with self._store.transaction() as tx:
            _must_decide(tx, by)
            return self._put(tx, rule, by)

    def propose(self, tx: Transaction, rule: Rule, by_id: int | None, conference_id: int) -> int:
        """What a consultation would teach the table, until somebody accepts it. Raises FieldWrong."""
        checked = self._checked(tx, replace(rule, source="conference"))
        return self._add(tx, checked, "proposed", by_id, conference_id=conference_id)

    def accept(self, rule_id: int, by: User, *, anywhere: bool = False) -> None:
        """A proposed row becomes part of the table, for its town or `anywhere`.

        Raises NotFound when it is not proposed any more, NotAllowed.
        """
        with self._store.transaction() as tx:
            _must_decide(tx, by)
            self._turn(tx, rule_id, "proposed", "valid", by)
            if anywhere:
                rows.widen(tx, rule_id)
            rule = self._get(tx, rule_id)
            self._end_before(tx, rule, by)

    def refuse(self, rule_id: int, by: User) -> None:
        """Raises NotFound when it is not proposed any more."""
        with self._store.transaction() as tx:
            _must_decide(tx, by)
            self._turn(tx, rule_id, "proposed", "refused", by)

    def end(self, rule_id: int, by: User) -> None:
        """Take a row out of the table; it is kept to be read. Raises NotFound when it is not in it any more."""
        with self._store.transaction() as tx:
            _must_decide(tx, by)
            self._turn(tx, rule_id, "valid", "ended", by)

    def import_rows(self, lines: Iterable[Mapping[str, str | None]], by: User | None = None) -> int:
        """All rows or none; returns their number. `lines` have COLUMNS; `by` is None on the box's own command line.

        Raises FieldWrong with the line and the column, NotAllowed.
        """
        with self._store.transaction() as tx:
            _must_decide(tx, by)
            return read_lines(lines, COLUMNS, lambda line: self._put(tx, self._read(tx, line), by))

    # --- inside ---

    def _put(self, tx: Transaction, rule: Rule, by: User | None) -> int:
        checked = self._checked(tx, rule)
        for old in self._same_matters(tx, checked):
            if replace(old, id=0, source="", valid_from_on="") == replace(checked, id=0, source="", valid_from_on=""):
                return old.id
        rule_id = self._add(tx, checked, "valid", by.id if by else None)
        self._end_before(tx, replace(checked, id=rule_id), by)
        return rule_id

    def _add(
        self, tx: Transaction, rule: Rule, state: str, by_id: int | None, *, conference_id: int | None = None
    ) -> int:
        rule_id = rows.add(
            tx,
            rule.co_ids,
            category=rule.category,
            **{"class": rule.class_key},
            town=rule.town,
            keyword=rule.keyword,
            lead_id=rule.lead_id,
            basis=rule.basis,
            source=rule.source,
            conference_id=conference_id,
            valid_from_on=rule.valid_from_on,
            state=state,
            made_at=utc_text(self._clock.now()),
            made_by=by_id,
        )
        words = (rule.category, rule.class_key, rule.town, rule.keyword, str(rule.lead_id), rule.basis)
        role = "desk" if by_id else SHELL
        self._audit.write(tx, f"routing_{state}", "routing_rule", rule_id, role=role, user_id=by_id, words=words)
        return rule_id

    def _turn(self, tx: Transaction, rule_id: int, before: str, after: str, by: User | None) -> None:
        at, by_id = utc_text(self._clock.now()), by.id if by else None
        if not rows.change_state(tx, rule_id, before, after, at=at, by=by_id):
            raise NotFound
        self._audit.write(tx, f"routing_{after}", "routing_rule", rule_id, by, role="" if by else SHELL)

    def _get(self, tx: Transaction, rule_id: int) -> Rule:
        row = rows.rule(tx, rule_id)
        if row is None:
            raise NotFound
        return rule_of(row)

    def _end_before(self, tx: Transaction, rule: Rule, by: User | None) -> None:
        """Rows that said something else of the same matters end, unless the new one counts only from a later day."""
        if self.today() and rule.valid_from_on > self.today():
            return
        for old in self._same_matters(tx, rule):
            self._turn(tx, old.id, "valid", "ended", by)

    def _same_matters(self, tx: Transaction, rule: Rule) -> list[Rule]:
        """Other valid rows that speak of exactly the same matters."""
        known = (rule_of(row) for row in rows.rules(tx, "valid"))
        return [old for old in known if old.id != rule.id and old.matters == rule.matters]

    def _checked(self, tx: Transaction, rule: Rule) -> Rule:
        """Raises FieldWrong."""
        rule = replace(rule, keyword=rule.keyword.strip(), basis=" ".join(rule.basis.split()))
        if rule.category and rule.category not in categories.keys_of("category"):
            raise FieldWrong("category", "There is no such category.")
        if rule.class_key and rule.class_key not in {group.key for group in categories.groups()}:
            raise FieldWrong("class", "There is no such class of categories.")
        self._places.checked(rule.town, tx)
        if len(rule.keyword) > LONGEST_KEYWORD:
            raise FieldWrong("keyword", "At most %(longest)d characters.", longest=LONGEST_KEYWORD)
        if not any((rule.category, rule.class_key, rule.town, rule.keyword)):
            raise FieldWrong("category", "Say of which matters: a category, a class, a town or a word.")
        if len(rule.basis) > LONGEST_BASIS:
            raise FieldWrong("basis", "At most %(longest)d characters.", longest=LONGEST_BASIS)
        units = {unit.id for unit in self._departments.all(tx)}
        if rule.lead_id is not None and rule.lead_id not in units:
            raise FieldWrong("lead", "There is no such department.")
        co_ids = tuple(sorted(set(rule.co_ids) - {rule.lead_id}))
        if len(co_ids) > MOST_CO or not set(co_ids) <= units:
            raise FieldWrong("co", "At most %(most)d departments of the list help.", most=MOST_CO)
        day = rule.valid_from_on or self.today() or self._clock.now().astimezone(self._zone).date().isoformat()
        return replace(rule, class_key="" if rule.category else rule.class_key, co_ids=co_ids, valid_from_on=_day(day))

    def _read(self, tx: Transaction, line: dict[str, str]) -> Rule:
        """A line of a list: categories, classes and towns by key or name, departments by code. Raises FieldWrong."""
        category = categories.keys_typed().get(line["category"].casefold(), line["category"])
        classes = {name: group.key for group in categories.groups() for name in (group.key, group.zh, group.en)}
        towns = {name: town.code for town in self._places.towns(tx) for name in (town.code, town.name_zh, town.name_en)}
        codes = line["co"].split()
        return Rule(
            0,
            category,
            classes.get(line["class"], line["class"]),
            towns.get(line["town"], line["town"]),
            line["keyword"],
            None if line["lead"] == TOWNSHIP else self._unit(tx, "lead", line["lead"]),
            tuple(self._unit(tx, "co", code) for code in codes),
            line["basis"],
            "table",
            line["valid_from"],
        )

    def _unit(self, tx: Transaction, field: str, code: str) -> int:
        unit = self._departments.by_code(code, tx)
        if unit is None:
            raise FieldWrong(field, 'No department has the code "%(code)s". Import the departments first.', code=code)
        return unit.id


def _must_decide(tx: Transaction, by: User | None) -> None:
    """A lead keeps the table; in a simple office whoever works at the desk. Raises NotAllowed."""
    if by is not None and by.actor is not Actor.LEAD and not (by.actor is Actor.OPERATOR and is_simple(tx)):
        raise NotAllowed


def _day(text: str) -> str:
    """Raises FieldWrong."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as wrong:
        raise FieldWrong("valid_from", "Write the day like 2026-12-01.") from wrong


def rule_of(row: sqlite3.Row) -> Rule:
    co_ids = tuple(sorted(int(each) for each in row["co_ids"].split(",") if each))
    keys = row["category"], row["class"], row["town"], row["keyword"]
    return Rule(row["id"], *keys, row["lead_id"], co_ids, row["basis"], row["source"], row["valid_from_on"])
