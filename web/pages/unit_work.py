"""A department's own pages: what it has in hand, one ticket with what may be done, what it is asked and
has to acknowledge."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework.opinions import OPINIONS
from appliance.errors import FieldWrong, TicketChanged
from appliance.intake.from_units import UnitForm
from web import current, forms, slip_words, uploads

bp = Blueprint("unit_work", __name__, url_prefix="/unit")


@bp.get("")
def page() -> str:
    return render_template("unit_work/page.html", **_list())


@bp.get("/rows")
def rows() -> str:
    return render_template("unit_work/_list.html", **_list())


@bp.post("/opinions/<int:no>")
def opine(no: int) -> BaseResponse:
    """What the department says in a consultation on whose duty a matter is."""
    form = request.form
    opinion, words = forms.text(form, "opinion"), forms.text(form, "words")
    try:
        current.office().conferences.opinions.say(no, opinion, words, current.user(), token=forms.text(form, "token"))
    except FieldWrong as wrong:
        typed = {"no": no, "opinion": opinion, "words": words}
        return make_response(render_template("unit_work/page.html", **_list(), typed=typed, trouble=wrong), 422)
    return redirect(url_for("unit_work.page", done="unit-done", sent=forms.text(form, "draft")))


@bp.get("/<int:no>")
def one(no: int) -> str:
    return _page(no, UnitForm())


@bp.post("/<int:no>")
def act(no: int) -> BaseResponse:
    form = request.form
    written = UnitForm(
        what=forms.text(form, "what"),
        text=forms.text(form, "text"),
        result=forms.text(form, "result"),
        contacted=forms.text(form, "contacted"),
        days=forms.number(form, "days"),
    )
    work, version, token = current.office().paper.unit_work, forms.number(form, "version") or 0, form.get("token", "")
    try:
        work.act(no, written, uploads.files(), current.user(), version=version, token=token)
    except FieldWrong as wrong:
        return make_response(_page(no, written, wrong), 422)
    except TicketChanged as changed:
        return make_response(_page(no, written, changed), 409)
    return redirect(url_for("unit_work.one", no=no, done="unit-done", sent=forms.text(form, "draft")))


def _list() -> dict[str, object]:
    paper, user = current.office().paper, current.user()
    return {
        "work": paper.unit_work.work(user),
        "notices": paper.unit_notices.open_of(user),
        "asked": current.office().conferences.opinions.asked(user),
        "opinions": OPINIONS,
        "names": slip_words,
    }


def _page(no: int, form: UnitForm, trouble: FieldWrong | TicketChanged | None = None) -> str:
    found = current.office().paper.unit_work.page(no, current.user())
    return render_template("unit_work/one.html", page=found, form=form, trouble=trouble, names=slip_words)
