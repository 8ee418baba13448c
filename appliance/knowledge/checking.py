"""What an article must be before it is kept."""

from __future__ import annotations

from dataclasses import fields

from appliance.casework import categories, forms
from appliance.errors import FieldWrong
from appliance.knowledge.article import KINDS, LONGEST, LONGEST_CODE, Draft, Words
from appliance.outreach.segments import LAST_SINGLE

ONE_LINE = frozenset({"title", "sms", "fees"})
NEEDED = ("title", "answer")


def checked(draft: Draft) -> Draft:
    """The article cleaned. Raises FieldWrong for the first field that is wrong."""
    code = "".join(forms.clean(draft.code).split()).upper()
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
        if _length(name, cleaned[name]) > longest:
            raise FieldWrong(f"{name}_{language}", forms.TOO_LONG, longest=longest)
    if any(cleaned.values()):
        for name in NEEDED:
            if not cleaned[name]:
                raise FieldWrong(f"{name}_{language}", forms.REQUIRED)
    return Words(**cleaned)


def _length(name: str, text: str) -> int:
    """In characters; on the air an emoji takes the room of two (appliance/outreach/segments.py)."""
    return len(text) + (sum(sign > LAST_SINGLE for sign in text) if name == "sms" else 0)
