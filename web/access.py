"""Who may open what: ONE table from endpoint to roles. What isn't in it is refused, and a test finds it.

Sessions live on the server (appliance.people.users); the cookie holds a random token and nothing else. Over TLS it is
`__Host-` and Secure; on plain loopback HTTP, where browsers refuse that, a plain one. A form's token (Flask-WTF) is
bound to that session and signed; on the sign-in page it is bound to a visitor's cookie that means nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, make_response, redirect, request, url_for
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from appliance.people import roles
from appliance.people.roles import Role
from web import current

DESK = frozenset({Role.OPERATOR, Role.LEAD})
LEAD = frozenset({Role.LEAD})
CASES = DESK | {Role.UNIT}
UNIT = frozenset({Role.UNIT})
BOX = DESK | {Role.TECHNICIAN}
HEARERS = DESK | {Role.AUDITOR}  # the list of recordings; who hears which is appliance.recordings.views
KEEPERS = frozenset(row.role for row in roles.ROLES if row.keeps_users)
LINE_KEEPERS = frozenset(row.role for row in roles.ROLES if row.keeps_lines)
PLANNERS = BOX | {Role.AUDITOR}  # read limits and holidays; no citizen stands there
ANYBODY = frozenset(Role)
STRANGERS = None  # also whoever isn't signed in
NOBODY: frozenset[Role] = frozenset()

ROLES: dict[str, frozenset[Role] | None] = {
    "static_file": STRANGERS,
    "health.healthz": STRANGERS,
    "sign_in.login": STRANGERS,
    "sign_in.choose_language": STRANGERS,
    "sign_in.logout": ANYBODY,
    "sign_in.state": ANYBODY,
    "live.events": ANYBODY,
    "settings.page": ANYBODY,
    "settings.look": ANYBODY,
    "settings.set_language": ANYBODY,
    "settings.password": ANYBODY,
    "settings.keys": ANYBODY,
    "text_words.page": KEEPERS,
    "text_words.ask_for_codes": KEEPERS,
    "text_words.new_code": KEEPERS,
    "text_words.take_code": KEEPERS,
    "text_words.add_leader": KEEPERS,
    "text_words.remove_leader": KEEPERS,
    "text_words.texts": KEEPERS,
    "text_words.write_text": KEEPERS,
    "approvals.page": HEARERS,
    "approvals.mode": LEAD,
    "departments.page": LEAD,
    "departments.add": LEAD,
    "departments.take_list": LEAD,
    "departments.one": LEAD,
    "departments.change": LEAD,
    "departments.disable": LEAD,
    "departments.add_person": LEAD,
    "departments.set_duties": LEAD,
    "departments.disable_person": LEAD,
    "departments.towns": LEAD,
    "departments.put_place": LEAD,
    "departments.take_places": LEAD,
    "departments.disable_place": LEAD,
    "routing.page": DESK,
    "routing.put": DESK,  # the office asks whether it is a lead, or an office of one person
    "routing.take_list": DESK,
    "routing.turn": DESK,
    "conferences.page": DESK,
    "conferences.one": DESK,
    "conferences.ask": DESK,
    "conferences.opine": DESK,
    "conferences.decide": DESK,
    "duty_ledger.page": CASES,  # a department sees the form alone
    "duty_ledger.ask": CASES,
    "duty_ledger.decide": DESK,
    "users.page": KEEPERS,
    "users.add": KEEPERS,
    "users.reset": KEEPERS,
    "users.disable": KEEPERS,
    "deadlines.page": PLANNERS,
    "deadlines.choose": LINE_KEEPERS,
    "deadlines.own": LINE_KEEPERS,
    "deadlines.late": DESK | {Role.LEADER, Role.AUDITOR},
    "holidays.page": PLANNERS,
    "holidays.notice_entered": LINE_KEEPERS,
    "holidays.file": LINE_KEEPERS,
    "holidays.own": LINE_KEEPERS,
    "holidays.change": PLANNERS,
    "desk.page": ANYBODY,  # sends every role to its own first page
    "desk.queue": DESK,
    "desk.side": DESK,
    "desk.strip": DESK,
    "calls.page": DESK,
    "calls.rows": DESK,
    "calls.ringing": DESK,
    "calls.take": DESK,
    "calls.release": DESK,
    "calls.missed": DESK,
    "calls.dial": DESK,
    "calls.press": DESK,
    "calls.lifted": DESK,
    "calls.record": DESK,
    "calls.stop_recording": DESK,
    "calls.name_caller": DESK,
    "calls.rate": DESK,
    "callbacks.page": DESK,
    "callbacks.rows": DESK,
    "callbacks.call": DESK,
    "callbacks.record": DESK,
    "survey.page": DESK,
    "survey.rows": DESK,
    "survey.call": DESK,
    "survey.record": DESK,
    "survey.decide": DESK,
    "supervision.page": DESK,
    "supervision.rows": DESK,
    "emergency.page": DESK,
    "emergency.rows": DESK,
    "emergency.one": DESK,
    "emergency.start": DESK,
    "emergency.dismiss": DESK,
    "emergency.pass_on": DESK,
    "emergency.confirm": DESK,
    "emergency.report": DESK,
    "emergency.close": DESK,
    "emergency.end_event": DESK,
    "emergency.add_contact": LEAD,
    "emergency.remove_contact": LEAD,
    "reminders.ack": DESK,
    "tickets.list_page": CASES,
    "tickets.rows": CASES,
    "tickets.page": CASES,
    "tickets.timeline": CASES,
    "tickets.move": CASES,
    "tickets.decide": DESK,
    "tickets.hints": DESK,
    "tickets.note": CASES,
    "tickets.new": DESK,
    "identity.page": DESK,
    "identity.with_password": DESK,
    "identity.ask": DESK,
    "identity.with_code": DESK,
    "identity.query_code": DESK,
    "nuisance.page": DESK,
    "nuisance.put": DESK,
    "nuisance.decide": LEAD,
    "nuisance.lift": DESK,
    "tickets.edit": DESK,
    "tickets.text": DESK,
    "search.page": CASES,
    "messages.page": DESK,
    "messages.rows": DESK,
    "messages.thread": DESK,
    "messages.write": DESK,
    "messages.count": DESK,
    "messages.file": DESK,
    "messages.new_ticket": DESK,
    "messages.handled": DESK,
    "messages.resend": DESK,
    "messages.give_up": DESK,
    "lines.page": BOX,
    "lines.cards": BOX,
    "talk.page": BOX,
    "talk.state": BOX,
    "talk.levels": BOX,
    "talk.judgement": BOX,
    "talk.begin": BOX,
    "talk.pick_up": BOX,
    "talk.hang_up": BOX,
    "talk.judge": BOX,
    "talk.give_up": BOX,
    "forwarding.page": BOX,
    "forwarding.state": BOX,
    "forwarding.change": DESK,
    "forwarding.ask": BOX,
    "call_flow.page": BOX,
    "call_flow.change": LINE_KEEPERS,
    "announcements.page": BOX,
    "announcements.add": DESK,
    "announcements.change": DESK,
    "announcements.switch_on": DESK,
    "announcements.switch_off": DESK,
    "announcements.retire": DESK,
    "recordings.page": HEARERS,
    "recordings.one": HEARERS,
    "recordings.sound": DESK,
    "recordings.hold": LEAD,
    "recordings.keep": LEAD,
    "listening.page": DESK,
    "listening.sound": DESK,
    "landline.page": BOX,
    "landline.state": BOX,
    "landline.measure": BOX,
    "landline.telephone": BOX,
    "landline.call": BOX,
    "landline.give_up": BOX,
    "landline.report": BOX,
    "prompts.page": BOX,
    "prompts.one": BOX,
    "prompts.listen": BOX,
    "prompts.upload": LINE_KEEPERS,
    "prompts.speak": LINE_KEEPERS,
    "prompts.waiting": LINE_KEEPERS,
    "prompts.telephone": LINE_KEEPERS,
    "prompts.use": LINE_KEEPERS,
    "prompts.discard": LINE_KEEPERS,
    "prompts.shipped": LINE_KEEPERS,
    "prompts.before": LINE_KEEPERS,
    "papers.find": DESK,
    "papers.page": DESK,
    "papers.enter": DESK,
    "papers.attachment": CASES,
    "papers.erase": LEAD,
    "slips.page": CASES,
    "unit_work.page": UNIT,
    "unit_work.rows": UNIT,
    "unit_work.one": UNIT,
    "unit_work.act": UNIT,
    "unit_notices.answer": UNIT,
    "unit_notices.page": DESK,
    "unit_notices.send": DESK,
    "unit_notices.one": DESK,
    "unit_notices.paper": DESK,
    "unit_notices.remind": DESK,
    "unit_notices.close": DESK,
    "unit_notices.write_down": DESK,
    "citizen_notices.page": DESK,
    "citizen_notices.send": DESK,
    "citizen_notices.one": DESK,
    "citizen_notices.cancel": DESK,
    "slips.handed_over": DESK,
    "joining.offer": DESK,
    "joining.page": DESK,
    "joining.join": DESK,
    "agency.page": DESK,
    "agency.receive": DESK,
    "agency.one": DESK,
    "agency.move": DESK,
    "agency.receipt": DESK,
    "agency.add_service": DESK,
    "agency.retire_service": DESK,
    "shift.page": DESK,
    "shift.hand_over": DESK,
    "shift.sheet": DESK,
    "shift.take_over": DESK,
    "shift.add_duty": DESK,
    "shift.remove_duty": DESK,
    "shift.open_seat": DESK,
    "town.page": ANYBODY,
    "town.phones": ANYBODY,
    "town.landline": ANYBODY,
    "town.act": ANYBODY,
    "town.heard": ANYBODY,
}

# What somebody with a one-time password may open before choosing their own.
BEFORE_OWN_PASSWORD = frozenset(
    {
        "settings.password",
        "sign_in.logout",
        "sign_in.choose_language",
        "sign_in.state",  # the page asks it by itself
        "static_file",
        "health.healthz",
    }
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def session_cookie() -> str:
    return "__Host-hotline_session" if request.is_secure else "hotline_session"


def visitor_cookie() -> str:
    return "__Host-hotline_visitor" if request.is_secure else "hotline_visitor"


def start_session(response: BaseResponse, token: str) -> None:
    """Hand the browser the token of its new session."""
    _set_cookie(response, session_cookie(), token)


def end_session(response: BaseResponse) -> None:
    response.delete_cookie(session_cookie(), secure=request.is_secure, httponly=True, samesite="Strict")


def session_token() -> str:
    return request.cookies.get(session_cookie(), "")


def set_preference(response: BaseResponse, name: str, value: str) -> None:
    """A cookie that only says how this browser likes its pages."""
    response.set_cookie(
        name, value, max_age=400 * 86400, httponly=True, samesite="Strict", secure=request.is_secure, path="/"
    )


def may(endpoint: str) -> bool:
    """Whether whoever is signed in may open this; templates ask before they draw a link."""
    user = current.user_or_none()
    allowed = ROLES.get(endpoint, NOBODY)
    return allowed is STRANGERS or (user is not None and user.role in allowed)


def local_path(wanted: str) -> str:
    """`wanted` if it is a path on this box, else the desk: nobody is sent elsewhere after signing in."""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # such as http://[
        return "/"
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return wanted if is_ours and not any(ord(sign) < 32 for sign in wanted) else "/"


def install(app: Flask) -> None:
    """Put the guards before every view, in this order: origin, who, may they, the form's token."""
    app.session_interface = _FormSessions()
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form stays open all day next to a telephone
    app.before_request(_refuse_foreign_origin)
    app.before_request(_find_user)
    CSRFProtect(app)
    app.after_request(_harden)
    app.jinja_env.globals["may"] = may


