"""Consultations on whose duty a matter is: who was asked, what they say, the decision, what the table learns of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework.opinions import CHANNELS, OPINIONS
from appliance.errors import FieldWrong, NeedsLead, TicketChanged
from web import current, forms, ids, suggested

bp = Blueprint("conferences", __name__, url_prefix="/conferences")

Trouble = FieldWrong | NeedsLead | TicketChanged


@bp.get("")
def page() -> str:
    conferences, user = current.office().conferences, current.user()
    before = request.args.get("before", type=ids.whole)
    return render_template(
        "conferences/page.html", running=conferences.open(user), over=conferences.latest(user, before)
    )


@bp.get("/<int:no>")
def one(no: int) -> str:
    return _one(no)


@bp.post("/<int:no>/ask")
def ask(no: int) -> tuple[str, int] | BaseResponse:
    try:
        current.office().conferences.ask(no, forms.numbers(request.form, "department_id"), current.user())
    except FieldWrong as wrong:
        return _one(no, wrong), 422
    return redirect(url_for("conferences.one", no=no, done="saved"))


@bp.post("/<int:no>/opinion")
def opine(no: int) -> tuple[str, int] | BaseResponse:
    form = request.form
    unit = forms.number(form, "department_id") or 0
    try:
        current.office().conferences.opinions.write_down(
            no,
            unit,
            forms.text(form, "opinion"),
            forms.text(form, "words"),
            current.user(),
            channel=forms.text(form, "channel"),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _one(no, wrong, form), 422
    return redirect(url_for("conferences.one", no=no, done="saved"))


@bp.post("/<int:no>/decide")
def decide(no: int) -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().tickets.move(
            no,
            "decide",
            current.user(),
            version=forms.number(form, "version") or 0,
            token=forms.text(form, "token"),
            department_id=forms.number(form, "department_id"),
            co_department_ids=forms.numbers(form, "co_department_ids"),
            text=forms.text(form, "text"),
        )
    except (FieldWrong, NeedsLead, TicketChanged) as trouble:
        return _one(no, trouble, form), 409 if isinstance(trouble, TicketChanged) else 422
    return redirect(url_for("conferences.one", no=no, done="decided"))


def _one(no: int, wrong: Trouble | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office, user = current.office(), current.user()
    found = office.conferences.of_ticket(no, user)
    return render_template(
        "conferences/one.html",
        row=office.tickets.row(no, user),
        content=office.tickets.page(no, user).form.content,
        found=found,
        now=next((each for each in found if each.state == "open"), None),
        suggested=tuple(suggested.spoken(each) for each in office.conferences.suggestions(no, user)),
        departments=office.departments.all(),
        opinions=OPINIONS,
        channels=CHANNELS,
        wrong=wrong,
        typed=typed or MultiDict(),
    )
