"""The key detector against the demands of the landline's issue. How fast it is says tests/modem/audio/bench.py."""

from __future__ import annotations

import math
import random
import struct
import wave
from pathlib import Path

import pytest

from modem.audio import goertzel
from modem.audio.frames import FRAME_BYTES, RATE_HZ, SILENCE
from modem.audio.goertzel import DtmfDetector
from modem.audio.tones import LOW_HZ, in_frames, key_tone, sine
from tests import needs, rounds
from tests.modem.audio.keypad import ALL_KEYS, Line, dialled, heard

SPEECH_AND_MUSIC = Path("/usr/share/asterisk")
LISTEN_S = rounds.count(600, soak=100_000)


def pause(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE_HZ))


@pytest.mark.parametrize("key", ALL_KEYS)
def test_each_of_the_sixteen_keys_is_known(key: str) -> None:
    assert heard(key_tone(key) + pause(0.1)) == [key]


@pytest.mark.parametrize("shift", range(0, 160, 7))
def test_forty_milliseconds_are_enough_wherever_the_frames_fall(shift: int) -> None:
    sound = bytes(2 * shift) + key_tone("7", seconds=0.04) + pause(0.04) + key_tone("7", seconds=0.04) + pause(0.06)
    assert heard(sound) == ["7", "7"]


@pytest.mark.parametrize("seconds", [0.05, 0.2, 2.0, 30.0])
def test_one_press_is_one_key_however_long(seconds: float) -> None:
    assert heard(key_tone("5", seconds=seconds) + pause(0.1)) == ["5"]


@pytest.mark.parametrize("shift", range(0, 160, 20))
def test_a_frame_lost_in_a_long_press_does_not_make_it_two(shift: int) -> None:
    press = key_tone("5", seconds=1.0)
    cut = 2 * (4000 + shift)
    assert heard(press[:cut] + SILENCE + press[cut + FRAME_BYTES :] + pause(0.1)) == ["5"]
    assert heard(press[:cut] + press[cut + FRAME_BYTES :] + pause(0.1)) == ["5"]


def test_another_key_needs_no_gap() -> None:
    assert heard(key_tone("1") + key_tone("2") + key_tone("1") + pause(0.1)) == ["1", "2", "1"]


def test_keys_are_told_while_they_are_pressed() -> None:
    detector = DtmfDetector()
    told_in = [n for n, frame in enumerate(in_frames(key_tone("9", seconds=1))) if detector.feed(frame)]
    assert told_in == [1]  # the second frame: 40 ms


HARD_LINES = {
    "anything allowed": Line(),
    "always the worst allowed": Line(always_worst=True),
    "worst twist, in tune": Line(off_tune=0, always_worst=True),
    "no twist, worst tune": Line(twist_db=0, always_worst=True),
    "quiet": Line(level_dbfs=-38),
    "very loud": Line(level_dbfs=-3),
    "more noise than promised": Line(snr_db=12),
}


