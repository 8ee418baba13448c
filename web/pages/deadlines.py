"""Which time limits count, and who is long past them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from appliance.limits import own_preset
from appliance.limits.presets import DEFAULT, TYPES
from web import current

bp = Blueprint("deadlines", __name__, url_prefix="/settings/deadlines")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("/choose")
def choose() -> BaseResponse:
    current.office().limits.deadlines.choose(request.form.get("key", ""), current.user())
    return redirect(url_for("deadlines.page", done="limits-chosen"))


@bp.post("/own")
def own() -> tuple[str, int] | BaseResponse:
    try:
        current.office().limits.deadlines.write_own(request.form.to_dict(), current.user())
    except FieldWrong as wrong:
        return _page(wrong, request.form), 422
    return redirect(url_for("deadlines.page", done="limits-chosen"))


@bp.get("/late")
def late() -> str:
    return render_template("deadlines/late.html", rows=current.office().limits.deadlines.late())


def _page(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    deadlines = current.office().limits.deadlines
    shown = MultiDict(own_preset.as_form(deadlines.own() or deadlines.in_force))
    return render_template(
        "deadlines/page.html",
        presets=deadlines.all(),
        in_force=deadlines.in_force,
        types=TYPES,
        urgencies=tuple(DEFAULT.clock_hours),
        numbers=own_preset.SINGLE,
        next_day=own_preset.NEXT_DAY,
        typed=shown if typed is None else typed,
        wrong=wrong,
    )
