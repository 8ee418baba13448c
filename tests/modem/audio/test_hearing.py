from __future__ import annotations

import random

from modem.audio.hearing import Hearing
from modem.audio.tones import in_frames, key_tone, sine
from modem.events import CallTone
from tests.modem.audio.exchange import BUSY, Trunk, tone


def told(sound: bytes, hearing: Hearing) -> list[str | CallTone]:
    found: list[str | CallTone] = []
    for frame in in_frames(sound):
        keys, tones = hearing.feed(frame)
        found += [*keys, *tones]
    return found


def test_keys_and_tones_are_told_in_order_and_are_no_speech() -> None:
    hearing = Hearing()
    keys = b"".join(key_tone(key, seconds=0.3) + bytes(1600) for key in "12#")
    busy = tone(BUSY, 4.0, Trunk(snr_db=40), random.Random(1))
    assert told(bytes(1600) + keys + busy, hearing) == [*"12#", CallTone.BUSY]
    assert hearing.tone is CallTone.BUSY
    assert not hearing.speech.has_spoken


def test_a_voice_is_neither_key_nor_tone() -> None:
    hearing = Hearing()
    assert told(bytes(16000) + sine(220, 660, 1100, 1980, seconds=1.0, dbfs=-24), hearing) == []
    assert hearing.speech.has_spoken


def test_a_dial_tone_is_known_as_soon_as_asked() -> None:
    assert told(sine(450, seconds=1.0), Hearing(dial_after_s=0.8)) == [CallTone.DIAL]


def test_the_exchanges_frequency_is_noticed_before_it_is_a_tone() -> None:
    hearing = Hearing()
    assert told(sine(450, seconds=0.1), hearing) == []
    assert hearing.is_tone_on
    assert told(sine(600, seconds=0.1), hearing) == []
    assert not hearing.is_tone_on
