"""Who decides what a lead decides, and the month's list of decisions that had no second person."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from web import current, forms, ids

ONE_DAY = timedelta(days=1)

bp = Blueprint("approvals", __name__, url_prefix="/settings/approvals")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("/mode")
def mode() -> BaseResponse:
    try:
        current.office().approvals.set_mode(forms.text(request.form, "mode"), current.user())
    except FieldWrong as wrong:
        return make_response(_page(wrong), 422)
    return redirect(url_for("approvals.page", done="office-mode"))


def _page(wrong: FieldWrong | None = None) -> str:
    approvals = current.office().approvals
    this_month = approvals.this_month()
    day = _month(request.args.get("month", "")) or this_month
    found = approvals.month(day, before=request.args.get("before", type=ids.whole), by=current.user())
    return render_template(
        "approvals/page.html",
        found=found,
        earlier=(found.first_day - ONE_DAY).replace(day=1) if found.first_day > date.min else None,
        later=found.until if found.until <= this_month else None,
        is_simple=approvals.is_simple(),
        wrong=wrong,
    )


def _month(typed: str) -> date | None:
    """2026-11, or None for anything else."""
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        return None
