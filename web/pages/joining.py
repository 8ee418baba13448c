"""Many citizens, one event: the open tickets that read like this one, ticked, and one button that joins them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from web import current, forms

bp = Blueprint("joining", __name__, url_prefix="/tickets")


@bp.get("/<int:no>/alike/offer")
def offer(no: int) -> str:
    """For the ticket's own page: how many there are."""
    found = current.office().joining.alike(no, current.user())
    return render_template("joining/_offer.html", no=no, count=len(found))


@bp.get("/<int:no>/alike")
def page(no: int) -> str:
    return _page(no)


@bp.post("/<int:no>/alike")
def join(no: int) -> tuple[str, int] | BaseResponse:
    form = request.form
    others = forms.numbers(form, "other")
    done = current.office().joining.join(no, others, current.user(), token=forms.text(form, "token"))
    if done.refused:
        return _page(no, done.refused), 409
    return redirect(url_for("tickets.page", no=no, done="joined"))


def _page(no: int, refused: tuple[int, ...] = ()) -> str:
    office, user = current.office(), current.user()
    return render_template(
        "joining/page.html", row=office.tickets.row(no, user), found=office.joining.alike(no, user), refused=refused
    )
