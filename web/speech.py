"""Says moments and the office's errors in the language, zone and moment of this request."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, g

from appliance.errors import FieldWrong, OfficeError
from web import current, language, moments


def speaker() -> moments.Speaker:
    """`now` is the same all over one page."""
    if "speaker" not in g:
        now = current.office().clock.now()
        g.speaker = moments.Speaker(now, current_app.extensions["zone"], language.gettext, language.ngettext)
    found: moments.Speaker = g.speaker
    return found


def say(trouble: OfficeError) -> str:
    """An error as a sentence. A gap may hold a moment or another error; a `reason` is itself a message id."""
    if isinstance(trouble, FieldWrong):
        message, gaps = str(trouble.fields["reason_id"]), trouble.fields["reason_fields"]
        return language.gettext(message, **_said(gaps if isinstance(gaps, dict) else {}))
    return language.gettext(trouble.message, **_said(trouble.fields))


def _said(gaps: dict[str, object]) -> dict[str, object]:
    return {name: _one(name, value) for name, value in gaps.items()}


def _one(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return speaker().when(value)
    if isinstance(value, OfficeError):
        return say(value)
    return language.gettext(str(value)) if name == "reason" else value
