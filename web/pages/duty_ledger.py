"""The ledger of unclear duty, and the requests not to count a ticket in its department's figures."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, NeedsLead
from web import current, doors, forms, ids

bp = Blueprint("duty_ledger", __name__, url_prefix="/duty-ledger")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("/exclusions")
def ask() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        no = forms.ticket_no(form, "no")
        current.office().duty_ledger.ask_exclusion(no, forms.text(form, "reason"), current.user())
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("duty_ledger.page", done="asked", _anchor="exclusions"))


@bp.post("/exclusions/<int:number>")
def decide(number: int) -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().tickets.decide(
            number,
            form.get("grant") == "yes",
            current.user(),
            forms.text(form, "text"),
            token=forms.text(form, "token"),
        )
    except (FieldWrong, NeedsLead) as trouble:
        return _page(trouble, form), 422
    return redirect(url_for("duty_ledger.page", done="decided", _anchor="exclusions"))


def _page(wrong: FieldWrong | NeedsLead | None = None, typed: MultiDict[str, str] | None = None) -> str:
    """A department sees only the form: what it asks is decided by the office."""
    ledger, user = current.office().duty_ledger, current.user()
    before = request.args.get("before", type=ids.whole)
    is_desk = user.role in doors.DESK
    shown, month_wrong = None, None
    if is_desk:
        try:
            shown = ledger.month(user, request.args.get("month", ""), before)
        except FieldWrong as trouble:
            shown, month_wrong = ledger.month(user), trouble
    return render_template(
        "duty_ledger/page.html",
        ledger=shown,
        exclusions=ledger.exclusions(user) if is_desk else (),
        wrong=wrong or month_wrong,
        typed=typed or MultiDict(),
    )
