"""Ticking off reminders, one by one; they are shown on the desk."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from web import current

bp = Blueprint("reminders", __name__, url_prefix="/reminders")


@bp.post("/<int:reminder_id>/ack")
def ack(reminder_id: int) -> BaseResponse:
    current.office().reminders.ack(reminder_id, current.user())
    return redirect(url_for("desk.side") if current.is_fragment() else url_for("desk.page", done="acknowledged"))
