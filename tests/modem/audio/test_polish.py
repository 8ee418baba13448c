"""Recordings bettered: what is taken away, and what must stay."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

import pytest

from modem.audio import hang_up_tail, polish
from modem.audio.frames import FRAME_BYTES, SILENCE
from modem.audio.hang_up_tail import HangUpTail
from modem.audio.levels import dbfs
from modem.audio.loudness import MOST_GAIN_DB, Loudness
from modem.audio.polish import HighPass
from modem.audio.tones import in_frames, sine
from tests import needs, rounds
from tests.modem.audio.exchange import BUSY, CONGESTION, DIAL, SPEECH, Trunk, recordings, tone
from tests.modem.audio.test_speech import noise, packed, voices


def better(sound: bytes, kind: str = "talk", portion: int = 16000) -> bytes:
    def read() -> Iterator[bytes]:
        return (sound[at : at + portion] for at in range(0, len(sound), portion))

    return b"".join(polish.polish(read, kind))


def kept_frames(sound: bytes) -> int:
    tail = HangUpTail()
    for frame in in_frames(sound):
        tail.feed(frame)
    return tail.frames


def quiet(seconds: float) -> bytes:
    return SILENCE * round(seconds * 50)


def a_voice(seed: int = 1, gain: float = 1.0) -> bytes:
    (voice,) = voices(1, random.Random(seed))
    return b"".join(in_frames(packed([sample * gain for sample in voice])))


def active_dbfs(sound: bytes) -> float:
    loudness = Loudness()
    for frame in in_frames(sound):
        loudness.feed(frame)
    assert loudness.active_dbfs is not None
    return loudness.active_dbfs


@pytest.mark.parametrize("cadence", [BUSY, CONGESTION, DIAL])
@pytest.mark.parametrize("snr_db", [15.0, 60.0])
def test_the_tone_behind_a_hang_up_is_cut_off_from_its_first_burst(cadence: tuple[float, float], snr_db: float) -> None:
    chance = random.Random(snr_db)
    for seed in range(rounds.count(3, soak=300)):
        call = a_voice(seed) + quiet(chance.uniform(0.3, 2.0))
        begun_s = chance.uniform(0, sum(cadence)) if cadence != DIAL else 0.0
        tail = tone(cadence, 8.0, Trunk(snr_db=snr_db, level_dbfs=chance.uniform(-35, -10)), chance, begun_s)
        lost = len(call) // FRAME_BYTES - kept_frames(call + tail)
        assert -0.8 * 50 < lost <= 1  # a pause may be what it begins with


def test_a_tone_with_a_voice_behind_it_stays() -> None:
    sound = a_voice(1) + quiet(0.5) + tone(BUSY, 5.0, Trunk(), random.Random(1)) + quiet(0.5) + a_voice(2)
    assert kept_frames(sound) == len(sound) // FRAME_BYTES


def test_no_word_is_taken_for_a_tail() -> None:
    needs.folder(SPEECH, package="asterisk-core-sounds-en-wav")
    for name, sound in random.Random(1).sample(list(recordings(SPEECH)), rounds.count(60, soak=500)):
        assert kept_frames(sound) == len(in_frames(sound)), name


def test_a_tail_that_is_not_looked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first test can fail."""
    monkeypatch.setattr(hang_up_tail, "EDGE_FRAMES", -1)
    sound = a_voice(1) + quiet(0.5) + tone(BUSY, 8.0, Trunk(), random.Random(1))
    assert kept_frames(sound) > len(a_voice(1) + quiet(0.5)) // FRAME_BYTES + 20


@pytest.mark.parametrize(("hz", "least_db", "most_db"), [
    (50, -22, -17), (100, -9, -6), (150, -3.3, -2.7), (300, -0.5, 0.1), (1000, -0.1, 0.1), (3400, -0.1, 0.1)
])  # fmt: skip
def test_hum_is_taken_out_and_voices_stay(hz: float, least_db: float, most_db: float) -> None:
    high_pass = HighPass()
    passed = [high_pass.feed(frame) for frame in in_frames(sine(hz, seconds=1, dbfs=-12))]
    assert least_db <= dbfs(passed[-1]) + 12 <= most_db


def test_direct_current_is_gone() -> None:
    high_pass = HighPass()
    passed = [high_pass.feed(struct.pack("<160h", *[5000] * 160)) for _ in range(20)]
    assert set(passed[-1]) == {0}


def test_what_becomes_too_loud_is_cut_off_and_not_turned_round() -> None:
    loud = HighPass().feed(in_frames(sine(1000, seconds=0.02, dbfs=-6))[0], 10.0)
    samples = struct.unpack("<160h", loud)
    assert (max(samples), min(samples)) == (32767, -32768)


@pytest.mark.parametrize("gain", [0.15, 0.5, 1.0, 3.5])
def test_voices_come_out_as_loud_as_speech_should_be(gain: float) -> None:
    for seed in range(3):
        assert active_dbfs(better(a_voice(seed, gain))) == pytest.approx(-20, abs=3)


def test_a_click_does_not_keep_a_soft_voice_soft() -> None:
    click = struct.pack("<160h", *[30000, -30000] * 80)
    soft = b"".join(a_voice(seed, 0.15) for seed in range(4))
    assert active_dbfs(better(soft + click)[: len(soft)]) == pytest.approx(active_dbfs(better(soft)), abs=1)


def test_noise_alone_is_not_raised() -> None:
    hiss = packed(noise(3.0, -44, random.Random(3)))
    assert active_dbfs(better(hiss)) == pytest.approx(-44, abs=1.5)


def test_silence_stays_silence() -> None:
    assert better(quiet(3)) == quiet(3)
    assert Loudness().gain_db == 0.0
    assert better(b"") == b""


def test_no_voice_is_raised_endlessly() -> None:
    assert Loudness().active_dbfs is None
    loudness = Loudness()
    for frame in in_frames(sine(1000, seconds=1, dbfs=-54)):
        loudness.feed(frame)
    assert loudness.gain_db <= MOST_GAIN_DB


def test_a_voicemail_ends_soon_after_its_last_word_and_a_talk_as_it_ended() -> None:
    words = a_voice(1)
    assert len(better(quiet(1) + words + quiet(8), "voicemail")) / 16000 == pytest.approx(
        1.5 + len(words) / 16000, abs=0.3
    )
    assert len(better(quiet(1) + words + quiet(8), "talk")) == len(quiet(9) + words)


def test_a_voicemail_without_a_word_is_left_as_it_is() -> None:
    assert better(quiet(5), "voicemail") == quiet(5)


def test_a_prompt_is_not_touched() -> None:
    assert better(a_voice(1, 0.2), "prompt") == a_voice(1, 0.2)


@pytest.mark.parametrize("portion", [1, 333, 320, 16000, 10**7])
def test_portions_of_any_size_give_the_same(portion: int) -> None:
    sound = a_voice(1)[: 16000 + 101]
    assert better(sound, "talk", portion) == better(sound)
    assert len(better(sound)) == -(-len(sound) // FRAME_BYTES) * FRAME_BYTES


def test_a_long_first_reading_lets_others_do_something_now_and_then() -> None:
    pieces = list(polish.polish(lambda: iter([quiet(1)] * 60), "talk"))
    assert pieces[:60] == [b""] * 60
    assert len(b"".join(pieces)) == 60 * 16000
