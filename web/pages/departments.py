"""The departments and their people, and the county's towns: who handles tickets, when, and how they are reached."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework.unit_hours_changes import HoursPreview
from appliance.errors import FieldWrong
from appliance.people import departments, places
from appliance.people.departments import Department
from appliance.people.handlers import POWERS, Duties
from appliance.people.lists import lines_of
from appliance.people.places import Place
from web import current, forms
from web.marks import N_

bp = Blueprint("departments", __name__, url_prefix="/settings/departments")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("")
def add() -> tuple[str, int] | BaseResponse:
    try:
        made = current.office().departments.put(_typed(0), current.user())
    except FieldWrong as wrong:
        return _page(wrong, request.form), 422
    return redirect(url_for("departments.one", department_id=made.id, done="saved"))


@bp.post("/list")
def take_list() -> tuple[str, int] | BaseResponse:
    """A whole list at once, as a spreadsheet saves it."""
    try:
        lines = lines_of(_file(), departments.COLUMNS)
        current.office().departments.import_rows(lines, current.user())
    except FieldWrong as wrong:
        return _page(wrong, MultiDict({"list": "departments"})), 422
    return redirect(url_for("departments.page", done="imported"))


@bp.get("/<int:department_id>")
def one(department_id: int) -> str:
    return _one(department_id)


@bp.post("/<int:department_id>")
def change(department_id: int) -> tuple[str, int] | str | BaseResponse:
    """Saved at once, unless other hours move what the department has in hand: that is shown first."""
    office, form = current.office(), request.form
    try:
        typed = _typed(department_id)
        preview = office.limits.unit_hours.preview(department_id, typed.hours)
        if preview.count and form.get("seen") != preview.seen:
            return _one(department_id, typed=form, preview=preview)
        office.departments.put(typed, current.user())
    except FieldWrong as wrong:
        return _one(department_id, wrong, form), 422
    return redirect(url_for("departments.one", department_id=department_id, done="saved"))


@bp.get("/<int:department_id>/hours/<int:number>")
def hours_change(department_id: int, number: int) -> str:
    """What a change of its hours moved."""
    office = current.office()
    found, moves = office.limits.unit_hours.change(department_id, number)
    unit = office.departments.get(department_id)
    return render_template("departments/hours_change.html", unit=unit, change=found, moves=moves)


@bp.post("/<int:department_id>/disable")
def disable(department_id: int) -> tuple[str, int] | BaseResponse:
    try:
        current.office().departments.disable(department_id, current.user())
    except FieldWrong as wrong:
        return _one(department_id, wrong, request.form), 422
    return redirect(url_for("departments.page", done="saved"))


@bp.post("/<int:department_id>/people")
def add_person(department_id: int) -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().departments.add_handler(
            department_id, forms.text(form, "handler"), forms.text(form, "phone"), current.user()
        )
    except FieldWrong as wrong:
        return _one(department_id, wrong, form), 422
    return redirect(url_for("departments.one", department_id=department_id, done="saved"))


@bp.post("/<int:department_id>/people/<int:handler_id>")
def set_duties(department_id: int, handler_id: int) -> tuple[str, int] | BaseResponse:
    form = request.form
    duties = Duties(
        tuple(power for power in POWERS if form.get(f"may_{power}") == "yes"),
        form.get("is_leader") == "yes",
        forms.number(form, "rank") or 0,
        forms.number(form, "backup_id"),
        forms.text(form, "handler_hours"),
    )
    try:
        current.office().departments.set_duties(handler_id, duties, current.user())
    except FieldWrong as wrong:
        return _one(department_id, wrong, form), 422
    return redirect(url_for("departments.one", department_id=department_id, done="saved"))


@bp.post("/<int:department_id>/people/<int:handler_id>/disable")
def disable_person(department_id: int, handler_id: int) -> BaseResponse:
    current.office().departments.disable_handler(handler_id, current.user())
    return redirect(url_for("departments.one", department_id=department_id, done="saved"))


# --- towns and villages ---


@bp.get("/places")
def towns() -> str:
    return _towns()


@bp.post("/places")
def put_place() -> tuple[str, int] | BaseResponse:
    form = request.form
    typed = Place(*(forms.text(form, name) for name in places.COLUMNS))
    try:
        current.office().places.put(typed, current.user())
    except FieldWrong as wrong:
        return _towns(wrong, form), 422
    return redirect(url_for("departments.towns", done="saved"))


@bp.post("/places/list")
def take_places() -> tuple[str, int] | BaseResponse:
    try:
        current.office().places.import_rows(lines_of(_file(), places.COLUMNS), current.user())
    except FieldWrong as wrong:
        return _towns(wrong, MultiDict({"list": "places"})), 422
    return redirect(url_for("departments.towns", done="imported"))


@bp.post("/places/<key>/disable")
def disable_place(key: str) -> BaseResponse:
    current.office().places.disable(key, current.user())
    return redirect(url_for("departments.towns", done="saved"))


def _typed(department_id: int) -> Department:
    """What was typed; a department's code is chosen once."""
    form = request.form
    code = current.office().departments.get(department_id).code if department_id else forms.text(form, "code")
    return Department(
        department_id,
        code,
        forms.text(form, "name_zh"),
        forms.text(form, "name_en"),
        forms.text(form, "kind"),
        forms.text(form, "duties"),
        forms.text(form, "hours"),
        wants_slip=form.get("wants_slip") == "yes",
    )


def _file() -> bytes:
    """The list that was sent. Raises FieldWrong."""
    sent = request.files.get("file")
    raw = sent.read() if sent else b""
    if not raw:
        raise FieldWrong("file", N_("Choose a file."))
    return raw


def _page(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office = current.office()
    found = tuple((unit, office.departments.people(unit.id)) for unit in office.departments.all())
    return render_template(
        "departments/page.html", found=found, kinds=departments.KINDS, wrong=wrong, typed=typed or MultiDict(),
        columns=departments.COLUMNS + departments.MORE,
    )  # fmt: skip


def _one(
    department_id: int,
    wrong: FieldWrong | None = None,
    typed: MultiDict[str, str] | None = None,
    preview: HoursPreview | None = None,
) -> str:
    office = current.office()
    return render_template(
        "departments/one.html",
        unit=office.departments.get(department_id),
        preview=preview,
        hours_changes=office.limits.unit_hours.changes(department_id),
        people=office.departments.people(department_id),
        kinds=departments.KINDS,
        powers=POWERS,
        wrong=wrong,
        typed=typed or MultiDict(),
    )


def _towns(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    known = current.office().places.all()
    villages = {town.code: tuple(p for p in known if p.parent == town.code) for town in known if not town.parent}
    return render_template(
        "departments/towns.html",
        towns=tuple(place for place in known if not place.parent),
        villages=villages,
        columns=places.COLUMNS,
        wrong=wrong,
        typed=typed or MultiDict(),
    )
