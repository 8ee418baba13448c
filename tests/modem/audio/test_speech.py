"""Has somebody spoken: Debian's recorded voices in a line's noise."""

from __future__ import annotations

import random
import struct

import pytest

from modem.audio import speech as speech_module
from modem.audio.frames import SILENCE
from modem.audio.speech import Speech
from modem.audio.tones import in_frames, sine
from tests import needs, rounds
from tests.modem.audio.exchange import SPEECH, recordings


def heard(sound: bytes) -> Speech:
    speech = Speech()
    for frame in in_frames(sound):
        speech.feed(frame)
    return speech


def noise(seconds: float, dbfs: float, chance: random.Random) -> list[float]:
    amplitude = 32768 / 2**0.5 * 10 ** (dbfs / 20)
    return [chance.gauss(0, amplitude) for _ in range(round(seconds * 8000))]


def packed(samples: list[float]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *(max(-32768, min(32767, round(sample))) for sample in samples))


def voices(count: int, chance: random.Random) -> list[list[float]]:
    """Sentences as loud as telephone speech is, without the silence some begin and end with."""
    needs.folder(SPEECH, package="asterisk-core-sounds-en-wav")
    found = []
    sentences = [sound for _, sound in recordings(SPEECH) if len(sound) > 2 * 16000]
    for sound in chance.sample(sentences, count):
        samples = struct.unpack(f"<{len(sound) // 2}h", sound)
        gain = 8000 / max(map(abs, samples))
        loud = [n for n, sample in enumerate(samples) if abs(sample) * gain > 1000]
        found.append([sample * gain for sample in samples[loud[0] : loud[-1]]])
    return found


@pytest.mark.parametrize("noise_dbfs", [-90.0, -50.0, -38.0])
def test_voices_are_heard_and_their_end_in_the_noise_of_a_line(noise_dbfs: float) -> None:
    chance = random.Random(noise_dbfs)
    for voice in voices(rounds.count(8, soak=500), chance):
        line = noise(2.0 + len(voice) / 8000 + 4.0, noise_dbfs, chance)
        for n, sample in enumerate(voice):
            line[16000 + n] += sample
        speech, began = Speech(), 2.0
        for at, frame in enumerate(in_frames(packed(line))):
            speech.feed(frame)
            if at * 0.02 < began:
                assert not speech.has_spoken
            elif began + 1.0 < at * 0.02 < began + len(voice) / 8000:
                assert speech.quiet_s < 2.5  # a pause between two sentences at most
        assert speech.has_spoken
        assert speech.quiet_s == pytest.approx(4.0, abs=0.6)


@pytest.mark.parametrize("noise_dbfs", [-60.0, -40.0, -25.0])
def test_noise_says_nothing_however_loud(noise_dbfs: float) -> None:
    speech = heard(packed(noise(10.0, noise_dbfs, random.Random(1))))
    assert not speech.has_spoken
    assert speech.quiet_s == pytest.approx(10.0)
    assert speech.noise_dbfs == pytest.approx(noise_dbfs, abs=1.5)


def test_noise_that_begins_later_is_quiet_again_within_four_seconds() -> None:
    speech = heard(bytes(16000 * 3) + packed(noise(8.0, -30, random.Random(2))))
    assert speech.quiet_s > 4.0


def test_a_click_and_a_hum_too_soft_are_no_speech() -> None:
    assert not heard(bytes(16000) + sine(1000, seconds=0.06) + bytes(16000)).has_spoken
    assert not heard(bytes(16000) + sine(200, seconds=3, dbfs=-55) + bytes(16000)).has_spoken


def test_one_short_word_is_speech() -> None:
    word = sine(300, 700, 1100, seconds=0.35, dbfs=-20)
    speech = heard(bytes(16000) + word + bytes(32000))
    assert speech.has_spoken
    assert speech.quiet_s == pytest.approx(2.0, abs=0.2)


def test_what_is_known_to_be_a_tone_is_no_speech() -> None:
    speech = Speech()
    for frame in [SILENCE] * 50 + in_frames(sine(450, seconds=2)):
        speech.feed(frame, is_tone=frame != SILENCE)
    assert not speech.has_spoken
    assert speech.quiet_s == pytest.approx(3.0)


def test_a_measure_without_the_noise_of_the_line_takes_noise_for_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above can fail."""
    monkeypatch.setattr(speech_module, "ABOVE_NOISE_DB", -20.0)
    assert heard(packed(noise(2.0, -40, random.Random(1)))).has_spoken
