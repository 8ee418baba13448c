"""Call forwarding by the network: asked for by a person, shown as the network told it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, NotFound
from web import current, forms

bp = Blueprint("forwarding", __name__, url_prefix="/lines/<line>/forwarding")


@bp.get("")
def page(line: str) -> str:
    return render_template("lines/forwarding.html", **_now(line))


@bp.get("/state")
def state(line: str) -> str:
    return render_template("lines/_forwarding.html", **_now(line))


@bp.post("")
def change(line: str) -> BaseResponse | tuple[str, int]:
    """Forward, or no longer."""
    _known(line)
    number, reason = forms.text(request.form, "number"), forms.text(request.form, "reason")
    try:
        if request.form.get("do") == "off":
            current.office().forwarding.end(line, reason, current.user())
        else:
            current.office().forwarding.set(line, reason, number, current.user())
    except FieldWrong as wrong:
        return render_template("lines/forwarding.html", wrong=wrong, number=number, reason=reason, **_now(line)), 422
    return redirect(url_for("forwarding.page", line=line))


@bp.post("/ask")
def ask(line: str) -> BaseResponse:
    _known(line)
    current.office().forwarding.ask(line)
    return redirect(url_for("forwarding.page", line=line))


def _known(line: str) -> None:
    if line not in current.office().lines.names():
        raise NotFound


def _now(line: str) -> dict[str, object]:
    _known(line)
    return {"line": line, "known": current.office().forwarding.of(line)}
