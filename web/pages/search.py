"""Search over all tickets, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web import current, forms, ids

bp = Blueprint("search", __name__)


@bp.get("/search")
def page() -> str:
    wanted = forms.text(request.args, "q")
    before = request.args.get("before", type=ids.whole)
    found = current.office().tickets.search(wanted, before=before, user=current.user()) if wanted else None
    return render_template("search/page.html", wanted=wanted, found=found)
