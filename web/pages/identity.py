"""Who stands behind a pseudonym, shown once and never alone; and the code an anonymous citizen asks with."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, OfficeError
from appliance.people.vault import Identity
from web import current, forms

bp = Blueprint("identity", __name__, url_prefix="/tickets/<int:no>/identity")


@bp.get("")
def page(no: int) -> str:
    return _page(no)


@bp.post("/password")
def with_password(no: int) -> BaseResponse:
    form = request.form
    try:
        shown = current.office().reveal.with_password(
            no,
            current.user(),
            reason=forms.text(form, "reason"),
            name=forms.text(form, "second"),
            password=form.get("password", ""),
            address=request.remote_addr or "",
        )
    except FieldWrong as wrong:
        return make_response(_page(no, wrong=wrong), 422)
    return make_response(_page(no, shown=shown))


@bp.post("/ask")
def ask(no: int) -> BaseResponse:
    try:
        access_id = current.office().reveal.ask_leader(no, forms.text(request.form, "reason"), current.user())
    except FieldWrong as wrong:
        return make_response(_page(no, wrong=wrong), 422)
    return make_response(_page(no, access_id=access_id))


@bp.post("/code")
def with_code(no: int) -> BaseResponse:
    access_id = forms.number(request.form, "access") or 0
    try:
        shown = current.office().reveal.with_code(no, access_id, forms.text(request.form, "code"), current.user())
    except OfficeError as refused:
        return make_response(_page(no, access_id=access_id, wrong=FieldWrong("code", refused.message)), 422)
    return make_response(_page(no, shown=shown))


@bp.post("/query-code")
def query_code(no: int) -> str:
    return _page(no, code=current.office().asking_codes.new(no, current.user()))


def _page(
    no: int, *, shown: Identity | None = None, access_id: int = 0, wrong: FieldWrong | None = None, code: str = ""
) -> str:
    office, user = current.office(), current.user()
    return render_template(
        "identity/page.html",
        row=office.tickets.row(no, user),
        can_be_shown=office.reveal.can(no, user),
        accesses=office.reveal.accesses(no, user),
        shown=shown,
        access_id=access_id,
        wrong=wrong,
        reason=forms.text(request.form, "reason"),
        second=forms.text(request.form, "second"),
        code=code,
    )
