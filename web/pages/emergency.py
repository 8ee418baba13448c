"""Dangers: what the caller is told, whom the box tells, who has confirmed, what was reported, and the log of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework import emergency_words
from appliance.casework.emergency_views import EmergencyView
from appliance.errors import FieldWrong
from web import current, follow_words, forms, words

bp = Blueprint("emergency", __name__, url_prefix="/emergency")


@bp.get("")
def page() -> str:
    return _page()


@bp.get("/open")
def rows() -> str:
    return render_template("emergency/_open.html", **_open())


@bp.get("/<int:no>")
def one(no: int) -> str:
    return _one(no)


@bp.post("/<int:no>/start")
def start(no: int) -> BaseResponse:
    form = request.form
    return _done(
        no,
        lambda: current.office().follow_up.emergencies.start(
            no, forms.text(form, "kind"), current.user(), token=forms.text(form, "token")
        ),
        "emergency-started",
    )


@bp.post("/call/<int:call_id>")
def start_in_call(call_id: int) -> BaseResponse:
    """During a call, from its card or its form: what the form holds by then goes into the draft."""
    form = request.form
    written = forms.ticket_form(form, words.typed_keys()) if "title" in form else None
    calls, user = current.office().follow_up.emergency_calls, current.user()
    no = calls.start(call_id, forms.text(form, "danger"), user, form=written)
    if not current.is_fragment():
        return redirect(url_for("emergency.one", no=no, done="emergency-started"))
    return make_response(render_template("emergency/_script.html", danger=danger_in(no)))


@bp.app_context_processor
def _in_calls() -> dict[str, object]:
    """What the card and the form of a call draw their button and their script from."""
    return {"danger_in": danger_in, "danger_kinds": emergency_words.kinds()}


def danger_in(ticket_no: int | None) -> EmergencyView | None:
    """The danger that goes on with the ticket of a call."""
    if ticket_no is None:
        return None
    danger = current.office().follow_up.emergency_views.of_ticket(ticket_no, current.user())
    return danger if danger is not None and danger.ended_at is None else None


@bp.post("/<int:no>/none")
def dismiss(no: int) -> BaseResponse:
    reason, token = (forms.text(request.form, name) for name in ("reason", "token"))
    return _done(
        no,
        lambda: current.office().follow_up.emergencies.dismiss(no, reason, current.user(), token=token),
        "emergency-none",
    )


@bp.post("/<int:no>/passed")
def pass_on(no: int) -> BaseResponse:
    service, receipt, token = (forms.text(request.form, name) for name in ("service", "receipt", "token"))
    return _done(
        no,
        lambda: current.office().follow_up.emergencies.pass_on(no, service, receipt, current.user(), token=token),
        "emergency-passed",
    )


@bp.post("/<int:no>/confirmed/<int:step_id>")
def confirm(no: int, step_id: int) -> BaseResponse:
    return _done(
        no, lambda: current.office().follow_up.emergencies.confirm(step_id, current.user()), "emergency-confirmed"
    )


@bp.post("/<int:no>/report")
def report(no: int) -> BaseResponse:
    text, token = (forms.text(request.form, name) for name in ("report", "token"))
    return _done(
        no,
        lambda: current.office().follow_up.emergencies.report(no, text, current.user(), token=token),
        "emergency-reported",
    )


@bp.post("/<int:no>/end")
def close(no: int) -> BaseResponse:
    text, token = (forms.text(request.form, name) for name in ("end", "token"))
    return _done(
        no,
        lambda: current.office().follow_up.emergencies.close(no, text, current.user(), token=token),
        "emergency-over",
    )


@bp.post("/events/<int:event_id>/end")
def end_event(event_id: int) -> BaseResponse:
    current.office().follow_up.group_events.end(event_id, current.user())
    return redirect(url_for("emergency.page", done="event-over"))


@bp.post("/contacts")
def add_contact() -> BaseResponse:
    role, name, phone = (forms.text(request.form, each) for each in ("role", "name", "phone"))
    try:
        current.office().follow_up.emergency_people.add(role, name, phone, current.user())
    except FieldWrong as wrong:
        return make_response(_page(wrong, request.form), 422)
    return redirect(url_for("emergency.page", done="saved", _anchor="contacts"))


@bp.post("/rings")
def switch_rings() -> BaseResponse:
    is_on = forms.text(request.form, "rings") == "on"
    current.office().follow_up.ring_switch.turn(current.user(), is_on=is_on)
    return redirect(url_for("emergency.page", done="saved", _anchor="contacts"))


@bp.post("/contacts/<int:contact_id>/remove")
def remove_contact(contact_id: int) -> BaseResponse:
    current.office().follow_up.emergency_people.remove(contact_id, current.user())
    return redirect(url_for("emergency.page", done="saved", _anchor="contacts"))


def _done(no: int, act: Callable[[], object], note: str) -> BaseResponse:
    """Do it and show the danger again; a wrong field is said beside it."""
    try:
        act()
    except FieldWrong as wrong:
        return make_response(_one(no, wrong, request.form), 422)
    return redirect(url_for("emergency.one", no=no, done=note, sent=forms.text(request.form, "draft")))


def _one(no: int, wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office, user = current.office(), current.user()
    return render_template(
        "emergency/one.html",
        ticket=office.tickets.row(no, user),
        danger=office.follow_up.emergency_views.of_ticket(no, user),
        kinds=emergency_words.kinds(),
        services=emergency_words.SERVICES,
        names=follow_words,
        box_rings=office.follow_up.ring_switch.is_on(),
        clock_is_right="clock" not in office.health.alarms(),
        wrong=wrong,
        typed=typed if typed is not None else MultiDict(),
    )


def _page(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office, user = current.office(), current.user()
    views = office.follow_up.emergency_views
    day = _day(request.args.get("day", ""), views.today())
    return render_template(
        "emergency/page.html",
        **_open(),
        day=day,
        today=views.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        logged=views.day(day, user),
        contacts=office.follow_up.emergency_people.contacts(),
        box_rings=office.follow_up.ring_switch.is_on(),
        kinds=emergency_words.kinds(),
        wrong=wrong,
        typed=typed if typed is not None else MultiDict(),
    )


def _open() -> dict[str, object]:
    office = current.office()
    return {
        "dangers": office.follow_up.emergency_views.open(current.user()),
        "events": office.follow_up.group_events.open(),
        "class_name": follow_words.class_name,
        "names": follow_words,
    }


def _day(wanted: str, today: date) -> date:
    """The day asked for; today if it is none, or one nobody has lived."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return today
    return day if date(2020, 1, 1) <= day <= today else today
