"""The guards before every view: where a form came from, who is signed in, whether they may (web/doors.py), its token.

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

from web import current
from web.doors import BEFORE_OWN_PASSWORD, NOBODY, ROLES, STRANGERS

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
