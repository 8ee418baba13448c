"""The test call: how a person speaks on a line, proven both ways before the box answers there."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, NotFound
from web import current, forms

bp = Blueprint("talk", __name__, url_prefix="/lines/<line>/talk")

ANSWERS = ("caller_hears", "office_hears")


@bp.get("")
def page(line: str) -> str:
    return render_template("lines/talk.html", **_now(line))


@bp.get("/state")
def state(line: str) -> str:
    return render_template("lines/_talk.html", **_now(line))


@bp.get("/levels")
def levels(line: str) -> str:
    """How loud both sides are: asked each second while they speak, so it is a part of its own."""
    return render_template("lines/_levels.html", **_now(line))


@bp.get("/judgement")
def judgement(line: str) -> BaseResponse:
    """The form for the answers; nothing at all while the test of the form that asks (`test`) still goes on."""
    now = _now(line)
    shown = make_response(render_template("lines/_judge.html", **now))
    return make_response("", 204) if request.args.get("test") == now["test_ref"] else shown


@bp.post("/begin")
def begin(line: str) -> BaseResponse:
    current.office().talk_paths.begin(line, current.user())
    return redirect(url_for("talk.page", line=line))


@bp.post("/pick-up")
def pick_up(line: str) -> BaseResponse:
    """Answer the test call that rings on this line now."""
    current.office().trial_calls.pick_up(line, current.user())
    return _after(line)


@bp.post("/hang-up")
def hang_up(line: str) -> BaseResponse:
    """End the test call that this user picked up."""
    current.office().trial_calls.hang_up(line, current.user())
    return _after(line)


@bp.post("/judge")
def judge(line: str) -> BaseResponse:
    """Both sides have said whether they heard each other."""
    try:
        heard = {name: forms.yes_or_no(request.form, name) for name in ANSWERS}
    except FieldWrong as wrong:
        return make_response(render_template("lines/talk.html", wrong=wrong, typed=request.form, **_now(line)), 422)
    current.office().talk_paths.judge(line, current.user(), **heard)
    return redirect(url_for("talk.page", line=line, done="tested"))


@bp.post("/give-up")
def give_up(line: str) -> BaseResponse:
    """One's own test, or somebody else's that is old."""
    office, by = current.office(), current.user()
    test = office.talk_paths.test(line)
    office.talk_paths.give_up(line, by)
    was_own = test is None or test.is_of(by)
    return redirect(url_for("talk.page", line=line, done=None if was_own else "old-test-ended"))


def _after(line: str) -> BaseResponse:
    """What changed is drawn in its place: the answers chosen so far stay beside it."""
    if not current.is_fragment():
        return redirect(url_for("talk.page", line=line))
    response = make_response(state(line))
    response.headers["HX-Retarget"] = "#talk"
    return response


def _now(line: str) -> dict[str, object]:
    office, user = current.office(), current.user()
    card = next((card for card in office.lines.cards() if card.name == line), None)
    if card is None:
        raise NotFound
    test = office.talk_paths.test(line)
    is_mine = test is not None and test.is_of(user)
    return {
        "line": card,
        "test": test,
        "is_mine": is_mine,
        "test_ref": str(test.ref) if test is not None and is_mine else "",
        "may_give_up": test is not None and office.talk_paths.may_give_up(test, user),
        # The state of the call is all that is shown: who calls is nothing a technician may see.
        "call": office.trial_calls.on_line(line, user),
        "levels": office.talk_paths.levels(line),
    }
