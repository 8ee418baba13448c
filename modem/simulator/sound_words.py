"""The control words about sound: what is played into the far party's telephone, and what was heard in it."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modem.simulator import tones
from modem.simulator.bad_word import BadWord, number_of, text_of

if TYPE_CHECKING:
    from modem.simulator.control_words import ControlWords
    from modem.simulator.sound import Sound

Json = dict[str, Any]
LONGEST_S = 600.0
HIGHEST_HZ = tones.RATE_HZ / 2


def _sound(words: ControlWords, *, in_call: bool) -> Sound:
    sound = words.equipment.sound
    make = words.equipment.profile.make
    if sound.habit is None:
        raise BadWord(f"a {make.maker} {make.model} gives no sound to the computer (no PCM)")
    if not sound.has_port:
        raise BadWord("this module has no PCM tty: start the simulator with --pcm-link PATH")
    if in_call and sound.next_deadline() is None:
        raise BadWord("nobody talks just now: there is no call that was answered")
    return sound


def say(words: ControlWords, message: Json, now_s: float) -> Json:
    """A WAV file is played to the office, after what plays already."""
    sound = _sound(words, in_call=True)
    samples = read_wav(text_of(message, "wav"))
    return {"seconds": len(samples) / tones.RATE_HZ, "until_s": now_s + sound.far.say(samples)}


def tone(words: ControlWords, message: Json, now_s: float) -> Json:
    """A sine is played to the office, after what plays already."""
    sound = _sound(words, in_call=True)
    hz = number_of(message, "hz", least=1, most=HIGHEST_HZ)
    seconds = number_of(message, "seconds", 1.0, least=0, most=LONGEST_S)
    dbfs = number_of(message, "dbfs", -12.0, least=-90, most=0)
    return {"seconds": seconds, "until_s": now_s + sound.far.say(tones.sine(hz, seconds, dbfs))}


def heard(words: ControlWords, message: Json, now_s: float) -> Json:
    """What the far party heard of the office; after the call it is what was heard last."""
    sound = _sound(words, in_call=False)
    seconds = number_of(message, "seconds", 1.0, least=0, most=60)
    return {
        **sound.far.heard(seconds),
        "frames": sound.frames,
        "underruns": sound.underruns,
        "waiting_s": sound.waiting_s(),
        "flowing": sound.is_flowing,
    }


def record(words: ControlWords, message: Json, now_s: float) -> Json:
    """Write what the far party heard in this call (its last minute) to a WAV file."""
    return write_wav(text_of(message, "wav"), _sound(words, in_call=False).far.recording())


def keys_of(message: Json) -> str:
    """The field `digits`."""
    keys = text_of(message, "digits").upper()
    if not keys or any(key not in tones.KEY_TONES_HZ for key in keys):
        raise BadWord("digits: 0-9, *, #, A-D are wanted")
    return keys


def write_wav(path: str, data: bytes) -> Json:
    """8000 Hz, 16 bit, one channel: the answer to the word that wants it."""
    try:
        with Path(path).open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(tones.RATE_HZ)
            file.writeframes(data)
    except OSError as error:
        raise BadWord(f"wav: {error}") from error
    return {"seconds": len(data) / 2 / tones.RATE_HZ}


def read_wav(path: str) -> tones.Samples:
    try:
        with Path(path).open("rb") as raw, wave.open(raw, "rb") as file:
            shape = (file.getframerate(), file.getsampwidth() * 8, file.getnchannels())
            if shape != (tones.RATE_HZ, 16, 1):
                raise BadWord(
                    f"wav: {path} has {shape[0]} Hz, {shape[1]} bit, {shape[2]} channels; "
                    "8000 Hz, 16 bit, 1 channel are wanted"
                )
            if file.getnframes() > LONGEST_S * tones.RATE_HZ:
                raise BadWord(f"wav: {path} is longer than {LONGEST_S:.0f} s")
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise BadWord(f"wav: {path} cannot be read: {error}") from error
    return tones.to_samples(data[: len(data) // 2 * 2])


SOUND_WORDS: dict[str, Callable[[ControlWords, Json, float], Json]] = {
    "say": say,
    "tone": tone,
    "heard": heard,
    "record": record,
}
