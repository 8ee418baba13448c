"""Calls: the ring pop that stands on every page, what can be done with a call, and the list of all calls."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from web import current, forms, ids

bp = Blueprint("calls", __name__, url_prefix="/calls")


@bp.get("")
def page() -> str:
    return render_template("calls/page.html", **_list())


@bp.get("/rows")
def rows() -> str:
    return render_template("calls/_rows.html", **_list())


@bp.get("/ringing")
def ringing() -> str:
    return _panel()


@bp.post("/<int:call_id>/take")
def take(call_id: int) -> BaseResponse:
    """'I have it': the call form opens beside whatever is on the page."""
    current.office().calls.take(call_id, current.user())
    if not current.is_fragment():
        return redirect(url_for("tickets.new", call=call_id))
    return _panel_after(open_form_of=call_id)


@bp.post("/<int:call_id>/release")
def release(call_id: int) -> BaseResponse:
    """One's own call, or nobody's; a colleague's only where the page has asked first."""
    of_others = forms.text(request.form, "of_others") == "yes"
    current.office().calls.release(call_id, current.user(), of_others=of_others)
    return _after("released")


@bp.post("/<int:call_id>/missed")
def missed(call_id: int) -> BaseResponse:
    current.office().calls.missed(call_id, current.user())
    return _after("missed")


@bp.post("/<int:call_id>/keys")
def press(call_id: int) -> BaseResponse:
    """Keys for a menu at the other end."""
    current.office().during_calls.press(call_id, forms.text(request.form, "keys"), current.user())
    return _after("pressed", pressed_in=call_id)


@bp.post("/<int:call_id>/lifted")
def lifted(call_id: int) -> BaseResponse:
    """The handset is up: the box, which dialled, lets go of the line."""
    current.office().during_calls.lifted(call_id, current.user())
    return _after("lifted")


@bp.post("/<int:call_id>/record")
def record(call_id: int) -> BaseResponse:
    current.office().during_calls.record(call_id, current.user())
    return _after("recording")


@bp.post("/<int:call_id>/record/stop")
def stop_recording(call_id: int) -> BaseResponse:
    current.office().during_calls.stop_recording(call_id, current.user())
    return _after("recording-ended")


@bp.post("/<int:call_id>/rate")
def rate(call_id: int) -> BaseResponse:
    """The box asks the caller how it was, and hangs up."""
    current.office().during_calls.ask_rating(call_id, current.user())
    return _after("rating-asked")


@bp.post("/<int:call_id>/number")
def name_caller(call_id: int) -> BaseResponse:
    """Who it is, where the network told nobody."""
    current.office().during_calls.name_caller(call_id, forms.text(request.form, "number"), current.user())
    return _after("named")


@bp.post("/dial")
def dial() -> BaseResponse:
    current.office().calls.dial(
        forms.text(request.form, "number"), current.user(), ticket_no=forms.number(request.form, "ticket_no")
    )
    return _after("dialled")


def _list() -> dict[str, object]:
    outcome, before = request.args.get("outcome", ""), request.args.get("before", type=ids.whole)
    return {"found": current.office().calls.rows(before=before, outcome=outcome), "outcome": outcome, "before": before}


def _panel(**more: int) -> str:
    return render_template("calls/_ringing.html", ringing=current.office().calls.board(current.user()), **more)


def _panel_after(**more: int) -> BaseResponse:
    """The panel as the answer to a deed. It names its place anew: news may have replaced the one that was pressed."""
    response = make_response(_panel(**more))
    response.headers["HX-Retarget"] = "#ringing"
    return response


def _after(done: str, **more: int) -> BaseResponse:
    return _panel_after(**more) if current.is_fragment() else redirect(url_for("desk.page", done=done))
