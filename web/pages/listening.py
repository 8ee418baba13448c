"""Listening in to a call that goes on: a page with a player, and the sound itself as a WAV without an end."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from appliance.errors import NotFound
from web import access, current

bp = Blueprint("listening", __name__, url_prefix="/calls/<int:call_id>")

LOOK_EVERY = 25  # pieces of the stream, five seconds: whether whoever listens is still signed in


@bp.get("/listening")
def page(call_id: int) -> str:
    if not current.office().listening_in.may_listen(call_id):
        raise NotFound
    return render_template("recordings/listening.html", call_id=call_id)


@bp.get("/listen")
def sound(call_id: int) -> Response:
    """Holds one thread of the web server as long as it lasts; the office allows only a few at once."""
    office, token = current.office(), access.session_token()
    tap = office.listening_in.open(call_id, current.user())
    pieces = 0

    def is_signed_in() -> bool:
        nonlocal pieces
        pieces += 1
        return pieces % LOOK_EVERY != 0 or office.users.is_signed_in(token)

    response = Response(office.listening_in.stream(tap, is_signed_in), content_type="audio/wav")
    response.call_on_close(lambda: office.listening_in.close(tap))  # also where nothing of the stream was ever asked
    response.headers["X-Accel-Buffering"] = "no"
    return response


@bp.app_context_processor
def for_other_pages() -> dict[str, object]:
    """Whether a link to this page leads anywhere."""
    return {"may_listen_to": current.office().listening_in.may_listen}
