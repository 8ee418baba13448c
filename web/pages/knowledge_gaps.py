"""Questions that no article answers: the list, asking one, what the department writes, and how one ends."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from web import current, forms, ids, words

bp = Blueprint("knowledge_gaps", __name__, url_prefix="/knowledge/gaps")


@bp.get("")
def page() -> str:
    return _page()


@bp.get("/ask")
def ask_form() -> str:
    """From a ticket, a search without hits, or beside a form."""
    no = request.args.get("ticket", type=ids.whole)
    row = current.office().tickets.row(no, current.user()) if no is not None else None
    typed = {
        "ticket": row.number if row else "",
        "question": row.title if row else forms.text(request.args, "q"),
        "category": words.category_name(row.category) if row and row.category else "",
    }
    return _ask(MultiDict(typed))


@bp.post("/ask")
def ask() -> tuple[str, int] | BaseResponse:
    form, category = request.form, forms.text(request.form, "category")
    try:
        current.office().knowledge.gaps.ask(
            forms.text(form, "question"),
            current.user(),
            department_id=forms.number(form, "department_id"),
            category=words.typed_keys()["category"].get(category.casefold(), category),
            ticket_no=forms.ticket_no(form, "ticket") if forms.text(form, "ticket") else None,
            token=forms.text(form, "token"),
        )
    except FieldWrong as wrong:
        return _ask(form, wrong), 422
    return redirect(url_for("knowledge_gaps.page", done="gap-asked", sent=forms.text(form, "draft")))


@bp.post("/<int:gap_id>/answer")
def answer(gap_id: int) -> tuple[str, int] | BaseResponse:
    try:
        current.office().knowledge.gaps.answer(gap_id, forms.text(request.form, "answer"), current.user())
    except FieldWrong as wrong:
        return _page(gap_id, wrong, request.form), 422
    return redirect(url_for("knowledge_gaps.page", done="gap-answered"))


@bp.post("/<int:gap_id>/close")
def close(gap_id: int) -> tuple[str, int] | BaseResponse:
    try:
        is_dropped = request.form.get("then") == "drop"
        code = "" if is_dropped else forms.text(request.form, "code")
        current.office().knowledge.gaps.close(gap_id, current.user(), code=code, is_dropped=is_dropped)
    except FieldWrong as wrong:
        return _page(gap_id, wrong, request.form), 422
    return redirect(url_for("knowledge_gaps.page", done="gap-closed"))


def _page(tried: int | None = None, wrong: FieldWrong | None = None, typed: MultiDict[str, str] | None = None) -> str:
    office, user = current.office(), current.user()
    return render_template(
        "knowledge/gaps.html",
        gaps=office.knowledge.gaps.all(user),
        ended=office.knowledge.gaps.all(user, is_open=False),
        may_write=office.knowledge.articles.may_write(user),
        tried=tried,
        wrong=wrong,
        typed=typed or MultiDict(),
    )


def _ask(typed: MultiDict[str, str], wrong: FieldWrong | None = None) -> str:
    departments = current.office().departments.all()
    return render_template("knowledge/ask.html", typed=typed, wrong=wrong, departments=departments)
