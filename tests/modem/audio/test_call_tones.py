"""The tones of the exchange against bad lines, and against voices and music. How often it fails says bench.py."""

from __future__ import annotations

import random
from array import array

import pytest

from modem.audio import call_tones
from modem.audio.call_tones import CallToneDetector
from modem.audio.frames import FRAME_BYTES, SILENCE
from modem.audio.laws import decode, encode
from modem.audio.tones import in_frames, key_tone, sine
from modem.events import CallTone
from modem.voice_profile import SampleFormat
from tests import needs, rounds
from tests.modem.audio.exchange import (
    BUSY,
    CONGESTION,
    DIAL,
    MUSIC,
    RING_BACK,
    SPEECH,
    STUTTER_DIAL,
    Trunk,
    recordings,
    told,
    tone,
)

KNOWN = {
    "busy": (BUSY, 4.0, CallTone.BUSY),
    "congestion": (CONGESTION, 7.0, CallTone.BUSY),
    "ring-back": (RING_BACK, 11.0, CallTone.RING_BACK),
    "dial": (DIAL, 2.0, CallTone.DIAL),
    "dial, calls are forwarded": (STUTTER_DIAL, 2.5, CallTone.DIAL),
}
LINES = {
    "in tune": Trunk(),
    "20 Hz low": Trunk(hz=430),
    "20 Hz high": Trunk(hz=470),
    "very loud": Trunk(level_dbfs=-1),
    "far away": Trunk(level_dbfs=-40),
    "quieter when a telephone is lifted": Trunk(drop_db=6),
    "more noise than promised": Trunk(snr_db=12),
    "no noise at all": Trunk(snr_db=90),
}
LISTEN_S = rounds.count(300, soak=100_000)


def silence(seconds: float) -> bytes:
    return SILENCE * round(seconds / 0.02)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", KNOWN)
def test_each_tone_is_known_on_a_bad_line_wherever_it_begins(name: str, line: str) -> None:
    cadence, seconds, expected = KNOWN[name]
    chance = random.Random(name + line)
    for _ in range(rounds.count(1, soak=200)):
        begun_s = chance.uniform(0, sum(cadence)) if cadence != DIAL else 0.0
        assert told(tone(cadence, seconds, LINES[line], chance, begun_s)) == [expected]


@pytest.mark.parametrize("form", [SampleFormat.ULAW, SampleFormat.ALAW, SampleFormat.UNSIGNED])
def test_no_sample_format_hides_it(form: SampleFormat) -> None:
    busy = tone(BUSY, 4.0, Trunk(level_dbfs=-32), random.Random(1))
    assert told(decode(encode(busy, form), form)) == [CallTone.BUSY]


def test_a_line_that_is_too_bad_is_noticed_by_the_measure_above() -> None:
    assert told(tone(BUSY, 4.0, Trunk(snr_db=0), random.Random(1))) == []


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (tone((0.25, 0.25), 5, Trunk(), random.Random(1)), "too fast for busy"),
        (tone((0.5, 0.5), 8, Trunk(), random.Random(1)), "busy elsewhere"),
        (tone((0.4, 4.0), 14, Trunk(), random.Random(1)), "call waiting"),
        (tone((0.35, 0.7), 8, Trunk(), random.Random(1)), "on and off are of no kind"),
        (tone(BUSY, 5, Trunk(hz=480), random.Random(1)), "30 Hz off"),
        (tone(BUSY, 5, Trunk(hz=420), random.Random(1)), "30 Hz off"),
        (tone(DIAL, 5, Trunk(hz=350), random.Random(1)), "dial tone elsewhere"),
        (tone(DIAL, 1.2, Trunk(), random.Random(1)), "too short"),
        (tone(DIAL, 5, Trunk(level_dbfs=-60), random.Random(1)), "too quiet"),
        (sine(450, 600, seconds=5), "half of it is another tone"),
        (sine(450, seconds=0.35) + silence(0.35) + sine(450, seconds=0.35) + silence(3), "two periods"),
        ((sine(450, seconds=0.35) + sine(800, seconds=0.35)) * 6, "another tone in the pause"),
        (b"".join(sine(450, seconds=s) + silence(s) for s in (0.28, 0.44) * 4), "periods that differ"),
        (b"".join(sine(450, seconds=0.35) + silence(s) for s in (0.28, 0.44) * 4), "pauses that differ"),
        (b"".join(sine(434 + 16 * (n % 2), seconds=0.2) for n in range(20)), "a tone that sings"),
        (silence(1) + sine(450, seconds=1.0) + silence(0.5) + sine(700, seconds=1), "one second of it, then a voice"),
        (b"".join(map(key_tone, "123456789")), "keys"),
        (silence(10), "nothing at all"),
    ],
)  # fmt: skip
def test_what_is_no_tone_of_the_exchange_is_none(sound: bytes, why: str) -> None:
    assert told(sound) == [], why