@pytest.mark.parametrize("name", HARD_LINES)
def test_999_of_1000_keys_are_heard_on_a_hard_line(name: str) -> None:
    chance, count = random.Random(name), rounds.count(1000, soak=20_000)
    wrong = 0
    for _ in range(count // 50):
        keys, sound = dialled(50, HARD_LINES[name], chance)
        found = heard(sound)
        wrong += abs(len(keys) - len(found)) or sum(a != b for a, b in zip(keys, found, strict=True))
    assert wrong <= count // 1000


def test_a_line_that_is_too_bad_is_noticed_by_the_measure_above() -> None:
    keys, sound = dialled(200, Line(snr_db=3), random.Random(1))
    assert heard(sound) != keys


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (key_tone("5", seconds=0.5, dbfs=-60), "too quiet"),
        (sine(697, seconds=0.5), "a low tone alone"),
        (sine(1336, seconds=0.5), "a high tone alone"),
        (sine(697 * 1.035, 1336, seconds=0.5), "3.5 % off"),
        (sine(697, 1336 * 0.965, seconds=0.5), "3.5 % off"),
        (sine(697, 770, seconds=0.5), "two low tones"),
        (sine(697, 1209, 1477, seconds=0.5), "three tones"),
        (sine(697, 1209, 440, seconds=0.5), "a third tone between"),
        (sine(450, seconds=3), "busy"),
        (sine(440, 480, seconds=0.5), "ring-back elsewhere"),
        (sine(350, 440, seconds=0.5), "dial tone elsewhere"),
        (sine(480, 620, seconds=0.5), "busy elsewhere"),
        (sine(425, seconds=0.5), "dial tone elsewhere"),
        (sine(950, 1400, 1800, seconds=0.5), "information tone"),
        (key_tone("5", seconds=0.020), "20 ms"),
        (bytes(16000), "nothing at all"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_none(sound: bytes, why: str) -> None:
    assert heard(sound + pause(0.1)) == [], why


def test_a_short_whistle_amid_noise_is_no_key() -> None:
    """30 ms that are all key, and neither before nor after them anything like it."""
    chance = random.Random(7)
    for _ in range(50):
        noise = [max(-32768, min(32767, round(chance.gauss(0, 9000)))) for _ in range(2 * 1600)]
        before, after = (struct.pack("<1600h", *noise[at : at + 1600]) for at in (0, 1600))
        assert heard(before + key_tone(chance.choice(ALL_KEYS), seconds=0.03, dbfs=-14) + after) == []


def test_a_tone_that_a_codec_lets_swell_and_fade_is_still_one_press() -> None:
    """As GSM full rate does with the first tenth of a second."""
    both = []
    for n, (low, high) in enumerate(
        zip(_samples(sine(770, seconds=0.4)), _samples(sine(1336, seconds=0.4)), strict=True)
    ):
        fade = 1.0 if n < 400 or n > 1400 else 10 ** (-8 / 20)
        both.append(round(low + fade * high))
    assert heard(struct.pack(f"<{len(both)}h", *both) + pause(0.1)) == ["5"]


def test_a_low_tone_much_stronger_than_the_high_one_is_no_key() -> None:
    loud, soft = sine(697, seconds=0.3, dbfs=-10), sine(1209, seconds=0.3, dbfs=-22)
    both = [one + two for one, two in zip(_samples(loud), _samples(soft), strict=True)]
    assert heard(struct.pack(f"<{len(both)}h", *both)) == []


def test_noise_and_voices_made_of_harmonics_press_no_key() -> None:
    chance = random.Random(12345)
    for _ in range(rounds.count(60, soak=6000)):
        pitch_hz = chance.uniform(80, 400)
        voice = [chance.gauss(0, 50)] * 0
        weights = [chance.random() for _ in range(1, int(3400 / pitch_hz))]
        for n in range(RATE_HZ // 4):
            step = 2 * math.pi * pitch_hz * n / RATE_HZ
            voice.append(sum(weight * math.sin(step * (k + 1)) for k, weight in enumerate(weights)))
        largest = max(map(abs, voice))
        assert heard(struct.pack(f"<{len(voice)}h", *(round(9000 * v / largest) for v in voice))) == []
    noise = [round(chance.gauss(0, 3000)) for _ in range(20 * RATE_HZ)]
    assert heard(struct.pack(f"<{len(noise)}h", *noise)) == []


def test_ten_minutes_of_speech_and_music_press_no_key() -> None:
    """Debian's asterisk sounds: a voice saying some 500 prompts, and music on hold."""
    needs.folder(SPEECH_AND_MUSIC, package="asterisk-core-sounds-en-wav asterisk-moh-opsound-wav")
    files = sorted(SPEECH_AND_MUSIC.glob("**/*.wav"))
    random.Random(2).shuffle(files)
    listened_s = 0.0
    for file in files:
        with wave.open(str(file)) as recording:
            assert (recording.getframerate(), recording.getsampwidth(), recording.getnchannels()) == (8000, 2, 1)
            sound = recording.readframes(60 * RATE_HZ)
        assert heard(sound) == [], file.name
        listened_s += len(sound) / 2 / RATE_HZ
        if listened_s >= LISTEN_S:
            break
    assert listened_s >= 600


def test_a_detector_that_looks_less_closely_hears_keys_in_voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The measures above can fail: with the share of energy given up, three tones are a key."""
    monkeypatch.setattr(goertzel, "SURE_SHARE", 0.1)
    monkeypatch.setattr(goertzel, "LIKELY_SHARE", 0.1)
    assert heard(sine(697, 1209, 440, seconds=0.5)) != []


def test_a_detector_that_lets_go_at_once_hears_one_press_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goertzel, "MISSES_TO_END", 1)
    press = key_tone("5", seconds=1.0)
    assert heard(press[:8000] + SILENCE + press[8320:] + pause(0.1)) == ["5", "5"]


def test_the_low_tones_are_those_of_the_standard() -> None:
    assert LOW_HZ == (697.0, 770.0, 852.0, 941.0)


def _samples(sound: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sound) // 2}h", sound)
