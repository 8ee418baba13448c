"""Notices to the citizens of a place or a class: written, shown with what they cost, sent, and what came of them."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from appliance.outreach.citizen_notices import CitizenNoticeForm, CitizenNotices, Preview
from web import current, forms, ids

bp = Blueprint("citizen_notices", __name__, url_prefix="/notices")


@bp.get("")
def page() -> str:
    return _page(CitizenNoticeForm())


@bp.post("")
def send() -> BaseResponse:
    """First it is shown what sending means; only a second press sends, and to exactly as many as were shown."""
    form = request.form
    written = _written()
    try:
        if form.get("do") != "send":
            return make_response(_page(written, preview=_notices().preview(written, current.user())))
        expected = forms.number(form, "expected") or 0
        notice_id = _notices().send(written, expected, current.user(), token=forms.text(form, "token"))
    except FieldWrong as wrong:
        return make_response(_page(written, wrong), 422)
    return redirect(
        url_for("citizen_notices.one", notice_id=notice_id, done="notice-sent", sent=forms.text(form, "draft"))
    )


@bp.get("/<int:notice_id>")
def one(notice_id: int) -> str:
    return render_template("citizen_notices/one.html", notice=_notices().get(notice_id, current.user()))


@bp.post("/<int:notice_id>/cancel")
def cancel(notice_id: int) -> BaseResponse:
    _notices().cancel(notice_id, current.user())
    return redirect(url_for("citizen_notices.one", notice_id=notice_id, done="saved"))


def _notices() -> CitizenNotices:
    return current.office().paper.citizen_notices


def _written() -> CitizenNoticeForm:
    form = request.form
    return CitizenNoticeForm(
        text=forms.text(form, "text"),
        town=forms.text(form, "town"),
        category=forms.text(form, "category"),
        days=forms.number(form, "days"),
    )


def _page(form: CitizenNoticeForm, wrong: FieldWrong | None = None, preview: Preview | None = None) -> str:
    found, more = _notices().some(current.user(), request.args.get("before", type=ids.whole))
    return render_template(
        "citizen_notices/page.html",
        found=found,
        more=more,
        form=form,
        wrong=wrong,
        preview=preview,
        towns=current.office().places.towns(),
    )
