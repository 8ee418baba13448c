"""Announcements to everybody who rings: on and off in one click, with their effect on repeat calls."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, OfficeError
from web import current, forms

bp = Blueprint("announcements", __name__, url_prefix="/announcements")


@bp.get("")
def page() -> str:
    return _draw()


@bp.post("")
def add() -> BaseResponse | tuple[str, int]:
    """A new one; its sound is recorded next."""
    title, words = forms.text(request.form, "title"), forms.text(request.form, "words")
    try:
        token = forms.text(request.form, "token")
        made = current.office().announcements.add(title, words, current.user(), token=token)
    except FieldWrong as wrong:
        return _draw(wrong=wrong, title=title, words_typed=words), 422
    return redirect(url_for("prompts.one", key=f"announcement:{made}"))


@bp.post("/<int:number>/change")
def change(number: int) -> BaseResponse | tuple[str, int]:
    title, words = forms.text(request.form, "title"), forms.text(request.form, "words")
    try:
        current.office().announcements.change(number, title, words, current.user())
    except FieldWrong as wrong:
        return _draw(wrong=wrong, changing=number, title=title, words_typed=words), 422
    return redirect(url_for("announcements.page", done="saved"))


@bp.post("/<int:number>/on")
def switch_on(number: int) -> BaseResponse | tuple[str, int]:
    try:
        current.office().announcements.switch_on(number, forms.text(request.form, "line"), current.user())
    except OfficeError as trouble:
        return _draw(trouble=trouble), 409
    return redirect(url_for("announcements.page", done="announced"))


@bp.post("/off")
def switch_off() -> BaseResponse:
    current.office().announcements.switch_off(forms.text(request.form, "line"), current.user())
    return redirect(url_for("announcements.page", done="announced-no-more"))


@bp.post("/<int:number>/retire")
def retire(number: int) -> BaseResponse | tuple[str, int]:
    try:
        current.office().announcements.retire(number, current.user())
    except OfficeError as trouble:
        return _draw(trouble=trouble), 409
    return redirect(url_for("announcements.page"))


def _draw(
    *,
    wrong: FieldWrong | None = None,
    trouble: OfficeError | None = None,
    changing: int = 0,
    title: str = "",
    words_typed: str = "",
) -> str:
    announcements = current.office().announcements
    return render_template(
        "announcements/page.html",
        announcements=announcements.all(),
        periods=announcements.periods(),
        lines=announcements.lines,
        wrong=wrong,
        trouble=trouble,
        changing=changing,
        title=title,
        words_typed=words_typed,
    )
