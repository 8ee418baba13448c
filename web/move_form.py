"""What was typed in the form of a step on a ticket's page, as the office takes it."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from appliance.casework import grounds, lifecycle
from appliance.casework.orders import Given
from web import current, doors, forms, speech


def given(form: MultiDict[str, str], key: str) -> Given:
    """What was typed in a move's form. Raises FieldWrong."""
    user = current.user()
    is_for_unit = lifecycle.is_for_unit(key) and user.role in doors.DESK
    is_own_part = key in lifecycle.CO_MOVES.values() and not is_for_unit
    given = Given(
        department_id=user.department_id if is_own_part else forms.number(form, "department_id"),
        co_department_ids=forms.numbers(form, "co_department_ids"),
        text=forms.text(form, "text"),
        reason=forms.text(form, "reason"),
        where=forms.text(form, "where"),
        ground=_ground(form, key),
        rating=forms.number(form, "rating"),
        days=forms.number(form, "days"),
        other_no=forms.ticket_no(form, "other_no") if forms.text(form, "other_no") else None,
        contacted=forms.perhaps(form, "contacted"),
        result=forms.text(form, "result"),
        happened_at=forms.moment(form, "happened_at", speech.speaker().zone),
        for_unit=is_for_unit,
        override=form.get("override") == "yes",
        level=forms.number(form, "level"),
    )
    return {**given, **_article(form, key)}


def _article(form: MultiDict[str, str], key: str) -> Given:
    """Answered with an article: what it says, unless somebody wrote other words."""
    article_id = forms.number(form, "article_id") if key == "answer" else None
    if article_id is None:
        return Given()
    text = forms.text(form, "text") or current.office().knowledge.consults.said(article_id, current.user())
    return Given(text=text, article_id=article_id, texts_article=form.get("texts_article") == "yes")


def _ground(form: MultiDict[str, str], key: str) -> str:
    """Whoever writes where the citizen was sent has answered so."""
    if key == "answer":
        return grounds.OTHER_NUMBER if forms.text(form, "where") else ""
    return forms.text(form, "ground") if key == "reject" else ""
