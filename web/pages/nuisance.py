"""Callers who keep the line busy for nothing: who is held off, since when, until when, and by whose decision."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, NotFound
from appliance.people.nuisance import LABELS, LONGEST_DAYS, MOST_A_DAY
from web import current, forms

bp = Blueprint("nuisance", __name__, url_prefix="/citizens/nuisance")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("")
def put() -> BaseResponse:
    form = request.form
    try:
        current.office().nuisance.put(
            forms.text(form, "number"),
            forms.text(form, "level"),
            current.user(),
            reason=forms.text(form, "reason"),
            days=forms.number(form, "days"),
            per_day=forms.number(form, "per_day"),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return make_response(_page(wrong), 422)
    return redirect(url_for("nuisance.page", done="saved"))


@bp.post("/<int:number>/decide")
def decide(number: int) -> BaseResponse:
    nuisance, grant = current.office().nuisance, request.form.get("grant") == "yes"
    return _done(lambda: nuisance.decide(number, current.user(), grant=grant))


@bp.post("/<int:number>/lift")
def lift(number: int) -> BaseResponse:
    return _done(lambda: current.office().nuisance.lift(number, current.user()))


def _done(act: Callable[[], object]) -> BaseResponse:
    """Who comes second, or presses twice, is shown how it stands now."""
    try:
        act()
    except NotFound:
        return redirect(url_for("nuisance.page"))
    return redirect(url_for("nuisance.page", done="saved"))


def _page(wrong: FieldWrong | None = None) -> str:
    return render_template(
        "nuisance/page.html",
        found=current.office().nuisance.rows(current.user()),
        levels=LABELS,
        longest_days=LONGEST_DAYS,
        most_a_day=MOST_A_DAY,
        wrong=wrong,
        typed=request.form,
    )
