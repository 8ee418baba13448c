"""Text messages: boxes, the talk with one number, filing to tickets, and what became of our own."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from web import current, forms, ids, speech
from web.words import BOXES

bp = Blueprint("messages", __name__, url_prefix="/messages")


@bp.get("")
def page() -> str:
    return render_template("messages/page.html", **_rows())


@bp.get("/rows")
def rows() -> str:
    return render_template("messages/_rows.html", **_rows())


@bp.get("/with/<any('in', out):direction>/<int:message_id>")
def thread(direction: str, message_id: int) -> str:
    """The talk with the number of this message; numbers themselves never stand in an address."""
    return _thread(current.office().messages.number_of(direction, message_id))


@bp.post("/write")
def write() -> BaseResponse:
    form = request.form
    number, text = forms.text(form, "number"), forms.text(form, "text")
    messages = current.office().messages
    try:
        outbox_id = messages.write(
            number, text, current.user(), ticket_no=forms.number(form, "ticket_no"), token=forms.text(form, "token")
        )
    except FieldWrong as wrong:
        return make_response(_thread(number, wrong, text), 422)
    return redirect(url_for("messages.thread", direction="out", message_id=outbox_id, done="texted"))


@bp.post("/count")
def count() -> str:
    """How many parts a text takes, while it is typed (on a ticket's page the field is called `sms`)."""
    text = forms.text(request.form, "text") or forms.text(request.form, "sms")
    return render_template("messages/_count.html", segments=current.office().messages.segments(text))


@bp.post("/in/<int:sms_id>/file")
def file(sms_id: int) -> BaseResponse:
    try:
        no = forms.ticket_no(request.form)
        current.office().messages.file(sms_id, no, current.user())
    except FieldWrong as wrong:
        page_ = render_template("messages/page.html", **_rows(), wrong=wrong, wrong_id=sms_id, typed=request.form)
        return make_response(page_, 422)
    return _after("filed")


@bp.post("/in/<int:sms_id>/ticket")
def new_ticket(sms_id: int) -> BaseResponse:
    no = current.office().messages.new_ticket(sms_id, current.user())
    return redirect(url_for("tickets.edit", no=no))


@bp.post("/in/<int:sms_id>/handled")
def handled(sms_id: int) -> BaseResponse:
    current.office().messages.handled(sms_id, current.user(), with_older="older" in request.form)
    return _after("handled")


@bp.post("/out/<int:outbox_id>/resend")
def resend(outbox_id: int) -> BaseResponse:
    current.office().messages.resend(outbox_id, current.user())
    return _after("resent")


@bp.post("/out/<int:outbox_id>/give-up")
def give_up(outbox_id: int) -> BaseResponse:
    current.office().messages.give_up(outbox_id, current.user())
    return _after("given-up")


def _rows() -> dict[str, object]:
    wanted = request.values.get("box", "desk")
    box = wanted if wanted in BOXES else "desk"
    before = request.args.get("before", type=ids.whole)
    found = current.office().messages.rows(box=box, before=before)
    return {"found": found, "box": box, "boxes": BOXES, "before": before}


def _thread(number: str, wrong: FieldWrong | None = None, typed: str = "") -> str:
    return render_template(
        "messages/thread.html",
        number=number,
        rows=current.office().messages.thread(number),
        trouble=speech.say(wrong) if wrong else "",
        typed=typed,
    )


def _after(done: str) -> BaseResponse:
    return redirect(url_for("messages.page", box=request.form.get("box", "desk"), done=done))
