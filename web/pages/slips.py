"""Printed slips: drawn for paper, black only, A5 or A4; and noted when one was handed over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.outreach.slips import DISPATCH, FORMS
from web import current, forms, ids, language, qr, slip_words

bp = Blueprint("slips", __name__, url_prefix="/tickets/<int:no>/slip")


@bp.get("")
def page(no: int) -> str:
    slips, user = current.office().paper.slips, current.user()
    chosen = _chosen(request.args)
    slip = slips.get(no, user, form=chosen["form"], department_id=chosen["unit"])
    return render_template(
        "slips/page.html",
        slip=slip,
        size=chosen["size"],
        units=slips.units(no, user),
        others=", ".join(unit.name(language.chosen()) for unit in slip.others),
        names=slip_words,
        code=qr.svg(slip.number),
    )


@bp.post("")
def handed_over(no: int) -> BaseResponse:
    unit = forms.number(request.form, "unit")
    current.office().paper.slips.handed_over(
        no, current.user(), department_id=unit, token=forms.text(request.form, "token")
    )
    return redirect(url_for("tickets.page", no=no, done="slip-handed-over"))


def _chosen(args: Any) -> dict[str, Any]:
    """Anything unknown counts as not chosen."""
    form, size = args.get("form", ""), args.get("size", "")
    return {
        "form": form if form in FORMS else DISPATCH,
        "size": size if size in slip_words.SIZES else slip_words.SIZES[0],
        "unit": args.get("unit", type=ids.whole),
    }
