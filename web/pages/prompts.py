"""What callers hear: listen to every prompt as a caller does, record the office's own, go back to the one before.

Everybody at the desk and the technician may listen; who keeps the lines (lead, technician) records: what the office
says to every caller is one of its presets, and there is no citizen's word in it.
"""

from __future__ import annotations

import io

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.errors import FieldWrong, OfficeError
from appliance.plugins import NotPluggedIn, PluginBusy, PluginFailed
from appliance.prompts.studio import Card, Studio
from appliance.prompts.uploads import FIELD, MOST_BYTES
from web import access, current, forms, language, prompt_words

bp = Blueprint("prompts", __name__, url_prefix="/prompts")

LARGEST_UPLOAD_BYTES = MOST_BYTES + 64 * 1024  # with the other fields of its form
MAY_RECORD = "camera=(), geolocation=(), microphone=(self)"


@bp.url_value_preprocessor
def allow_larger(endpoint: str | None, values: dict[str, object] | None) -> None:
    """A sound is larger than any other form; said before anything reads it."""
    if endpoint == "prompts.upload":
        request.max_content_length = LARGEST_UPLOAD_BYTES


@bp.after_request
def allow_microphone(response: Response) -> Response:
    """On these pages alone the browser may ask for the microphone."""
    response.headers["Permissions-Policy"] = MAY_RECORD
    return response


@bp.get("")
def page() -> str:
    cards = {card.prompt.key: card for card in _studio().cards()}
    groups = [(name, [cards.pop(key) for key in keys]) for name, keys in prompt_words.GROUPS.items()]
    if cards:
        groups.append((prompt_words.OTHERS, list(cards.values())))
    return render_template("prompts/page.html", groups=groups, names=prompt_words, script_lang=_script_lang())


@bp.get("/<key>")
def one(key: str) -> str:
    """What was spoken over the telephone meanwhile is there now, or why it can't be used."""
    line = request.args.get("line", "")
    try:
        if access.may("prompts.telephone"):
            _studio().take_dictation(key, line)
    except FieldWrong as wrong:
        return _draw(key, line, wrong=wrong)
    return _draw(key, line)


@bp.get("/<key>/<which>.wav")
def listen(key: str, which: str) -> BaseResponse:
    """The sound as a caller hears it."""
    wav = _studio().wav(key, request.args.get("line", ""), which)
    return send_file(io.BytesIO(wav), mimetype="audio/wav", conditional=True, etag=False)


@bp.post("/<key>/upload")
def upload(key: str) -> BaseResponse | tuple[str, int]:
    file, line, words = request.files.get(FIELD), _line(), forms.text(request.form, "words")
    source = "browser" if request.form.get("source") == "browser" else "file"
    try:
        _studio().upload(key, line, file.read() if file else b"", current.user(), words=words, source=source)
    except FieldWrong as wrong:
        return _draw(key, line, wrong=wrong, typed=words), 422
    return _back(key, line, "prompt-heard")


@bp.post("/<key>/speak")
def speak(key: str) -> BaseResponse | tuple[str, int]:
    line, words = _line(), forms.text(request.form, "words")
    try:
        _studio().speak(key, line, words, current.user())
    except FieldWrong as wrong:
        return _draw(key, line, wrong=wrong, typed=words), 422
    except (NotPluggedIn, PluginBusy, PluginFailed) as trouble:
        return _draw(key, line, trouble=trouble, typed=words), 409
    return _back(key, line, "prompt-heard")


@bp.get("/<key>/telephone")
def waiting(key: str) -> str:
    """Whether somebody has spoken: the part of the page that is drawn anew after each call."""
    line = request.args.get("line", "")
    return render_template("prompts/_telephone.html", dictation=_studio().dictation(key, line), key=key, line=line)


@bp.post("/<key>/telephone")
def telephone(key: str) -> BaseResponse | tuple[str, int]:
    """Give out the code, or take it back."""
    line, words = _line(), forms.text(request.form, "words")
    if request.form.get("do") == "stop":
        _studio().give_up_dictation(key, line)
        return redirect(url_for("prompts.one", key=key, line=line or None))
    try:
        _studio().by_telephone(key, line, forms.text(request.form, "on_line"), current.user(), words=words)
    except FieldWrong as wrong:
        return _draw(key, line, wrong=wrong, typed=words), 422
    return redirect(url_for("prompts.one", key=key, line=line or None, _anchor="telephone"))


@bp.post("/<key>/use")
def use(key: str) -> BaseResponse:
    _studio().use(key, _line(), current.user())
    return _back(key, _line(), "prompt-used")


@bp.post("/<key>/discard")
def discard(key: str) -> BaseResponse:
    _studio().discard(key, _line(), current.user())
    return _back(key, _line(), "prompt-dropped")


@bp.post("/<key>/shipped")
def shipped(key: str) -> BaseResponse:
    _studio().back_to_shipped(key, _line(), current.user())
    return _back(key, _line(), "prompt-back")


@bp.post("/<key>/before")
def before(key: str) -> BaseResponse:
    _studio().back_to_former(key, _line(), current.user())
    return _back(key, _line(), "prompt-back")


def _studio() -> Studio:
    return current.office().studio


def _line() -> str:
    return forms.text(request.form, "line")


def _back(key: str, line: str, done: str) -> BaseResponse:
    return redirect(url_for("prompts.one", key=key, line=line or None, done=done))


def _draw(
    key: str, line: str, *, wrong: FieldWrong | None = None, trouble: OfficeError | None = None, typed: str = ""
) -> str:
    studio = _studio()
    card = studio.card(key, line)
    history = studio.history(key, line)
    return render_template(
        "prompts/one.html",
        card=card,
        everywhere=studio.card(key),
        history=history,
        before=next((take for take in history if take.state == "former" and take.has_sound), None),
        lines=studio.lines if card.prompt.per_line else (),
        office_lines=_lines_to_call(studio.lines),
        dictation=studio.dictation(key, line),
        key=key,
        line=line,
        can_speak=studio.can_speak,
        may_record=_browser_may_record(),
        most_bytes=MOST_BYTES,
        typed=typed or _words_of(card),
        wrong=wrong,
        trouble=trouble,
        names=prompt_words,
        script_lang=_script_lang(),
    )


def _lines_to_call(names: tuple[str, ...]) -> list[str]:
    """The landlines first: as shipped, only they are answered by the box."""
    landlines = {modem.name for modem in current.office().settings.modems if modem.kind == "voice"}
    return sorted(names, key=lambda name: name not in landlines)


def _words_of(card: Card) -> str:
    """What the next recording is about to say, unless somebody types other words."""
    latest = card.draft or card.used
    return latest.words if latest and latest.words else card.script


def _script_lang() -> str:
    """Callers are spoken to in the office's language, whatever that of the page."""
    return language.TAGS[current.office().settings.office.language]


def _browser_may_record() -> bool:
    """Browsers give the microphone to https and to pages of their own computer only."""
    return request.is_secure or request.host.rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]")
