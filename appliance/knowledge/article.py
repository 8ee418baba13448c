"""One article as the office reads it. Pure.

It says the same in Chinese and in English; where a language has no title, all its words are the other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appliance.bilingual import said_in

LANGUAGES = ("zh", "en")
# policy: law or rule. guide: how a thing is done. checklist: papers of an agency item. contact: number or place.
# notice: of a season. refusal: what is said where nothing is accepted. emergency: what is said in danger.
KINDS = ("policy", "guide", "checklist", "contact", "notice", "refusal", "emergency")
CODE, LONGEST_CODE = "K%04d", 12
LONGEST_SMS = 70  # one part in Chinese (appliance/outreach/segments.py)
LONGEST = {"title": 60, "answer": 2000, "sms": LONGEST_SMS, "materials": 1000, "fees": 200, "place": 300}


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
