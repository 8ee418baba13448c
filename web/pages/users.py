"""Who may sign in: leads add people, reset passwords, close accounts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from appliance.people.roles import Role
from web import current, forms

bp = Blueprint("users", __name__, url_prefix="/settings/users")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("")
def add() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().users.add(
            forms.text(form, "name"),
            forms.text(form, "role"),
            form.get("password", ""),
            display_name=forms.text(form, "display_name"),
            department_id=forms.number(form, "department_id"),
            by=current.user(),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("users.page", done="user-added"))


@bp.post("/<name>/reset")
def reset(name: str) -> tuple[str, int] | BaseResponse:
    try:
        form = request.form
        current.office().users.reset(name, form.get("password", ""), current.user(), token=forms.text(form, "token"))
    except FieldWrong as wrong:
        return _page(wrong, MultiDict({"reset": name})), 422
    return redirect(url_for("users.page", done="user-reset"))


@bp.post("/<name>/disable")
def disable(name: str) -> BaseResponse:
    current.office().users.disable(name, current.user())
    return redirect(url_for("users.page", done="user-disabled"))


def _page(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office = current.office()
    return render_template(
        "users/page.html",
        users=office.users.all(),
        departments=office.departments.all(),
        roles=tuple(Role),
        wrong=wrong,
        typed=typed or MultiDict(),
    )
