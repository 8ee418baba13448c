"""GET /events: news for an open browser (server-sent events). Thin words; the browser then fetches the fragment anew.

Each stream holds one web thread, so a browser opens one for all its tabs (static/live.js). A beat every few seconds
tells the browser that the box still lives, and tells us that the browser is gone. Who may hear what is a table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, g

from appliance.feed import Item
from appliance.office import Office
from appliance.people.roles import Role
from web import access, current, doors
from web.settings import WebSettings

bp = Blueprint("live", __name__)

RETRY_MS = 2000
_ALL = frozenset({"ring", "call", "message", "ticket", "line", "reminder"})
HEARS: dict[Role, frozenset[str]] = {
    Role.OPERATOR: _ALL,
    Role.LEAD: _ALL,
    Role.UNIT: frozenset({"ticket"}),
    Role.LEADER: frozenset({"ticket"}),
    Role.AUDITOR: frozenset({"ticket"}),
    Role.TECHNICIAN: frozenset({"line"}),
}
NUMBERS_FOR = doors.DESK  # a ring's number, and which ticket it was that changed


@bp.before_app_request
def remember_news() -> None:
    """What had been told before this page was drawn. The browser compares it with each beat: no gap goes unseen."""
    user = current.user_or_none()
    g.news_told = current.office().feed.told(HEARS.get(user.role, ())) if user else 0


@bp.get("/events")
def events() -> Response:
    listener = Listener(current.user().role, access.session_token(), current.office(), current.settings())
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would gather the news otherwise
    return Response(listener.stream(), mimetype="text/event-stream", headers=headers)


def words(item: Item, role: Role) -> bytes | None:
    """One piece of news as this role may hear it; None if it may not."""
    if item.kind not in HEARS.get(role, frozenset()):
        return None
    if role in NUMBERS_FOR:
        return _frame(item.kind, {"kind": item.kind, "id": item.id, **dict(item.extra)})
    return _frame(item.kind, {"kind": item.kind, "id": 0})  # "something changed: look again"


def _frame(kind: str, data: dict[str, object]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Listener:
    """One browser's stream. Knows no request: it outlives the one that asked for it."""

    role: Role
    token: str
    office: Office
    settings: WebSettings

    def stream(self) -> Iterator[bytes]:
        """Frames until the browser goes, its session ends or the feed closes."""
        subscription = self.office.feed.subscribe()
        try:
            yield f"retry: {RETRY_MS}\n\n".encode() + self._beat()
            while not subscription.is_closed:
                items = subscription.take(self.settings.beat_s)
                if not self.office.users.is_signed_in(self.token):
                    return  # signed out or disabled: the browser asks again and is sent to the sign-in page
                yield b"".join(frame for item in items if (frame := words(item, self.role))) or self._beat()
        finally:
            self.office.feed.unsubscribe(subscription)

    def _beat(self) -> bytes:
        return _frame("beat", {"kind": "beat", "id": 0, "told": self.office.feed.told(HEARS.get(self.role, ()))})
