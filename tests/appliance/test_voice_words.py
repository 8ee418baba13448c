"""A modem's profile in plain words."""

from __future__ import annotations

import json

import pytest

from appliance.voice_words import ADVICE, advice_for, in_words, read, report
from modem.voice_profile import SampleFormat, VoiceProfile


def profile(found: VoiceProfile) -> dict[str, object]:
    return read(found.as_json())


def said(found: VoiceProfile) -> dict[str, str]:
    return {row.key: f"{row.value} {row.detail}".strip() for row in in_words(profile(found))}


def test_every_field_of_a_profile_is_said_in_words() -> None:
    told = {row.key for row in in_words(profile(VoiceProfile()))}
    assert told == set(profile(VoiceProfile())) - {"vsm", "vls_line", "measured"}


@pytest.mark.parametrize("form", list(SampleFormat))
def test_every_format_has_a_name(form: SampleFormat) -> None:
    assert said(VoiceProfile(sample_format=form, vsm="4,8000"))["sample_format"].endswith("AT+VSM=4,8000")
    assert said(VoiceProfile(sample_format=form))["sample_format"]


def test_what_was_measured_is_told_from_what_is_assumed() -> None:
    rows = in_words(profile(VoiceProfile().found(sample_format=SampleFormat.ULAW)))
    assert {row.key for row in rows if row.is_measured} == {"sample_format"}


def test_the_rest_of_the_words() -> None:
    first = said(VoiceProfile(sees_telephone="pP", vls_join=3, stop_recording="\x1b", answers_by="ATA", tone_shape=""))
    assert (first["sees_telephone"], first["vls_join"]) == ("yes pP", "by listening only AT+VLS=3")
    assert (first["stop_recording"], first["answers_by"], first["tone_shape"]) == ("DLE ESC", "ATA", "no")
    second = said(VoiceProfile(stop_recording="?", has_duplex=True))
    assert (second["vls_join"], second["answers_by"]) == ("like a second telephone AT+VLS=1", "AT+VLS=1")
    assert (second["stop_recording"], second["has_duplex"]) == ("'?'", "yes")


def test_what_was_tried_in_vain_is_told_from_what_nobody_tried() -> None:
    untried, tried = (
        {row.key: row for row in in_words(profile(found))}["sees_telephone"]
        for found in (VoiceProfile(), VoiceProfile().found(sees_telephone=""))
    )
    assert (untried.value, untried.is_assumed) == ("not known yet", False)
    assert (tried.value, tried.is_assumed) == ("no", False)
    assert in_words(profile(VoiceProfile()))[0].is_assumed


def test_what_only_builders_want_to_know_stands_apart() -> None:
    technical = {row.key for row in in_words(profile(VoiceProfile())) if row.is_technical}
    assert {"stop_recording", "tone_shape"} <= technical
    assert not technical & {"sample_format", "sees_telephone", "has_voice"}


def test_of_a_modem_without_voice_nothing_else_is_said() -> None:
    without = VoiceProfile(has_voice=False)
    assert set(said(without)) == {"has_voice", "id_needs_voice"}
    assert advice_for(profile(without)) == ("no_voice",)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "3"])
def test_what_is_no_profile_says_nothing(text: str) -> None:
    assert read(text) == {}
    assert in_words(read(text)) == ()
    assert advice_for(read(text)) == ()


@pytest.mark.parametrize(
    ("found", "stopped", "caller_id", "advice"),
    [
        (VoiceProfile(hears_while_playing=True).found(sample_format=SampleFormat.ULAW), "", "number", ()),
        (VoiceProfile(hears_while_playing=True), "", "", ("format",)),
        (VoiceProfile(), "rang", "", ("rang", "deaf")),
        (VoiceProfile(), "silent", "none", ("silent", "no_id", "deaf")),
        (VoiceProfile(hears_while_playing=True), "time", "withheld", ("time", "withheld")),
        (VoiceProfile().found(sees_telephone="", sample_format=SampleFormat.ULAW), "", "", ("unseen", "deaf")),
        (VoiceProfile().found(sees_telephone="hH", sample_format=SampleFormat.ULAW), "", "", ("deaf",)),
    ],
)
def test_advice_is_given_where_something_is_to_be_done(
    found: VoiceProfile, stopped: str, caller_id: str, advice: tuple[str, ...]
) -> None:
    assert advice_for(profile(found), stopped=stopped, caller_id=caller_id) == advice
    assert set(advice) <= set(ADVICE)


def test_a_report_is_json() -> None:
    made = report("Example", profile(VoiceProfile()), [("ATI0", "OK")], version="1")
    assert json.loads(json.dumps(made))["asked and answered"] == [["ATI0", "OK"]]
    assert made["caller id test"] is None