def _refuse_foreign_origin() -> None:
    """A browser names the page that sends a form; only our own may (a second fence beside the form's token)."""
    origin = request.headers.get("Origin")
    if request.method not in SAFE_METHODS and origin is not None and origin != request.host_url.rstrip("/"):
        abort(403)


def _find_user() -> BaseResponse | None:
    g.user = None
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such page: the 404 tells a stranger nothing
    allowed = ROLES.get(endpoint, NOBODY)
    if endpoint == "static_file":
        return None
    token = session_token()
    g.user = current.office().users.by_token(token) if token else None
    if allowed is STRANGERS:
        return None
    if g.user is None:
        return _ask_to_sign_in()
    if g.user.must_change and endpoint not in BEFORE_OWN_PASSWORD:
        return redirect(url_for("settings.password"))
    if g.user.role not in allowed:
        abort(403)
    return None


def _ask_to_sign_in() -> BaseResponse:
    """To the sign-in page; a piece of a page or a stream gets a bare 401, so that what is typed stays where it is."""
    if current.is_fragment() or request.endpoint in ("live.events", "sign_in.state"):
        return make_response("", 401)
    back = request.full_path.rstrip("?") if request.method in SAFE_METHODS else _page_before()
    return redirect(url_for("sign_in.login", next=back))


