"""The simulated town: the demo's citizens, who ring and text from this page. Not there in a real office."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.office import Town
from web import current, forms

bp = Blueprint("town", __name__, url_prefix="/town")


@bp.get("")
def page() -> str:
    return render_template("town/page.html", number=request.args.get("number", ""), **_now())


@bp.get("/phones")
def phones() -> str:
    return render_template("town/_phones.html", **_now())


@bp.post("/<what>")
def act(what: str) -> BaseResponse:
    town, number = _town(), forms.text(request.form, "number")
    actions = {
        "ring": lambda: town.ring(number),
        "text": lambda: town.text(number, forms.text(request.form, "text")),
        "hangup": town.hang_up,
        "pickup": town.pick_up,
        "ring-landline": lambda: town.ring_landline(number),
        "speak": lambda: town.speak(forms.text(request.form, "voice")),
        "press": lambda: town.press(forms.text(request.form, "keys")),
        "lift": town.lift,
        "put-down": town.put_down,
    }
    if what not in actions:
        abort(404)
    actions[what]()
    return redirect(url_for("town.page", number=number))


@bp.get("/heard.wav")
def heard() -> Response:
    """What the citizen on the landline has heard until now."""
    response = Response(_town().heard(), mimetype="audio/wav")
    response.headers["Cache-Control"] = "no-store"
    return response


def _now() -> dict[str, object]:
    """Each telephone with what it was sent, the one that got something last first."""
    town = _town()
    phones: dict[str, list[dict[str, object]]] = {}
    for message in town.phones():
        shown = {**message, "at": datetime.fromisoformat(str(message["at"]))}
        phones.setdefault(str(message["to"]), []).append(shown)
    shown_phones = [{"number": number, "texts": texts} for number, texts in phones.items()]
    return {"phones": shown_phones, "calls": town.calls(), "voices": town.voices()}


def _town() -> Town:
    town = current.office().town
    if town is None:
        abort(404)
    return town
