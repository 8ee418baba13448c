"""The telephone lines: how each stands, and what to do about it."""

from __future__ import annotations

from flask import Blueprint, render_template

from web import current

bp = Blueprint("lines", __name__, url_prefix="/lines")


@bp.get("")
def page() -> str:
    return render_template("lines/page.html", lines=current.office().lines.cards())


@bp.get("/cards")
def cards() -> str:
    return render_template("lines/_cards.html", lines=current.office().lines.cards())
