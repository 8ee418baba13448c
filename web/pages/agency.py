"""Agency items: papers taken in for a citizen, their check, their way, their end."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from web import current, forms

bp = Blueprint("agency", __name__, url_prefix="/agency")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("")
def receive() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        no = current.office().agency.receive(
            forms.number(form, "service_id") or 0,
            current.user(),
            name=forms.text(form, "name"),
            phone=forms.text(form, "phone"),
            given=_papers(form),
            note=forms.text(form, "note"),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("agency.receipt", no=no))  # what the button promised; it leads back


@bp.get("/<int:no>")
def one(no: int) -> str:
    return _one(no)


@bp.post("/<int:no>/move/<key>")
def move(no: int, key: str) -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().agency.move(
            no,
            key,
            current.user(),
            version=forms.number(form, "version") or 0,
            text=forms.text(form, "text"),
            given=_papers(form) if forms.text(form, "ticks") else None,
        )
    except FieldWrong as wrong:
        return _one(no, wrong, form, key), 422
    return redirect(url_for("agency.one", no=no))


@bp.get("/<int:no>/receipt")
def receipt(no: int) -> str:
    """What the citizen is given for the papers, to be printed on A5."""
    return render_template("agency/receipt.html", item=current.office().agency.get(no))


@bp.post("/services")
def add_service() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().agency.add_service(
            current.user(),
            name_zh=forms.text(form, "name_zh"),
            name_en=forms.text(form, "name_en"),
            department_id=forms.number(form, "department_id"),
            limit_days=forms.number(form, "limit_days"),
            materials=forms.text(form, "materials"),
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("agency.page", done="saved", _anchor="services"))


@bp.post("/services/<int:number>/retire")
def retire_service(number: int) -> BaseResponse:
    current.office().agency.retire_service(number, current.user())
    return redirect(url_for("agency.page", done="saved", _anchor="services"))


def _papers(form: MultiDict[str, str]) -> list[int]:
    return [int(place) for place in form.getlist("given") if place.isascii() and place.isdigit() and len(place) < 4]


def _page(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office = current.office()
    services = office.agency.services()
    wanted = forms.number(typed or request.args, "service_id")
    chosen = next((service for service in services if service.id == wanted), services[0] if services else None)
    return render_template(
        "agency/page.html",
        open_items=office.agency.items(),
        ended_items=office.agency.items(is_open=False),
        services=services,
        chosen=chosen,
        departments=office.departments.all(),
        wrong=wrong,
        typed=typed or MultiDict(),
    )


def _one(no: int, wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None, key: str = "") -> str:
    item = current.office().agency.get(no)
    return render_template("agency/one.html", item=item, wrong=wrong, typed=typed or MultiDict(), tried=key)
