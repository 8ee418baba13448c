"""What a landline modem does, in plain words: for the wizard's page, the shell and the report file. Pure.

The profile comes as JSON, as the telephone side measured it; a field nobody knows here is left out, one that is
missing counts as not known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Profile = Mapping[str, Any]

LABELS = {
    "has_voice": "Answers, plays and records",
    "sample_format": "Sample format",
    "hears_while_playing": "Hears keys while it plays",
    "cancel_ends": "Stops playing on a single word",
    "stop_recording": "Stops recording on",
    "tone_shape": "Plays tones by itself",
    "has_duplex": "Plays and records at the same time",
    "sees_telephone": "Sees the telephone beside it being lifted",
    "vls_join": "Joins a call of that telephone",
    "id_needs_voice": "Tells numbers in voice mode only",
    "answers_by": "Goes off the hook by",
    "yes": "yes",
    "no": "no",
    "unknown": "not known yet",
    "ulaw": "u-law",
    "alaw": "A-law",
    "unsigned": "8 bit linear, unsigned",
    "signed": "8 bit linear, signed",
    "linear16": "16 bit linear",
    "loads": "like a second telephone",
    "listens": "by listening only",
}

ADVICE = {
    "no_voice": "This modem has no voice. The box shows who calls, and can't answer, play or record: "
    "for that it needs a voice modem, see the chapter Landline of the technician's book.",
    "format": "How this modem writes sound could not be measured: no dial tone was heard. "
    "Plug the line into its LINE socket, hang up every telephone, and measure again.",
    "no_id": "It rang, and no number came. Ask the carrier to switch on caller display for this line, and to send it "
    "as FSK. Old exchanges send it in keys (DTMF), which most modems don't understand. Until then numbers are typed.",
    "withheld": "The number was withheld. Call again from a telephone that shows its number.",
    "unseen": "This modem does not see the telephone being lifted. When the rings stop, the card asks whether somebody "
    "answered; F2 says so at once.",
    "deaf": "This modem is not known to hear keys while it plays: callers press them after each prompt.",
    "rang": "A call came in between. Measure again.",
    "silent": "The modem stopped answering. Unplug it, count to ten, plug it in, and measure again.",
    "time": "The modem was too slow. Measure again; if it stays so, send the report file.",
}

_YES_NO = ("has_voice", "hears_while_playing", "cancel_ends", "has_duplex", "id_needs_voice")
_TRIED = ("hears_while_playing", "sees_telephone")  # what nobody can assume of a modem
_TECHNICAL = ("answers_by", "tone_shape", "has_duplex", "stop_recording", "cancel_ends")
_STOPS = {"!": "DLE !", "\x1b": "DLE ESC", "^": "DLE ^", "!!!": "DLE ! (thrice)"}
_ORDER = (
    "has_voice", "sample_format", "hears_while_playing", "sees_telephone", "vls_join", "id_needs_voice", "answers_by",
    "tone_shape", "has_duplex", "stop_recording", "cancel_ends",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is known of a modem. `label` and `value` are message ids, `detail` is technical and the same in
    every language."""

    key: str
    label: str
    value: str
    detail: str
    is_measured: bool

    @property
    def is_assumed(self) -> bool:
        """It is what such modems usually do."""
        return not self.is_measured and self.value != LABELS["unknown"]

    @property
    def is_technical(self) -> bool:
        return self.key in _TECHNICAL


def read(text: str) -> dict[str, Any]:
    """The profile in this JSON; {} for what is none."""
    try:
        raw = json.loads(text)
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}


def in_words(profile: Profile) -> tuple[Row, ...]:
    """Row by row; of a modem without voice only that."""
    measured = profile.get("measured") or ()
    keys = _ORDER if profile.get("has_voice", True) else ("has_voice", "id_needs_voice")
    return tuple(
        Row(key, LABELS[key], *_said(key, profile[key], profile, is_tried=key in measured), key in measured)
        for key in keys
        if key in profile
    )


def _said(key: str, value: object, profile: Profile, *, is_tried: bool) -> tuple[str, str]:
    if key in _TRIED and not value and not is_tried:
        return LABELS["unknown"], ""
    if key in _YES_NO:
        return LABELS["yes" if value else "no"], ""
    if key == "sample_format":
        return LABELS.get(str(value), ""), f"AT+VSM={profile['vsm']}" if profile.get("vsm") else ""
    if key == "stop_recording":
        return "", _STOPS.get(str(value), repr(value))
    if key == "vls_join":
        return LABELS["loads" if value == profile.get("vls_line", 1) else "listens"], f"AT+VLS={value}"
    if key == "answers_by":
        return "", f"AT{value}=1" if value == "+VLS" else str(value)
    return LABELS["yes" if value else "no"], str(value)  # tone_shape, sees_telephone


def advice_for(profile: Profile, *, stopped: str = "", caller_id: str = "") -> tuple[str, ...]:
    """Keys of ADVICE that hold, the gravest first. `caller_id`: what came with the newest test call."""
    measured = profile.get("measured") or ()
    has_voice = bool(profile.get("has_voice", True))
    holds = {
        "no_voice": bool(profile) and not has_voice,
        "rang": stopped == "rang",
        "silent": stopped == "silent",
        "time": stopped == "time",
        "format": bool(profile) and has_voice and not stopped and "sample_format" not in measured,
        "no_id": caller_id == "none",
        "withheld": caller_id == "withheld",
        "unseen": has_voice and "sees_telephone" in measured and not profile.get("sees_telephone"),
        "deaf": bool(profile) and has_voice and not profile.get("hears_while_playing"),
    }
    return tuple(key for key, does in holds.items() if does)


def report(
    identity: str,
    profile: Profile,
    evidence: Sequence[Sequence[str]],
    *,
    version: str,
    stopped: str = "",
    telephone: Sequence[Sequence[str]] = (),
    caller_id: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """The file that users may send to whoever looks after the product: the modem, and nobody's number or name."""
    return {
        "what": "what a landline modem does, measured by Hotline Box",
        "version": version,
        "modem": identity,
        "stopped": stopped,
        "in words": [
            " ".join(filter(None, (f"{row.label}:", row.value, row.detail, "(measured)" if row.is_measured else "")))
            for row in in_words(profile)
        ],
        "profile": dict(profile),
        "asked and answered": [list(each) for each in evidence],
        "with the telephone": [list(each) for each in telephone],
        "caller id test": dict(caller_id) if caller_id else None,
    }
