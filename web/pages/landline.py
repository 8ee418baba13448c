"""The landline's wizard: what its modem was found to do, and the steps that need a person."""

from __future__ import annotations

import json

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.voice_words import ADVICE
from web import current

bp = Blueprint("landline", __name__, url_prefix="/lines/<line>/landline")


@bp.get("")
def page(line: str) -> str:
    return render_template("landline/page.html", **_now(line))


@bp.get("/state")
def state(line: str) -> str:
    return render_template("landline/_steps.html", **_now(line))


@bp.post("/measure")
def measure(line: str) -> BaseResponse:
    """Find out anew what the modem does; the line is taken for some seconds."""
    current.office().voice_profiles.measure(line, current.user())
    return _back(line)


@bp.post("/telephone")
def telephone(line: str) -> BaseResponse:
    """Somebody lifts the telephone beside the modem now."""
    current.office().voice_profiles.measure(line, current.user(), with_telephone=True)
    return _back(line)


@bp.post("/call")
def call(line: str) -> BaseResponse:
    """The next call on this line is a test."""
    current.office().voice_profiles.await_call(line, current.user())
    return _back(line)


@bp.post("/give-up")
def give_up(line: str) -> BaseResponse:
    """No test call comes."""
    current.office().voice_profiles.give_up_call(line)
    return _back(line)


@bp.get("/report")
def report(line: str) -> BaseResponse:
    """The file that may be sent to whoever looks after the product: the modem, and nobody who called."""
    told = current.office().voice_profiles.report(line)
    answer = make_response(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=landline-modem.json"
    return answer


def _back(line: str) -> BaseResponse:
    return redirect(url_for("landline.page", line=line))


def _now(line: str) -> dict[str, object]:
    office = current.office()
    known = office.voice_profiles.of(line)
    card = next(card for card in office.lines.cards() if card.name == line)
    is_busy = known.is_measuring or known.is_watching
    return {"line": card, "known": known, "is_busy": is_busy, "landline_advice": ADVICE}
