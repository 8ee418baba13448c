"""Recordings: the list, one with its marks, its sound in parts, and the rules for all. Works without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.casework.views import TicketRow
from appliance.errors import FieldWrong
from appliance.recordings.views import RecordingView
from web import current, forms, ids, ranges, recording_words

bp = Blueprint("recordings", __name__, url_prefix="/recordings")


@bp.app_context_processor
def for_other_pages() -> dict[str, object]:
    """What templates/recordings/_macros.html and the pages that use it need."""
    return {
        "recording_words": recording_words,
        "recordings_of_ticket": _of_ticket,
        "recordings_of_call": lambda call_id: current.office().recordings.of_call(call_id, current.user()),
        "recorded_calls": lambda call_ids: current.office().recordings.recorded(call_ids, current.user()),
    }


@bp.get("")
def page() -> str:
    return _page()


@bp.get("/<int:recording_id>")
def one(recording_id: int) -> str:
    found = current.office().recordings.get(recording_id, current.user())
    return render_template("recordings/one.html", recording=found)


@bp.get("/<int:recording_id>/sound")
def sound(recording_id: int) -> Response:
    """WAV, or Ogg Opus once it was compressed; any part of it. Who hears it stands in the audit."""
    found = current.office().recordings.open(recording_id, current.user())
    return ranges.answer(found.read, found.size_bytes, found.content_type, found.version, found.close)


@bp.post("/<int:recording_id>/hold")
def hold(recording_id: int) -> BaseResponse:
    """Keep it whatever its age, or no longer."""
    is_held = forms.yes_or_no(request.form, "held")
    current.office().recordings.hold(recording_id, current.user(), is_held=is_held)
    return redirect(url_for("recordings.one", recording_id=recording_id, done="saved"))


@bp.post("/keep")
def keep() -> BaseResponse:
    """For how many days all of them are kept, and whether their sound is bettered."""
    days = forms.number(request.form, "keep_days")
    try:
        betters_sound = forms.yes_or_no(request.form, "betters_sound")
        current.office().recordings.change_rules(days, current.user(), betters_sound=betters_sound)
    except FieldWrong as wrong:
        return make_response(_page(wrong), 422)
    return redirect(url_for("recordings.page", done="saved"))


@bp.post("/identities")
def keep_identities() -> BaseResponse:
    """For how many years after closing it is known who reported in confidence."""
    try:
        current.office().vault_ageing.change(forms.number(request.form, "keep_years"), current.user())
    except FieldWrong as wrong:
        return make_response(_page(wrong), 422)
    return redirect(url_for("recordings.page", done="saved"))


def _page(wrong: FieldWrong | None = None) -> str:
    before = request.args.get("before", type=ids.whole)
    found = current.office().recordings.page(current.user(), before)
    rules = current.office().recordings.rules
    typed = {"keep_days": str(rules.keep_days), "betters_sound": "yes" if rules.betters_sound else "no"}
    typed["keep_years"] = str(current.office().vault_ageing.keep_years())
    return render_template("recordings/page.html", found=found, wrong=wrong, typed=typed | request.form.to_dict())


def _of_ticket(row: TicketRow) -> tuple[RecordingView, ...]:
    return current.office().recordings.of_ticket(row.id, row.call_id, current.user())
