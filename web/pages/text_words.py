"""The words of text messages: who needs a code, who is a leader, how the box's own texts read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from web import current, forms

bp = Blueprint("text_words", __name__, url_prefix="/settings/words")


@bp.get("")
def page() -> str:
    return _page()


@bp.post("/codes")
def ask_for_codes() -> BaseResponse:
    current.office().words.codes.ask_for(current.user(), is_on=forms.text(request.form, "codes") == "on")
    return redirect(url_for("text_words.page", done="saved"))


@bp.post("/handler/<int:handler_id>/code")
def new_code(handler_id: int) -> str:
    """The code is shown on this page alone: it is kept nowhere, so no address can show it again."""
    code = current.office().words.codes.new_code(handler_id, current.user())
    return _page(new_code=code, new_code_of=handler_id)


@bp.post("/handler/<int:handler_id>/no-code")
def take_code(handler_id: int) -> BaseResponse:
    current.office().words.codes.take_code(handler_id, current.user())
    return redirect(url_for("text_words.page", done="saved"))


@bp.post("/leaders")
def add_leader() -> tuple[str, int] | BaseResponse:
    form = request.form
    try:
        current.office().words.leaders.add(forms.text(form, "name"), forms.text(form, "phone"), current.user())
    except FieldWrong as wrong:
        return _page(wrong, form), 422
    return redirect(url_for("text_words.page", done="saved"))


@bp.post("/leaders/<int:leader_id>/remove")
def remove_leader(leader_id: int) -> BaseResponse:
    current.office().words.leaders.remove(leader_id, current.user())
    return redirect(url_for("text_words.page", done="saved"))


@bp.get("/texts")
def texts() -> str:
    return _texts(request.args.get("language", ""))


@bp.post("/texts")
def write_text() -> tuple[str, int] | BaseResponse:
    form = request.form
    language, key = forms.text(form, "language"), forms.text(form, "key")
    text = "" if form.get("do") == "reset" else forms.text(form, "text")
    try:
        current.office().words.own_texts.set(key, language, text, current.user())
    except FieldWrong as wrong:
        return _texts(language, wrong, form), 422
    return redirect(url_for("text_words.texts", language=language, open=key, done="saved", _anchor=f"text-{key}"))


@bp.post("/texts/preview")
def preview() -> str:
    """How a text reads while it is typed, and how many parts it takes."""
    key, language, text = (forms.text(request.form, name) for name in ("key", "language", "text"))
    found = current.office().words.own_texts.preview(key, language, text)
    return render_template("text_words/_preview.html", preview=found)


def _page(
    wrong: FieldWrong | None = None,
    typed: MultiDict[str, str] | None = None,
    *,
    new_code: str = "",
    new_code_of: int = 0,
) -> str:
    office = current.office()
    return render_template(
        "text_words/page.html",
        are_codes_asked=office.words.codes.are_asked_for(),
        units=office.words.codes.holders(),
        leaders=office.words.leaders.all(),
        new_code=new_code,
        new_code_of=new_code_of,
        wrong=wrong,
        typed=typed or MultiDict(),
    )


def _texts(language: str, wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    own_texts, wanted = current.office().words.own_texts, request.args.get("q", "")
    sections = own_texts.sections(language, wanted)
    return render_template(
        "text_words/texts.html",
        sections=sections,
        q=wanted,
        opened=typed.get("key", "") if typed else request.args.get("open", ""),
        tongues=own_texts.languages(),
        chosen=language or own_texts.language,
        wrong=wrong,
        typed=typed or MultiDict(),
    )
