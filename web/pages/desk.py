"""The desk: what is there to do now. Home of operators all day; everybody else is sent to their own first page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.people.roles import Role
from web import current

bp = Blueprint("desk", __name__)

FIRST_PAGES = {
    Role.UNIT: "unit_work.page",
    Role.TECHNICIAN: "lines.page",
    Role.LEADER: "tickets.list_page",
    Role.AUDITOR: "tickets.list_page",
}


@bp.get("/")
def page() -> str | BaseResponse:
    user = current.user()
    if user.role not in (Role.OPERATOR, Role.LEAD):
        return redirect(url_for(FIRST_PAGES.get(user.role, "settings.page")))
    return render_template("desk/page.html", **_strip(), **_queue(), **_side())


@bp.get("/desk/lines")
def strip() -> str:
    return render_template("desk/_strip.html", **_strip())


@bp.get("/desk/queue")
def queue() -> str:
    return render_template("desk/_queue.html", **_queue())


@bp.get("/desk/side")
def side() -> str:
    return render_template("desk/_side.html", **_side())


def _strip() -> dict[str, object]:
    office = current.office()
    return {
        "lines": office.lines.cards(),
        "board": office.calls.board(),
        "announced": office.announcements.is_on(),
    }


def _queue() -> dict[str, object]:
    tickets = current.office().tickets
    return {"queue": tickets.queue(current.user()), "counts": tickets.counts(current.user())}


def _side() -> dict[str, object]:
    office = current.office()
    return {
        "reminders": office.reminders.open(),
        "callbacks": office.callbacks.rows(),
        "survey_waiting": office.follow_up.survey_desk.waiting(),
        "texts": office.messages.rows(box="desk", limit=20).rows,
    }
