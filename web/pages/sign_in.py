"""Signing in and out, the language of a browser nobody has signed in at, and what the browser asks after a pause."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import OfficeError, SignInRefused, SignInThrottled
from web import access, current, forms, language, speech

bp = Blueprint("sign_in", __name__)


@bp.route("/login", methods=["GET", "POST"])
def login() -> BaseResponse:
    if request.method == "POST":
        return _check()
    if current.user_or_none() is not None:
        return redirect(access.local_path(request.args.get("next", "/")))
    return _page()


def _check() -> BaseResponse:
    name = forms.text(request.form, "username")
    try:
        token, _ = current.office().users.sign_in(name, request.form.get("password", ""), request.remote_addr or "")
    except SignInThrottled as many:
        response = _page(many, name, 429)
        response.headers["Retry-After"] = str(60 * _minutes(many))
        return response
    except SignInRefused as wrong:
        return _page(wrong, name, 401)
    response = make_response(redirect(access.local_path(request.args.get("next", "/"))))
    access.start_session(response, token)
    return response


@bp.post("/logout")
def logout() -> BaseResponse:
    current.office().users.sign_out(access.session_token())
    response = make_response(redirect(url_for("sign_in.login", done="signed-out")))
    access.end_session(response)
    return response


@bp.post("/language")
def choose_language() -> BaseResponse:
    """The language of this browser, for pages before the sign-in."""
    response = make_response(redirect(access.local_path(request.form.get("next", "/"))))
    wanted = request.form.get("language", "")
    if wanted in language.TAGS:
        access.set_preference(response, language.COOKIE, wanted)
    return response


@bp.get("/session")
def state() -> Response:
    """Whether this browser is still signed in, and a fresh form token: a page left open overnight mends itself."""
    return jsonify(user=current.user().display_name, csrf_token=generate_csrf())


def _page(trouble: OfficeError | None = None, name: str = "", status: int = 200) -> BaseResponse:
    return make_response(
        render_template(
            "sign_in/page.html",
            trouble=speech.say(trouble) if trouble else "",
            name=name,
            demo_users=current.settings().demo_users,
        ),
        status,
    )


def _minutes(many: SignInThrottled) -> int:
    minutes = many.fields.get("minutes", 1)
    return minutes if isinstance(minutes, int) else 1
