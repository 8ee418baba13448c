"""What everybody may set for themselves: look, language, password; and the keys of the pages."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong
from web import access, current, language
from web.keys import KEYS
from web.marks import N_

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("")
def page() -> str:
    return render_template("settings/page.html")


@bp.post("/look")
def look() -> BaseResponse:
    """Theme, size of type, single keys: of this browser, not of this user."""
    form = request.form
    chosen = current.Look(form.get("theme", ""), form.get("size", ""), has_keys=form.get("keys") == "on")
    response = make_response(redirect(url_for("settings.page", done="look")))
    if chosen.theme in current.THEMES and chosen.size in current.SIZES:
        access.set_preference(response, current.LOOK_COOKIE, chosen.cookie())
    return response


@bp.post("/language")
def set_language() -> BaseResponse:
    wanted = request.form.get("language", "")
    response = make_response(redirect(access.local_path(request.form.get("next", url_for("settings.page")))))
    if wanted in language.TAGS:
        current.office().users.set_language(current.user(), wanted)
        access.set_preference(response, language.COOKIE, wanted)
    return response


@bp.route("/password", methods=["GET", "POST"])
def password() -> str | tuple[str, int] | BaseResponse:
    if request.method == "GET":
        return render_template("settings/password.html", wrong=None)
    form = request.form
    try:
        if form.get("new", "") != form.get("again", ""):
            raise FieldWrong("again", N_("The two new passwords differ."))
        current.office().users.change_password(
            current.user(), form.get("old", ""), form.get("new", ""), keep_token=access.session_token()
        )
    except FieldWrong as wrong:
        return render_template("settings/password.html", wrong=wrong), 422
    return redirect(url_for("settings.page", done="password"))


@bp.get("/keys")
def keys() -> str:
    return render_template("settings/keys.html", keys=KEYS)
