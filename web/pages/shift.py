"""The shift: who is on duty, what is handed over, seats for a day, and when nobody was there."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from appliance.people import seats
from appliance.people.roles import Role
from appliance.people.roster import LABELS, MOST_WEEKS
from web import current, forms
from web.marks import N_

bp = Blueprint("shift", __name__, url_prefix="/shift")

SHOWN_DAYS = 14
GAPS_DAYS = 31

ON_ROSTER = (Role.OPERATOR, Role.LEAD, Role.LEADER)  # the box's technician and a department have duties of their own


@bp.get("")
def page() -> str:
    return _page()


@bp.post("/handover")
def hand_over() -> tuple[str, int] | BaseResponse:
    try:
        made = current.office().handovers.hand_over(
            forms.text(request.form, "note"), current.user(), token=forms.text(request.form, "token")
        )
    except FieldWrong as wrong:
        return _page(wrong, request.form), 422
    return redirect(url_for("shift.sheet", number=made))


@bp.get("/handover/<int:number>")
def sheet(number: int) -> str:
    return render_template("shift/sheet.html", handover=current.office().handovers.get(number), wrong=None)


@bp.post("/handover/<int:number>/take")
def take_over(number: int) -> tuple[str, int] | BaseResponse:
    handovers = current.office().handovers
    try:
        handovers.take_over(number, current.user())
    except FieldWrong as wrong:
        return render_template("shift/sheet.html", handover=handovers.get(number), wrong=wrong), 422
    return redirect(url_for("shift.sheet", number=number))


@bp.post("/duty")
def add_duty() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().roster.add(
            forms.text(form, "role"),
            _moment(form, "starts_at"),
            _moment(form, "ends_at"),
            current.user(),
            name=forms.text(form, "name"),
            phone=forms.text(form, "phone"),
            user_id=forms.number(form, "user_id"),
            weeks=forms.number(form, "weeks") or 1,
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("shift.page", done="saved", _anchor="roster"))


@bp.post("/duty/<int:number>/remove")
def remove_duty(number: int) -> BaseResponse:
    current.office().roster.remove(number, current.user())
    return redirect(url_for("shift.page", done="saved", _anchor="roster"))


@bp.post("/seat")
def open_seat() -> tuple[str, int]:
    """Its word is shown once, on the answer itself: it is in no address and in no history."""
    form = request.form
    try:
        seat = current.office().seats.open(
            forms.text(form, "shown_as"),
            forms.number(form, "hours") or 0,
            current.user(),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return _page(seat=seat), 200


def _page(
    wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None, seat: seats.Seat | None = None
) -> str:
    office = current.office()
    now = office.clock.now()
    return render_template(
        "shift/page.html",
        now_sheet=office.handovers.sheet(),
        handovers=office.handovers.all(),
        duties=office.roster.between(now, now + timedelta(days=SHOWN_DAYS)),
        on_duty=[duty for role in LABELS if (duty := office.roster.now(role))],
        gaps=office.unattended.gaps(now - timedelta(days=GAPS_DAYS)),
        open_seats=office.seats.open_ones(),
        users=[user for user in office.users.all() if not user.is_disabled and user.role in ON_ROSTER],
        roles=LABELS,
        lengths=seats.LENGTHS_H,
        most_weeks=MOST_WEEKS,
        seat=seat,
        wrong=wrong,
        typed=typed or MultiDict(),
    )


def _moment(form: MultiDict[str, str], name: str) -> datetime:
    """A local time as the browser's field gives it. Raises FieldWrong."""
    try:
        found = datetime.fromisoformat(forms.text(form, name))
    except ValueError:
        raise FieldWrong(name, N_("Write a day and a time, such as 2026-11-23 18:00.")) from None
    return found.replace(tzinfo=current_app.extensions["zone"]) if found.tzinfo is None else found
