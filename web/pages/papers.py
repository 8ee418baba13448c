"""Papers that came back: found by the number on them, entered with their photo or scan; and attachments handed out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, TicketChanged
from appliance.intake.papers import PaperForm
from web import current, forms, slip_words, uploads

bp = Blueprint("papers", __name__)


@bp.app_context_processor
def for_other_pages() -> dict[str, object]:
    """What templates/papers/_on_ticket.html needs on the page of a ticket."""
    return {
        "slip_words": slip_words,
        "files_of_ticket": lambda row: current.office().paper.attachments.of_ticket(row.id, current.user()),
        "slips_of_ticket": lambda row: current.office().paper.slips.units(row.no, current.user()),
    }


@bp.get("/papers")
def find() -> str | BaseResponse:
    """By the number on the slip: typed, or read by a scanner that types it."""
    wrong = None
    if request.args.get("ticket_no", ""):
        try:
            no = forms.ticket_no(request.args)
            current.office().tickets.row(no, current.user())
            return redirect(url_for("papers.page", no=no))
        except FieldWrong as trouble:
            wrong = trouble
    return render_template("papers/find.html", wrong=wrong, typed=request.args.get("ticket_no", ""))


@bp.get("/tickets/<int:no>/paper")
def page(no: int) -> str:
    return _page(no, PaperForm())


@bp.post("/tickets/<int:no>/paper")
def enter(no: int) -> BaseResponse:
    form = request.form
    written = PaperForm(
        what=forms.text(form, "what"),
        text=forms.text(form, "text"),
        result=forms.text(form, "result"),
        contacted=forms.text(form, "contacted"),
        happened_at=forms.text(form, "happened_at"),
        department_id=forms.number(form, "department_id"),
        days=forms.number(form, "days"),
    )
    papers, version, token = current.office().paper.papers, forms.number(form, "version") or 0, form.get("token", "")
    try:
        papers.enter(no, written, uploads.files(), current.user(), version=version, token=token)
    except FieldWrong as wrong:
        return make_response(_page(no, written, wrong), 422)
    except TicketChanged as changed:
        return make_response(_page(no, written, changed), 409)
    return redirect(
        url_for("tickets.page", no=no, done="paper-entered", sent=forms.text(form, "draft"), _anchor="next")
    )


@bp.get("/attachments/<int:attachment_id>")
def attachment(attachment_id: int) -> Response:
    """A picture for the page; anything else only as a file to be kept. Its type is what its bytes say."""
    found = current.office().paper.attachments.open(attachment_id, current.user())
    answer = make_response(found.data)
    answer.headers["Content-Type"] = found.file.content_type
    manner = "inline" if found.file.is_picture else "attachment"
    answer.headers["Content-Disposition"] = f'{manner}; filename="{found.name}"'
    return answer


@bp.post("/attachments/<int:attachment_id>/erase")
def erase(attachment_id: int) -> BaseResponse:
    no = current.office().paper.attachments.erase(attachment_id, current.user())
    return redirect(url_for("papers.page", no=no, done="attachment-erased"))


def _page(no: int, form: PaperForm, trouble: FieldWrong | TicketChanged | None = None) -> str:
    office, user = current.office(), current.user()
    return render_template(
        "papers/page.html",
        page=office.paper.papers.page(no, user),
        units=office.paper.slips.units(no, user),
        form=form,
        trouble=trouble,
        names=slip_words,
    )
