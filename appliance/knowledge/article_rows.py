"""An article as a row of db/knowledge.py, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from appliance.clock import from_utc_text
from appliance.knowledge.article import LANGUAGES, Article, Draft, Words


def columns(draft: Draft) -> dict[str, Any]:
    """As db/knowledge.py keeps it."""
    facts: dict[str, Any] = {
        "code": draft.code,
        "kind": draft.kind,
        "category": draft.category,
        "department_id": draft.department_id,
        "valid_to_on": draft.valid_to.isoformat() if draft.valid_to else None,
        "is_public": int(draft.is_public),
    }
    spoken = {"zh": draft.zh, "en": draft.en}
    return facts | {
        f"{name}_{language}": text for language, words in spoken.items() for name, text in asdict(words).items()
    }


def draft_of(row: sqlite3.Row | Mapping[str, Any]) -> Draft:
    zh, en = (Words(*(row[f"{field.name}_{language}"] for field in fields(Words))) for language in LANGUAGES)
    return Draft(
        zh,
        en,
        code=row["code"],
        kind=row["kind"],
        category=row["category"],
        department_id=row["department_id"],
        valid_to=date.fromisoformat(row["valid_to_on"]) if row["valid_to_on"] else None,
        is_public=bool(row["is_public"]),
    )


def article_of(row: sqlite3.Row, today: date | None) -> Article:
    """`today` is None while nobody knows it: nothing counts as expired then."""
    draft = draft_of(row)
    return Article(
        id=row["id"],
        draft=draft,
        version=row["version"],
        changed_at=from_utc_text(row["changed_at"]),
        who=row["who"] or "",
        unit_code=row["unit_code"] or "",
        unit_zh=row["unit_zh"] or "",
        unit_en=row["unit_en"] or "",
        used=row["used"],
        is_expired=today is not None and draft.valid_to is not None and draft.valid_to < today,
        is_retired=row["retired_at"] is not None,
    )
