"""The telephone lines: how each stands, and what to do about it."""

from __future__ import annotations

from flask import Blueprint, render_template

from web import current

bp = Blueprint("lines", __name__, url_prefix="/lines")


@bp.get("")
def page() -> str:
    return render_template("lines/page.html", **_now())


@bp.get("/cards")
def cards() -> str:
    return render_template("lines/_cards.html", **_now())


def _now() -> dict[str, object]:
    office = current.office()
    cards = office.lines.cards()
    landlines = {
        card.name: office.voice_profiles.of(card.name) for card in cards if office.voice_profiles.is_landline(card.name)
    }
    return {"lines": cards, "landlines": landlines}
