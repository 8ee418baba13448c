"""What is supervised: open papers, the gravest first, and those that have an end."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web import current, follow_words, ids, slip_words

bp = Blueprint("supervision", __name__, url_prefix="/supervision")


@bp.get("")
def page() -> str:
    return render_template("supervision/page.html", **_shown())


@bp.get("/rows")
def rows() -> str:
    return render_template("supervision/_rows.html", **_shown())


def _shown() -> dict[str, object]:
    before = request.args.get("before", type=ids.whole)
    found = current.office().follow_up.supervision.page(current.user(), before)
    return {"found": found, "before": before, "names": follow_words, "causes": slip_words.PRESSING}
