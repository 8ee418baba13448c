"""Asking citizens how it was handled: whom to call, and the board of those who are not satisfied yet."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework.survey_views import SurveyForm
from appliance.errors import FieldWrong
from web import current, follow_words, forms

bp = Blueprint("survey", __name__, url_prefix="/survey")


@bp.get("")
def page() -> str:
    return _page()


@bp.get("/rows")
def rows() -> str:
    return render_template("survey/_rows.html", **_shown())


@bp.post("/<int:no>/call")
def call(no: int) -> BaseResponse:
    office, user = current.office(), current.user()
    office.calls.dial(office.tickets.row(no, user).phone, user, ticket_no=no)
    return redirect(url_for("survey.page", done="dialled", _anchor=f"survey-{no}"))


@bp.post("/<int:no>/result")
def record(no: int) -> BaseResponse:
    form = request.form
    heard = SurveyForm(
        result=forms.text(form, "result"),
        contacted=forms.perhaps(form, "contacted"),
        solved=forms.perhaps(form, "solved"),
        attitude=forms.number(form, "attitude"),
        rating=forms.number(form, "rating"),
        words=forms.text(form, "words"),
    )
    try:
        current.office().follow_up.survey.record(no, heard, current.user(), token=forms.text(form, "token"))
    except FieldWrong as wrong:
        return make_response(_page(no, wrong, form), 422)
    return redirect(url_for("survey.page", done="surveyed", sent=forms.text(form, "draft")))


@bp.post("/<int:no>/decision")
def decide(no: int) -> BaseResponse:
    form = request.form
    try:
        current.office().follow_up.survey_desk.decide(
            no,
            forms.text(form, "decision"),
            current.user(),
            reason=forms.text(form, "reason"),
            rating=forms.number(form, "rating"),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return make_response(_page(no, wrong, form), 422)
    return redirect(url_for("survey.page", done="decided", sent=forms.text(form, "draft")))


def _page(no: int | None = None, wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    return render_template("survey/page.html", **_shown(no, wrong, typed))


def _shown(
    no: int | None = None, wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None
) -> dict[str, object]:
    """`wrong` is about the ticket `no` alone; what was typed there stays."""
    return {
        "survey": current.office().follow_up.survey_desk.page(current.user()),
        "names": follow_words,
        "wrong_no": no,
        "wrong": wrong,
        "typed": typed if typed is not None else MultiDict(),
    }
