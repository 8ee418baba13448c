"""Notices and tasks for many departments: the list, a new one, and the table of who has acknowledged."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from appliance.outreach.notices_to_units import NoticeForm, UnitNotices
from web import current, forms, ids, slip_words

bp = Blueprint("unit_notices", __name__, url_prefix="/tasks")


@bp.get("")
def page() -> str:
    return _page(NoticeForm())


@bp.post("")
def send() -> BaseResponse:
    form = request.form
    written = NoticeForm(
        kind=forms.text(form, "kind"),
        title=forms.text(form, "title"),
        text=forms.text(form, "text"),
        due_at=forms.text(form, "due_at"),
        department_ids=tuple(form.getlist("department_ids", type=ids.whole)),
        kinds=tuple(form.getlist("kinds")),
    )
    try:
        notice_id = _notices().send(written, current.user(), token=forms.text(form, "token"))
    except FieldWrong as wrong:
        return make_response(_page(written, wrong), 422)
    return redirect(url_for("unit_notices.one", notice_id=notice_id, done="task-sent", sent=forms.text(form, "draft")))


@bp.get("/<int:notice_id>")
def one(notice_id: int) -> str:
    return _one(notice_id)


@bp.get("/<int:notice_id>/paper")
def paper(notice_id: int) -> str:
    """A sheet for each department that works on paper, or for all that have not acknowledged."""
    notice, table = _notices().page(notice_id, current.user())
    return render_template("unit_notices/paper.html", notice=notice, table=table, size="a4", names=slip_words)


@bp.post("/<int:notice_id>/remind")
def remind(notice_id: int) -> BaseResponse:
    _notices().remind(notice_id, current.user())
    return redirect(url_for("unit_notices.one", notice_id=notice_id, done="task-reminded"))


@bp.post("/<int:notice_id>/close")
def close(notice_id: int) -> BaseResponse:
    _notices().close(notice_id, current.user())
    return redirect(url_for("unit_notices.one", notice_id=notice_id, done="saved"))


@bp.post("/answers/<int:to_id>")
def write_down(to_id: int) -> BaseResponse:
    """What a department said by telephone or on paper."""
    form = request.form
    channel, text = forms.text(form, "channel"), forms.text(form, "text")
    notice_id = _notices().write_down(to_id, channel, text, current.user(), is_done=form.get("do") == "done")
    return redirect(url_for("unit_notices.one", notice_id=notice_id, done="saved"))


@bp.post("/mine/<int:to_id>")
def answer(to_id: int) -> BaseResponse:
    """A department's own word, from its page."""
    is_done = request.form.get("do") == "done"
    _notices().answer(to_id, forms.text(request.form, "text"), current.user(), is_done=is_done)
    return redirect(url_for("unit_work.page", done="unit-done"))


def _notices() -> UnitNotices:
    return current.office().paper.unit_notices


def _page(form: NoticeForm, wrong: FieldWrong | None = None) -> str:
    office = current.office()
    found, more = _notices().some(current.user(), request.args.get("before", type=ids.whole))
    units = office.departments.all()
    return render_template(
        "unit_notices/page.html", found=found, more=more, form=form, wrong=wrong, units=units, names=slip_words
    )


def _one(notice_id: int) -> str:
    notice, table = _notices().page(notice_id, current.user())
    return render_template("unit_notices/one.html", notice=notice, table=table, names=slip_words)
