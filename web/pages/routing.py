"""The routing table: who handles what where. Rows that a consultation proposed are accepted or refused here."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework import categories, routing_table
from appliance.casework.routing_rules import Rule
from appliance.errors import FieldWrong, NotFound
from appliance.people.lists import lines_of
from web import access, current, forms, suggested, words

bp = Blueprint("routing", __name__, url_prefix="/settings/routing")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("")
def put() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().routing.put(_typed(form), current.user())
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("routing.page", done="saved"))


@bp.post("/list")
def take_list() -> tuple[str, int] | BaseResponse:
    """A whole list at once, as a spreadsheet saves it."""
    sent = request.files.get("file")
    try:
        lines = lines_of(sent.read() if sent else b"", routing_table.COLUMNS)
        current.office().routing.import_rows(lines, current.user())
    except FieldWrong as wrong:
        return _page(wrong, MultiDict({"list": "routing"})), 422
    return redirect(url_for("routing.page", done="imported"))


@bp.post("/<int:rule_id>/<what>")
def turn(rule_id: int, what: str) -> BaseResponse:
    """Accept or refuse a proposed row, or take one out of the table."""
    routing, by = current.office().routing, current.user()
    try:
        if what == "accept":
            routing.accept(rule_id, by, anywhere=request.form.get("anywhere") == "yes")
        elif what == "refuse":
            routing.refuse(rule_id, by)
        else:
            routing.end(rule_id, by)
    except NotFound:  # pressed twice, or somebody was faster: the table shows how it stands now
        return redirect(url_for("routing.page"))
    return redirect(access.local_path(request.form.get("next", url_for("routing.page", done="saved"))))


def _typed(form: MultiDict[str, str]) -> Rule:
    typed = forms.text(form, "category")
    lead = forms.text(form, "lead")
    if not lead:
        raise FieldWrong("lead", "Please choose a department.")
    return Rule(
        0,
        categories.keys_typed().get(typed.casefold(), typed),
        forms.text(form, "class"),
        forms.text(form, "town"),
        forms.text(form, "keyword"),
        None if lead == routing_table.TOWNSHIP else forms.number(form, "lead"),
        forms.numbers(form, "co"),
        forms.text(form, "basis"),
        "table",
        forms.text(form, "valid_from"),
    )


def _page(wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office, asked = current.office(), request.args
    category = categories.keys_typed().get(asked.get("try_category", "").casefold(), "")
    tried = category or asked.get("try_text", "")
    found = office.routing.suggest(category, asked.get("try_town", ""), asked.get("try_text", "")) if tried else ()
    units = office.departments.all()
    return render_template(
        "routing/page.html",
        rules=office.routing.rules(),
        proposed=office.routing.rules("proposed"),
        departments=units,
        unit_of={unit.id: unit for unit in units},
        groups=categories.groups(),
        towns=office.places.towns(),
        class_name=lambda key: words.name_of(categories.groups(), key),
        tried=bool(tried),
        found=tuple(suggested.spoken(each) for each in found),
        columns=routing_table.COLUMNS,
        wrong=wrong,
        typed=typed or MultiDict(),
    )
