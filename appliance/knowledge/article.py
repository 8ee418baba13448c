"""One article as the office reads it, and what an article must be. Pure.

It says the same in Chinese and in English; where a language has no title, all its words are the other's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from appliance.bilingual import said_in
from appliance.casework import categories, forms
from appliance.clock import from_utc_text
from appliance.errors import FieldWrong

LANGUAGES = ("zh", "en")
# policy: law or rule. guide: how a thing is done. checklist: papers of an agency item. contact: number or place.
# notice: of a season. refusal: what is said where nothing is accepted. emergency: what is said in danger.
KINDS = ("policy", "guide", "checklist", "contact", "notice", "refusal", "emergency")
CODE, LONGEST_CODE = "K%04d", 12
LONGEST_SMS = 70  # one part in Chinese (appliance/outreach/segments.py)
LONGEST = {"title": 60, "answer": 2000, "sms": LONGEST_SMS, "materials": 1000, "fees": 200, "place": 300}
ONE_LINE = frozenset({"title", "sms", "fees"})
NEEDED = ("title", "answer")


@dataclass(frozen=True, slots=True)
class Words:
    """What it says in one language. `answer` is read out on the telephone, `sms` fits into one text message."""

    title: str = ""
    answer: str = ""
    sms: str = ""
    materials: str = ""  # one paper a line
    fees: str = ""
    place: str = ""  # where, and when it is open

    @property
    def papers(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.materials.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it is typed."""

    zh: Words = Words()
    en: Words = Words()
    code: str = ""  # '' = the next one
    kind: str = "guide"
    category: str = ""
    department_id: int | None = None
    valid_to: date | None = None  # the last day it is true
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Article:
    id: int
    draft: Draft
    version: int
    changed_at: datetime
    who: str
    unit_code: str = ""
    unit_zh: str = ""
    unit_en: str = ""
    used: int = 0  # tickets answered with it
    is_expired: bool = False
    is_retired: bool = False

    @property
    def code(self) -> str:
        return self.draft.code

    @property
    def kind(self) -> str:
        return self.draft.kind

    @property
    def category(self) -> str:
        return self.draft.category

    def words(self, language: str) -> Words:
        return words_of(self.draft, language)

    def unit(self, language: str) -> str:
        return said_in(language, self.unit_zh, self.unit_en)


def words_of(draft: Draft, language: str) -> Words:
    """In this language, or all in the other."""
    first, second = (draft.en, draft.zh) if language.startswith("en") else (draft.zh, draft.en)
    return first if first.title else second


def checked(draft: Draft) -> Draft:
    """The article cleaned. Raises FieldWrong for the first field that is wrong."""
    code = "".join(draft.code.split()).upper()
    if len(code) > LONGEST_CODE:
        raise FieldWrong("code", forms.TOO_LONG, longest=LONGEST_CODE)
    if draft.kind not in KINDS:
        raise FieldWrong("kind", "Unknown kind. Use one of %(kinds)s.", kinds=", ".join(KINDS))
    if draft.category and draft.category not in categories.keys_of("category"):
        raise FieldWrong("category", forms.UNKNOWN)
    zh, en = _words_checked(draft.zh, "zh"), _words_checked(draft.en, "en")
    if zh == en == Words():
        raise FieldWrong("title_zh", forms.REQUIRED)
    return Draft(zh, en, code, draft.kind, draft.category, draft.department_id, draft.valid_to, draft.is_public)


def _words_checked(words: Words, language: str) -> Words:
    """Nothing at all, or at least a title and an answer."""
    cleaned: dict[str, str] = {}
    for field in fields(Words):
        text = forms.clean(getattr(words, field.name))
        cleaned[field.name] = " ".join(text.split()) if field.name in ONE_LINE else text
    for name, longest in LONGEST.items():
        if len(cleaned[name]) > longest:
            raise FieldWrong(f"{name}_{language}", forms.TOO_LONG, longest=longest)
    if any(cleaned.values()):
        for name in NEEDED:
            if not cleaned[name]:
                raise FieldWrong(f"{name}_{language}", forms.REQUIRED)
    return Words(**cleaned)


# --- as a row ------------------------------------------------------------------------------------------------------


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