def _page_before() -> str:
    """The page whose form was sent; its text waits in the browser's own draft."""
    try:
        before = urlsplit(request.referrer or "")
    except ValueError:
        return "/"
    return f"{before.path}?{before.query}" if before.query else (before.path or "/")


def _harden(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    # Not "no-referrer": with it browsers send `Origin: null` with our own forms, and the check above would be blind.
    headers["Referrer-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers.setdefault("Cache-Control", "no-store")
    return response


def _set_cookie(response: BaseResponse, name: str, value: str) -> None:
    # No max_age: how long a session lasts is the server's decision alone.
    response.set_cookie(name, value, httponly=True, samesite="Strict", secure=request.is_secure, path="/")


class _FormSession(dict[str, Any], SessionMixin):
    """What Flask-WTF compares a form's token with. Derived anew in each request, stored nowhere."""

    visitor: str = ""


class _FormSessions(SessionInterface):
    """Stands where Flask keeps its signed cookie: ours has none."""

    def open_session(self, app: Flask, request: Request) -> _FormSession:
        token = session_token()
        form_session = _FormSession()
        if not token:
            token = request.cookies.get(visitor_cookie(), "")
            if not token:
                token = form_session.visitor = secrets.token_urlsafe(24)
        secret = app.extensions["web_settings"].secret
        form_session["csrf_token"] = hmac.new(secret, b"form\0" + token.encode(), hashlib.sha256).hexdigest()
        return form_session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        visitor = getattr(session, "visitor", "")
        if visitor and request.endpoint == "sign_in.login":
            _set_cookie(response, visitor_cookie(), visitor)
