"""The articles: found by words, offered beside a form, written by a lead, each with what it said before.

Whoever works at the desk reads them all; a department the public ones and its own. A lead writes, and in an office of
one person whoever is there (as with the routing table).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from appliance.casework import categories, sight
from appliance.casework.approvals import is_simple
from appliance.casework.lifecycle import Actor
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import ArticleChanged, FieldWrong, NotAllowed, NotFound
from appliance.knowledge import ranking
from appliance.knowledge.article import CODE, Article, Draft
from appliance.knowledge.article_rows import article_of, columns, draft_of
from appliance.knowledge.checking import checked
from appliance.people import roles
from appliance.people.lists import SHELL
from appliance.people.roles import Sight
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import knowledge as rows
from db import knowledge_gaps as gap_rows
from db import people, tokens
from db.search import fold, terms
from db.store import Reads, Store, Transaction


@dataclass(frozen=True, slots=True)
class Before:
    """What an article said until somebody changed it."""

    version: int
    written_at: datetime
    who: str
    draft: Draft


class Articles:
    """Any thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        *,
        today: Callable[[], date | None],
    ) -> None:
        """`today` is None while the box does not know the day."""
        self._store, self._clock, self._audit, self._today = store, clock, audit, today

    # --- reading ---

    def get(self, article_id: int, user: User) -> Article:
        """Raises NotFound, also for what this user may not read."""
        row = rows.article(self._store, article_id)
        if row is None:
            raise NotFound
        article = self._article(row)
        if not _may_read(article.draft, user):
            raise NotFound
        return article

    def of_class(self, user: User, *, group: str = "", kind: str = "") -> list[Article]:
        """Those of a class of categories, or all; expired ones behind the others."""
        return self._readable(rows.articles(self._store, categories=_leaves(group), kind=kind), user)

    def search(self, user: User, query: str, *, group: str = "", kind: str = "") -> list[Article]:
        """Those with all the words; the name of a category or its initials find what is filed there as well."""
        words = terms(query)
        found = {row["id"]: row for row in rows.with_all(self._store, words, categories=_leaves(group), kind=kind)}
        leaf = categories.keys_typed().get(query.strip().casefold())
        if leaf is not None:
            found |= {row["id"]: row for row in rows.articles(self._store, categories=(leaf,))}
        kept = [
            article
            for article in self._readable(list(found.values()), user)
            if (not group or categories.group_of(article.category) == group) and (not kind or article.kind == kind)
        ]
        titles = {each.id: fold(f"{each.draft.zh.title}\n{each.draft.en.title}") for each in kept}
        in_title = {each for each, title in titles.items() if all(word in title for word in words)}
        return ranking.of_search(kept, in_title)

    def offered(self, user: User, *, category: str = "", text: str = "") -> list[Article]:
        """The few that fit a form that is being filled in."""
        found = {row["id"]: row for row in rows.articles(self._store, categories=(category,))} if category else {}
        found |= {row["id"]: row for row in rows.with_any(self._store, text[:600].split())}
        return ranking.of_form(self._readable(list(found.values()), user), category=category, text=text)

    def before(self, article_id: int, user: User) -> tuple[Before, ...]:
        """What it said, the newest first, as far as this user could have read it then. Raises NotFound."""
        self.get(article_id, user)
        said = (
            Before(
                row["version"],
                from_utc_text(row["written_at"]),
                row["who"] or "",
                draft_of(json.loads(row["columns"])),
            )
            for row in rows.before(self._store, article_id)
        )
        return tuple(each for each in said if _may_read(each.draft, user))

    def may_write(self, user: User) -> bool:
        return may_write(self._store, user)

    def must_write(self, user: User) -> None:
        """Raises NotAllowed for who would be refused on saving."""
        must_write(self._store, user)

    def _readable(self, found: list[sqlite3.Row], user: User) -> list[Article]:
        articles = [self._article(row) for row in found]
        return sorted((each for each in articles if _may_read(each.draft, user)), key=lambda each: each.is_expired)

    def _article(self, row: sqlite3.Row) -> Article:
        return article_of(row, self._today())

    # --- writing ---

    def write(
        self, draft: Draft, by: User, *, article_id: int | None = None, version: int = 0, gap_id: int | None = None,
        token: str = "",
    ) -> int:  # fmt: skip
        """Add an article, or change the one with this id; returns its id. `gap_id` is the question that it answers.

        Raises FieldWrong, NotAllowed, NotFound, ArticleChanged where somebody saved it since `version`.
        """
        draft = checked(draft)
        scoped = tokens.scoped("article", token)
        with self._store.transaction() as tx:
            must_write(tx, by)
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return int(made_before)
            was = None if article_id is None else rows.article(tx, article_id)
            if article_id is not None and was is None:
                raise NotFound
            if was is not None and was["version"] != version:
                raise ArticleChanged(code=was["code"], who=was["who"] or "", at=from_utc_text(was["changed_at"]))
            made = self.put(tx, draft, was, by)
            at = utc_text(self._clock.now())
            if gap_id is not None and gap_rows.close(tx, gap_id, "closed", article_id=made, at=at, by=by.id):
                self._audit.write(tx, "article_gap_closed", "article_gap", gap_id, by)
            tokens.remember(tx, scoped, at, by.id, str(made))
            return made

    def put(self, tx: Transaction, draft: Draft, was: sqlite3.Row | None, by: User | None) -> int:
        """One article that is checked already, in the caller's transaction. Unchanged it stays as it is."""
        self._must_have_unit(tx, draft)
        draft = replace(draft, code=draft.code or (was["code"] if was is not None else _next_code(tx)))
        other = rows.by_code(tx, draft.code)
        if other is not None and (was is None or other["id"] != was["id"]):
            raise FieldWrong("code", "Another article has this code.")
        values, at = columns(draft), utc_text(self._clock.now())
        if was is None:
            made = rows.add(tx, values, at=at, by=by.id if by else None)
        else:
            made = int(was["id"])
            if was["retired_at"] is None and all(was[name] == value for name, value in values.items()):
                return made
            rows.change(tx, was, values, at=at, by=by.id if by else None)
        action = "article_added" if was is None else "article_changed"
        said = tuple(str(value) for value in values.values())
        self._audit.write(tx, action, "article", made, by, role="" if by else SHELL, words=said)
        return made

    def retire(self, article_id: int, by: User, *, version: int) -> None:
        """No longer found or offered. Raises NotAllowed, NotFound, ArticleChanged."""
        with self._store.transaction() as tx:
            must_write(tx, by)
            was = rows.article(tx, article_id)
            if was is None:
                raise NotFound
            if was["retired_at"] is not None:
                return
            if was["version"] != version:
                raise ArticleChanged(code=was["code"], who=was["who"] or "", at=from_utc_text(was["changed_at"]))
            rows.retire(tx, was, utc_text(self._clock.now()))
            self._audit.write(tx, "article_retired", "article", article_id, by)

    def rebuild_search(self) -> int:
        """Fill the index anew; the number of articles in it."""
        with self._store.transaction() as tx:
            return rows.rebuild(tx)

    def _must_have_unit(self, tx: Transaction, draft: Draft) -> None:
        if draft.department_id is not None:
            unit = people.department(tx, draft.department_id)
            if unit is None or unit["disabled_at"] is not None:
                raise FieldWrong("department_id", "There is no such department.")


def _leaves(group: str) -> tuple[str, ...] | None:
    """The categories of a class; None: no class is meant."""
    return tuple(row.key for row in categories.categories() if row.group.key == group) if group else None


def may_write(reads: Reads, by: User) -> bool:
    actor = roles.row(by.role).actor
    return actor is Actor.LEAD or (actor is Actor.OPERATOR and is_simple(reads))


def must_write(reads: Reads, by: User) -> None:
    """Raises NotAllowed."""
    if not may_write(reads, by):
        raise NotAllowed


def _may_read(draft: Draft, user: User) -> bool:
    if sight.is_desk(user):
        return True
    is_own = draft.department_id is not None and draft.department_id == user.department_id
    return roles.row(user.role).tickets is Sight.OWN and (draft.is_public or is_own)


def _next_code(tx: Transaction) -> str:
    """The first of its form that nobody has."""
    row = tx.row("SELECT coalesce(max(id), 0) AS n FROM article")
    number = int(row["n"]) + 1 if row else 1
    while rows.by_code(tx, CODE % number) is not None:
        number += 1
    return CODE % number
