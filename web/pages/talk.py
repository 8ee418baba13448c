"""The test call: how a person speaks on a line, proven both ways before the box answers there."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import NotFound
from web import current, forms

bp = Blueprint("talk", __name__, url_prefix="/lines/<line>/talk")


@bp.get("")
def page(line: str) -> str:
    return render_template("lines/talk.html", **_now(line))


@bp.get("/state")
def state(line: str) -> str:
    return render_template("lines/_talk.html", **_now(line))


@bp.post("/begin")
def begin(line: str) -> BaseResponse:
    current.office().talk_paths.begin(line, current.user())
    return redirect(url_for("talk.page", line=line))


@bp.post("/pick-up")
def pick_up(line: str) -> BaseResponse:
    """Answer the test call that rings on this line now."""
    current.office().calls.pick_up_test(line, current.user())
    return redirect(url_for("talk.page", line=line))


@bp.post("/judge")
def judge(line: str) -> BaseResponse:
    """Both sides have said whether they heard each other."""
    heard = {name: forms.text(request.form, name) == "yes" for name in ("caller_hears", "office_hears")}
    current.office().talk_paths.judge(line, current.user(), **heard)
    return redirect(url_for("talk.page", line=line, done="tested"))


@bp.post("/give-up")
def give_up(line: str) -> BaseResponse:
    current.office().talk_paths.give_up(line)
    return redirect(url_for("talk.page", line=line))


def _now(line: str) -> dict[str, object]:
    office = current.office()
    card = next((card for card in office.lines.cards() if card.name == line), None)
    if card is None:
        raise NotFound
    # The state of the call is all that is shown: who calls is nothing a technician may see.
    states = [call.state for call in office.calls.board() if call.line == line and call.direction == "in"]
    return {
        "line": card,
        "test": office.talk_paths.test(line),
        "call_state": next((word for word in ("talking", "ringing", "ended") if word in states), ""),
        "levels": office.talk_paths.levels(line),
    }