def test_a_tone_is_told_once_as_long_as_it_lasts_and_again_when_it_comes_again() -> None:
    chance = random.Random(3)
    busy = tone(BUSY, 12.0, Trunk(), chance)
    assert told(busy + silence(2) + busy) == [CallTone.BUSY] * 2
    assert told(tone(RING_BACK, 22.0, Trunk(), chance)) == [CallTone.RING_BACK]


def test_each_change_is_told_with_what_it_changes_to() -> None:
    chance = random.Random(4)
    dialled = tone(DIAL, 2.0, Trunk(), chance) + silence(1) + b"".join(map(key_tone, "12345"))
    call = dialled + silence(1) + tone(RING_BACK, 6.0, Trunk(), chance) + silence(1) + tone(BUSY, 4.0, Trunk(), chance)
    assert told(call) == [CallTone.DIAL, CallTone.RING_BACK, CallTone.BUSY]


def test_what_is_heard_now_is_over_soon_after_its_end() -> None:
    detector, heard = CallToneDetector(), []
    for frame in in_frames(sine(450, seconds=2) + silence(0.6)):
        detector.feed(frame)
        heard.append((detector.tone, detector.is_on))
    assert heard[0] == (None, True)
    assert heard[99] == (CallTone.DIAL, True)
    assert heard[110] == (CallTone.DIAL, False)
    assert heard[-1] == (None, False)


def test_the_end_of_a_dial_tone_is_no_ring_back() -> None:
    """Its beginning was not heard; what is left of it lasts a second."""
    assert told(sine(450, seconds=1.0) + silence(3)) == []
    assert told(silence(0.2) + sine(450, seconds=1.0) + silence(3)) == [CallTone.RING_BACK]


def test_where_nothing_rings_back_a_dial_tone_is_known_sooner() -> None:
    dial = tone(DIAL, 1.0, Trunk(), random.Random(5))
    assert told(dial) == []
    assert told(dial, dial_after_s=0.8) == [CallTone.DIAL]
    assert told(tone(BUSY, 4.0, Trunk(), random.Random(5)), dial_after_s=0.8) == [CallTone.BUSY]


def test_a_lost_frame_does_not_cut_a_tone_in_two() -> None:
    busy = bytearray(tone(BUSY, 4.0, Trunk(), random.Random(6)))
    for at in (20, 90, 160):
        busy[at * FRAME_BYTES : (at + 1) * FRAME_BYTES] = SILENCE
    assert told(bytes(busy)) == [CallTone.BUSY]


def test_what_coarse_codes_make_of_silence_is_a_pause_before_the_first_tone() -> None:
    chance = random.Random(5)
    noise = array("h", [chance.choice((-256, 0, 0)) for _ in range(4000)]).tobytes()
    assert told(noise + tone(CONGESTION, 4.1, Trunk(level_dbfs=-12, snr_db=90), chance)) == [CallTone.BUSY]


def test_busy_is_found_behind_a_voice() -> None:
    needs.folder(SPEECH, package="asterisk-core-sounds-en-wav")
    _, voice = next(found for found in recordings(SPEECH) if len(found[1]) > 6 * 16000)
    assert told(voice + tone(BUSY, 4.0, Trunk(), random.Random(7))) == [CallTone.BUSY]


def test_minutes_of_speech_and_music_are_no_tone() -> None:
    needs.folder(SPEECH, package="asterisk-core-sounds-en-wav")
    needs.folder(MUSIC, package="asterisk-moh-opsound-wav")
    for folder in (SPEECH, MUSIC):
        listened_s = 0.0
        for name, sound in recordings(folder):
            assert told(sound[: 120 * 16000]) == [], name
            listened_s += len(sound[: 120 * 16000]) / 16000
            if listened_s >= LISTEN_S:
                break
        assert listened_s >= 300


def test_a_detector_that_looks_less_closely_hears_tones_in_music(monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure above can fail."""
    needs.folder(MUSIC, package="asterisk-moh-opsound-wav")
    monkeypatch.setattr(call_tones, "LEAST_SHARE", 0.2)
    monkeypatch.setattr(call_tones, "MOST_OFF_HZ", 45.0)
    monkeypatch.setattr(call_tones, "MOST_DRIFT_HZ", 90.0)
    music = next(sound for name, sound in recordings(MUSIC) if name.startswith("macroform-cold_day"))
    assert told(music[100 * 16000 :], dial_after_s=0.6) != []


def test_a_detector_that_takes_any_pause_hears_a_cadence_where_none_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_tones, "OFF_BELOW", 10.0)
    assert told((sine(450, seconds=0.35) + sine(800, seconds=0.35)) * 6) == [CallTone.BUSY]
