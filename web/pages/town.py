"""The simulated town: the demo's citizens, who ring and text from this page. Not there in a real office."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.intake.board import TALKING
from appliance.office import Town
from web import current, forms, town_words

bp = Blueprint("town", __name__, url_prefix="/town")

CITIZEN = "13912345678"  # invented

# Deeds on the landline: without JavaScript the page comes back where they were done.
ON_LANDLINE = frozenset({"ring-landline", "speak", "press", "lift", "put-down"})


@bp.get("")
def page() -> str:
    return render_template("town/page.html", number=request.args.get("number", CITIZEN), **_now(), **_on_landline())


@bp.get("/phones")
def phones() -> str:
    return render_template("town/_phones.html", **_now())


@bp.get("/landline")
def landline() -> str:
    return render_template("town/_landline.html", **_on_landline())


@bp.post("/<what>")
def act(what: str) -> BaseResponse | str:
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
    if current.is_fragment():
        return landline()
    anchor = "town-sound" if what in ON_LANDLINE else None
    return redirect(url_for("town.page", number=request.form.get("number"), _anchor=anchor))


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
    mobile = [call for call in town.calls() if not call.get("has_sound")]
    heard_at = int(current.office().clock.now().timestamp() * 1000)  # a name of its own each time: browsers keep sounds
    return {"phones": shown_phones, "calls": mobile, "voices": town.voices(), "heard_at": heard_at}


def _on_landline() -> dict[str, object]:
    """The call on the landline, and what to do next."""
    town = _town()
    call = next((each for each in town.calls() if each.get("has_sound")), None)
    is_lifted = town.is_lifted()
    step = town_words.next_step(call, is_lifted=is_lifted, box_step=_box_step(call))
    return {"on_landline": call, "is_lifted": is_lifted, "next_step": town_words.NEXT[step], "next_key": step}


def _box_step(call: dict[str, object] | None) -> str | None:
    """What the box does in this call; None where it isn't the box that speaks."""
    cards = current.office().calls.board(current.user()) if call else []
    boxed = (card for card in cards if card.by_box and card.state == TALKING and call and card.line == call["line"])
    card = next(boxed, None)
    if card is None:
        return None
    return "" if card.box_step == "message" and not card.recording_since else card.box_step  # before the tone


def _town() -> Town:
    town = current.office().town
    if town is None:
        abort(404)
    return town
