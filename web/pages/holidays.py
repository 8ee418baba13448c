"""The holidays of a year and days of the office's own: typed or from a file, looked at, then entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance import csv_lines
from appliance.errors import FieldWrong, NotFound
from appliance.limits import notice
from appliance.limits.notice import Break, NoticeWrong
from appliance.limits.workdays import CalendarDay
from web import current, forms
from web.marks import N_

bp = Blueprint("holidays", __name__, url_prefix="/settings/calendar")

FIRST_YEAR, LAST_YEAR = 2004, 2100


@bp.get("")
def page() -> str:
    asked = forms.number(request.args, "year")
    return _page(_year(asked if asked is not None else current.office().limits.holidays.this_year()))


@bp.post("/notice")
def notice_entered() -> tuple[str, int] | str | BaseResponse:
    """Show what the typed lines would change; enter them if exactly these were looked at before."""
    holidays, form = current.office().limits.holidays, request.form
    year = _year(forms.number(form, "year"))
    try:
        days = notice.days_of(year, notice.breaks_of(_lines(form)))
        preview = holidays.preview_notice(year, days)
        if form.get("do") == "save" and form.get("seen") == preview.seen:
            change = holidays.enter_notice(year, days, current.user())
            return redirect(url_for("holidays.change", number=change.id, done="calendar-changed"))
    except NoticeWrong as refused:
        wrong = FieldWrong(f"line-{refused.line}", refused.reason, **refused.fields)
        return _page(year, wrong=wrong, typed=form), 422
    except FieldWrong as wrong:
        return _page(year, wrong=wrong, typed=form), 422
    return _page(year, typed=form, preview=preview)


@bp.post("/file")
def file() -> tuple[str, int] | str:
    """Fill the form with the lines of a file: nothing is entered by that."""
    sent = request.files.get("file")
    try:
        year, days = notice.read_csv(csv_lines.lines_in(sent.read() if sent is not None else b""))
    except FieldWrong as wrong:
        return _page(current.office().limits.holidays.this_year(), wrong=wrong), 422
    except NoticeWrong as refused:
        unreadable = FieldWrong("file", refused.reason, **refused.fields)
        return _page(current.office().limits.holidays.this_year(), wrong=unreadable), 422
    return _page(_year(year), typed=_typed(notice.breaks_from(days)))


@bp.post("/own")
def own() -> tuple[str, int] | str | BaseResponse:
    """A day of the office's own: looked at, entered, dropped."""
    holidays, form = current.office().limits.holidays, request.form
    year = holidays.this_year()
    try:
        on = _day(forms.text(form, "day_on"))
        year = _year(on.year)
        if form.get("do") == "drop":
            change = holidays.drop_own(on, current.user())
            return redirect(url_for("holidays.change", number=change.id, done="calendar-changed"))
        name = forms.text(form, "name")
        day = CalendarDay(on, form.get("is_workday") == "1", "", name, name)
        preview = holidays.preview_own(day)
        if form.get("do") == "save" and form.get("seen") == preview.seen:
            change = holidays.enter_own(day, current.user())
            return redirect(url_for("holidays.change", number=change.id, done="calendar-changed"))
    except FieldWrong as wrong:
        return _page(year, wrong=wrong, own=form), 422
    return _page(year, own=form, own_preview=preview)


@bp.get("/changes/<int:number>")
def change(number: int) -> str:
    holidays = current.office().limits.holidays
    found = next((each for each in holidays.changes() if each.id == number), None)
    if found is None:
        raise NotFound
    return render_template("holidays/change.html", change=found, moves=holidays.moved_by(number))


def _page(
    year: int,
    *,
    wrong: FieldWrong | None = None,
    typed: MultiDict[str, str] | None = None,
    preview: Any = None,
    own: MultiDict[str, str] | None = None,
    own_preview: Any = None,
) -> str:
    holidays = current.office().limits.holidays
    found = holidays.year(year)
    return render_template(
        "holidays/page.html",
        year=found,
        this_year=holidays.this_year(),
        lines=range(1, notice.MOST_LINES + 1),
        typed=typed if typed is not None else _typed(found.breaks),
        preview=preview,
        own=own if own is not None else MultiDict(),
        own_preview=own_preview,
        own_days=holidays.own_days(),
        changes=holidays.changes(),
        wrong=wrong,
    )


def _typed(breaks: Sequence[Break]) -> MultiDict[str, str]:
    """The lines of the form for these breaks."""
    shown: MultiDict[str, str] = MultiDict()
    for number, row in enumerate(breaks[: notice.MOST_LINES], 1):
        shown[f"name-{number}"] = row.name
        shown[f"first-{number}"] = row.first.isoformat() if row.first else ""
        shown[f"last-{number}"] = row.last.isoformat() if row.last else ""
        shown[f"worked-{number}"] = " ".join(day.isoformat() for day in row.worked)
    return shown


def _lines(form: MultiDict[str, str]) -> list[dict[str, str]]:
    numbers = range(1, notice.MOST_LINES + 1)
    return [{name: forms.text(form, f"{name}-{number}") for name in notice.COLUMNS} for number in numbers]


def _year(number: int | None) -> int:
    if number is None or not FIRST_YEAR <= number <= LAST_YEAR:
        raise NotFound
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldWrong("day_on", N_("Please choose a day.")) from None
