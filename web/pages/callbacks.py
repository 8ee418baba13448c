"""Whom the office owes a call, by due time: dial, and say how it went."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from web import current, forms

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")


@bp.get("")
def page() -> str:
    office = current.office()
    waiting = office.follow_up.survey_desk.waiting()
    return render_template("callbacks/page.html", rows=office.callbacks.rows(), survey_waiting=waiting)


@bp.get("/rows")
def rows() -> str:
    return render_template("callbacks/_rows.html", rows=current.office().callbacks.rows())


@bp.post("/<int:callback_id>/call")
def call(callback_id: int) -> BaseResponse:
    current.office().callbacks.call(callback_id, current.user())
    return redirect(url_for("callbacks.page", done="dialled"))


@bp.post("/<int:callback_id>/result")
def record(callback_id: int) -> BaseResponse:
    result, note, token = (forms.text(request.form, name) for name in ("result", "note", "token"))
    current.office().callbacks.record(callback_id, result, current.user(), note=note, token=token)
    return redirect(url_for("callbacks.page", done="recorded"))
