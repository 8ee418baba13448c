"""The schema's own rules: strict tables, and words about people only where they can be erased."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.migrations import ERASABLE
from db.store import Store

# Text columns outside the erasable tables, and what stands in them. Whoever adds one says here what it is.
MOMENTS = re.compile(r"(.*_)?(at|on)$")
KEYS_OF_TABLES_AND_SETTINGS = {
    "agency_item.state", "agency_move.move", "agency_move.from_state", "agency_move.to_state",
    "meta.key", "meta.value", "setting.name", "setting.value", "boot.version",
    "department.code", "department.kind", "user.role", "user.language", "session.token_digest",
    "sign_in_attempt.name_key", "sign_in_attempt.address_key", "form_token.token", "form_token.answer",
    "calendar_day.source", "calendar_change.version", "calendar_change.what", "due_change.what",
    "audit.role", "audit.action", "audit.entity", "audit.digest", "audit.previous", "audit.hash",
    "call.line", "call.direction", "call.outcome", "call.end_reason",
    "callback.reason", "callback.result",
    "ticket.source", "ticket.status", "ticket.type", "ticket.category", "ticket.urgency", "ticket.line",
    "ticket.close_reason", "ticket.close_ground", "ticket_move.ground",
    "ticket.due_basis", "ticket.town", "ticket.upper_no",
    "ticket_note.kind", "ticket_note.state", "assignment.state", "assignment.due_basis",
    "ticket_move.move", "ticket_move.from_status", "ticket_move.to_status", "ticket_move.actor",
    "assignment.role", "assignment.channel", "assignment.result",
    "request.kind", "request.state", "request.given", "ticket_merge.status_before",
    "reminder.mark", "reminder.kind", "reminder.line",
    "sms_in.line", "sms_in.identity", "sms_in.kind", "sms_in.word", "sms_in.outcome",
    "outbox.idem_key", "outbox.purpose", "outbox.preferred_line", "outbox.line", "outbox.state", "outbox.error",
    "outbox_part.line", "outbox_part.report", "pin_try.digest", "pin_try.line",
    "talk_path_test.line", "talk_path_test.talk_path", "talk_path_test.audio_device", "talk_path_test.handset_device",
    "forwarding.line", "forwarding.reason",
    "voice_profile.line", "voice_profile.identity", "voice_profile.profile", "voice_profile.evidence",
    "voice_profile.telephone_evidence", "voice_profile.stopped", "caller_id_test.line", "caller_id_test.id",
    "prompt.key", "prompt.line", "prompt.state", "prompt.source", "prompt.program",
    "recording.name", "recording.format", "recording.kind", "recording.sha256", "recording.wrapped_key",
    "recording.state", "recording.ending",
    "call_flow.line", "call_flow.plan", "announcement_period.line", "call_flow_step.step", "call_flow_step.detail",
    "place.code", "place.parent", "place.initials", "department.hours",
    "routing_rule.category", "routing_rule.class", "routing_rule.town", "routing_rule.source", "routing_rule.state",
    "conference.state", "conference_unit.opinion", "conference_unit.channel", "duty_entry.kind", "duty_entry.outcome",
    "emergency_call.line", "emergency_call.outcome",
    "survey.state", "survey.outcome", "survey.method", "survey_rating.actor", "unsatisfied.how",
    "supervision.mark", "supervision.reason", "supervision.state",
    "emergency.kind", "emergency.source", "emergency.state", "emergency.service",
    "emergency_step.role", "emergency_step.phone_key", "emergency_step.via",
    "group_event.mark", "group_event.class", "group_event.town",
    "sms_question.kind", "sms_question.answer", "own_text.key", "own_text.language",
    "attachment.name", "attachment.kind", "attachment.content_type", "attachment.sha256", "attachment.wrapped_key",
    "ticket.query_key", "identity_number.number_key", "identity_access.method", "nuisance.level", "nuisance.state",
    "unit_notice.kind", "unit_notice_to.channel", "citizen_notice.town", "citizen_notice.category",
    "article.code", "article.kind", "article.category", "article_gap.category", "article_gap.state",
}  # fmt: skip
OF_THE_OFFICE_ITSELF = {  # names of units and of people who work here, no citizens
    "agency_service.name_zh", "agency_service.name_en", "agency_service.materials",
    "department.name_zh", "department.name_en", "user.name", "user.display_name", "user.password_hash",
    "calendar_day.name", "forwarding.number", "prompt.words", "prompt.sound",
    "announcement.title", "announcement.words", "own_text.text", "place.name_zh", "place.name_en",
    "department.duties", "routing_rule.keyword", "routing_rule.basis", "article_before.columns",
    *(f"article.{word}_{language}" for language in ("zh", "en")
      for word in ("title", "answer", "sms", "materials", "fees", "place")),
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "hotline.db")
    yield opened
    opened.close()


def tables(store: Store) -> dict[str, str]:
    found = store.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'ticket_search%'"
        " AND name NOT LIKE 'article_search%'"
        " AND name NOT LIKE '_sqlite%' AND name NOT LIKE 'sqlite%'"
    )
    return {row["name"]: row["sql"] for row in found}


def text_columns(store: Store, names: set[str]) -> set[str]:
    return {
        f"{table}.{column['name']}"
        for table in names
        for column in store.rows(f"PRAGMA table_info({table})")
        if column["type"] in {"TEXT", "BLOB", "ANY"} and not MOMENTS.match(column["name"])
    }


def test_every_table_is_strict(store: Store) -> None:
    assert [name for name, sql in tables(store).items() if not sql.rstrip().endswith("STRICT")] == []


def test_every_erasable_table_exists(store: Store) -> None:
    assert set(ERASABLE) <= set(tables(store))


def test_free_text_stands_in_erasable_tables_only(store: Store) -> None:
    outside = text_columns(store, set(tables(store)) - set(ERASABLE))
    assert outside - KEYS_OF_TABLES_AND_SETTINGS - OF_THE_OFFICE_ITSELF == set()


def test_the_list_of_columns_has_no_leftovers(store: Store) -> None:
    outside = text_columns(store, set(tables(store)) - set(ERASABLE))
    assert (KEYS_OF_TABLES_AND_SETTINGS | OF_THE_OFFICE_ITSELF) - outside == set()


def test_the_rule_about_free_text_would_see_a_new_column(store: Store) -> None:
    with store.transaction() as tx:
        tx.execute("ALTER TABLE call ADD COLUMN remark TEXT")
    assert "call.remark" in text_columns(store, set(tables(store)) - set(ERASABLE))


@pytest.mark.parametrize("index", ["ticket_search", "article_search"])
def test_the_search_index_keeps_no_copy_of_the_words(store: Store, index: str) -> None:
    sql = store.rows("SELECT sql FROM sqlite_master WHERE name = ?", (index,))[0]["sql"]
    assert "content = ''" in sql
    assert "detail = none" in sql


@pytest.mark.parametrize("table", ["audit", "ticket_move"])
def test_history_can_only_grow(store: Store, table: str) -> None:
    names = [
        row["name"]
        for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
    ]
    assert {name.rsplit("_", 1)[1] for name in names} == {"u", "d", "r"}


def test_opening_an_up_to_date_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hotline.db"
    Store(path).close()
    before = sqlite3.connect(path).execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    Store(path).close()
    assert sqlite3.connect(path).execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == before
