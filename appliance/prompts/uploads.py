"""From the bytes somebody uploaded, whatever they are, to a prompt: converted, trimmed, levelled; or refused with the
reason and the cure. Pure but for the conversion handed in.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from appliance.errors import FieldWrong
from appliance.prompts import level
from appliance.prompts.level import Loudness
from appliance.prompts.sound import NotASound, SoundForms

FIELD = "sound"  # of the form
MOST_BYTES = 12 * 1024 * 1024  # a minute as studios record it: 48 kHz, 16 bit, two channels
SILENCE_AROUND_S = 20.0  # that much may be cut off before and after the words
SHORTEST_SPEECH_S = 0.1
TOO_QUIET_DBFS = -45.0
MOST_CLIPPED = 0.002  # of the samples; an undistorted voice touches the ceiling in less than a tenth of that
_CEILING = 32700

# By the fault that the telephones' sound code names. Each says what is wrong and what to do.
REASONS = {
    "empty": "Choose a WAV file; this one is empty.",
    "text": "This is a text, not a sound. Read it out and record it, then upload the WAV file.",
    "other": "This is no WAV file. Save the recording as WAV (PCM, 16 bit), and upload that.",
    "broken": "This WAV file is broken or cut off. Save it once more in the recording program, and upload that.",
    "coding": "This WAV file has the coding %(name)s. Save it with the coding PCM, 16 bit, and upload that.",
    "form": "The rate, width or channels of this WAV file are unusual. Save it with 16 bit and 48000 Hz.",
    "silent": "There is no sound in this WAV file. Record again.",
    "too_long": "This lasts %(seconds)d seconds, and %(most)d are allowed here. Shorten the words, or cut the file.",
}
KIND_KNOWN = "This is no WAV file but %(name)s. Save the recording as WAV (PCM, 16 bit), and upload that."
_KIND = re.compile(r"[A-Z]\w+")


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording that can be a prompt."""

    samples: bytes  # s16le, trimmed and levelled
    found: Loudness  # as it came
    raised_db: float

    @property
    def seconds(self) -> float:
        return round(len(self.samples) / 2 / level.RATE_HZ, 2)


def take(data: bytes, forms: SoundForms, most_s: float) -> Taken:
    """What was uploaded as a prompt. Raises FieldWrong and nothing else, whatever the bytes are."""
    try:
        samples = forms.read_wav(data, most_s + SILENCE_AROUND_S)
    except NotASound as wrong:
        raise _refusal(wrong, most_s) from wrong
    return checked(samples, most_s)


def checked(samples: bytes, most_s: float) -> Taken:
    """What was recorded, s16le, as a prompt. Raises FieldWrong."""
    found = level.loudness(samples)
    if found.speech_s < SHORTEST_SPEECH_S:
        raise FieldWrong(FIELD, "Nobody speaks in this recording. See that the microphone is on, and record again.")
    if found.active_dbfs < TOO_QUIET_DBFS:
        raise FieldWrong(
            FIELD,
            "This is too quiet: %(level)d dB, and %(least)d are needed. Go closer to the microphone and record again.",
            level=round(found.active_dbfs),
            least=round(TOO_QUIET_DBFS),
        )
    share = level.share_above(samples, _CEILING)
    if share > MOST_CLIPPED:
        raise FieldWrong(
            FIELD,
            "This is distorted: in %(share)s percent of it the sound is cut off at the top. Turn the microphone down, "
            "or speak from a hand's breadth further away, and record again.",
            share=f"{100 * share:.1f}",
        )
    words = level.trimmed(samples)
    if len(words) / 2 / level.RATE_HZ > most_s:
        raise _too_long(len(words) / 2 / level.RATE_HZ, most_s)
    gain = level.gain_db(found)
    return Taken(level.amplified(words, gain), found, gain)


def _refusal(wrong: NotASound, most_s: float) -> FieldWrong:
    names = _KIND.findall(wrong.detail)
    if wrong.fault == "other" and names:
        return FieldWrong(FIELD, KIND_KNOWN, name=names[-1])
    if wrong.fault == "too_long":
        return _too_long(float(wrong.detail), most_s)
    if wrong.fault == "coding":
        return FieldWrong(FIELD, REASONS["coding"], name=wrong.detail)
    return FieldWrong(FIELD, REASONS[wrong.fault])


def _too_long(seconds: float, most_s: float) -> FieldWrong:
    return FieldWrong(FIELD, REASONS["too_long"], seconds=math.ceil(seconds), most=round(most_s))
