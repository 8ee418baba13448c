"""Screens: ask the office, draw the answer. Given the office's services and a few settings, and nothing else."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from appliance.casework import lifecycle
from appliance.errors import NotAllowed, NotFound, OfficeError
from appliance.office import Office
from appliance.trouble import where
from web import access, current, drawing, ids, language, live, speech, statics, uploads
from web.marks import N_
from web.pages import (
    agency,
    announcements,
    approvals,
    call_flow,
    callbacks,
    calls,
    citizen_notices,
    conferences,
    deadlines,
    departments,
    desk,
    duty_ledger,
    emergency,
    forwarding,
    health,
    holidays,
    identity,
    joining,
    knowledge,
    knowledge_gaps,
    landline,
    lines,
    listening,
    messages,
    nuisance,
    papers,
    prompts,
    recordings,
    reminders,
    routing,
    search,
    settings,
    shift,
    sign_in,
    slips,
    supervision,
    survey,
    talk,
    text_words,
    tickets,
    town,
    unit_notices,
    unit_work,
    users,
)
from web.settings import WebSettings

log = logging.getLogger(__name__)

LARGEST_FORM_BYTES = 256 * 1024
PAGES = (
    health, sign_in, desk, tickets, search, messages, calls, callbacks, survey, supervision, emergency,
    reminders, lines, talk, landline, forwarding,
    call_flow,
    prompts, announcements,
    recordings, listening,
    departments, routing, conferences, duty_ledger,
    settings, deadlines, holidays, users, approvals, text_words, shift, agency, joining,
    knowledge, knowledge_gaps, slips, papers,
    unit_work, unit_notices, citizen_notices, identity, nuisance, town,
)  # fmt: skip

_WRONG = {
    400: N_("The box did not understand what the browser sent."),
    403: N_("Your role may not do this."),
    404: N_("There is no such page."),
    405: N_("There is no such page."),
    413: N_("That is too long."),
}


def create_app(office: Office, web_settings: WebSettings) -> Flask:
    """The WSGI application for one office."""
    app = Flask("web", static_folder=None, root_path=str(statics.FOLDER.parent))
    app.secret_key = web_settings.secret
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions.update(office=office, web_settings=web_settings, zone=ZoneInfo(office.settings.office.timezone))
    app.url_map.strict_slashes = False
    ids.install(app)
    language.install(app)
    statics.install(app)
    uploads.install(app)
    drawing.install(app)
    access.install(app)
    for page in PAGES:
        app.register_blueprint(page.bp)
    app.register_blueprint(live.bp)
    app.register_error_handler(OfficeError, _office_refused)
    app.register_error_handler(lifecycle.MoveRefused, _move_refused)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(HTTPException, _http_wrong)
    app.register_error_handler(Exception, _our_mistake)
    return app


def _office_refused(trouble: OfficeError) -> Response:
    status = 404 if isinstance(trouble, NotFound) else 403 if isinstance(trouble, NotAllowed) else 409
    return _trouble(speech.say(trouble), status)


def _move_refused(refused: lifecycle.MoveRefused) -> Response:
    """Somebody else was faster, or the page is old: the ticket is as it was."""
    status = lifecycle.status(refused.status).label if refused.status else ""
    words = N_("That step is not possible now. The ticket is: %(status)s.")
    return _trouble(language.gettext(words, status=language.gettext(status)), 409)


def _old_form(trouble: CSRFError) -> Response:
    words = N_(
        "This form is older than your sign-in. Go back, load the page again and send it again: your text is kept."
    )
    return _trouble(language.gettext(words), 400)


def _http_wrong(wrong: HTTPException) -> Response:
    status = wrong.code or 500
    if status < 400:
        return make_response(wrong.get_response())
    return _trouble(language.gettext(_WRONG.get(status, N_("That did not work."))), status)


def _our_mistake(mistake: Exception) -> Response:
    """The top of a request: its place is logged, and it is said plainly; what was typed is not in the log."""
    g.user = None  # the page that says so is drawn without asking the office anything
    log.error("%s %s failed: %s", request.method, request.endpoint, where(mistake))
    words = N_("Something went wrong in the box; it is in the log. Go back: what you typed is still in the form.")
    return _trouble(language.gettext(words), 500)


def _trouble(sentence: str, status: int) -> Response:
    """A page of its own, or for a piece of a page the bar above everything (what is typed stays)."""
    if "user" not in g:
        g.user = None
    if current.is_fragment():
        response = make_response(render_template("_trouble.html", sentence=sentence), status)
        response.headers["HX-Retarget"] = "#trouble"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return make_response(render_template("trouble.html", sentence=sentence, status=status), status)
