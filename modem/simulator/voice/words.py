"""The words of a voice modem's control socket: what the town and the office's own telephone do. One row per word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from modem.simulator import tones
from modem.simulator.bad_word import BadWord, number_of, text_of
from modem.simulator.control_words import Cable
from modem.simulator.exchange import NoSuchCall
from modem.simulator.far_telephone import FarTelephone
from modem.simulator.pacing import SerialLine
from modem.simulator.sound_words import HIGHEST_HZ, LONGEST_S, keys_of, read_wav, write_wav
from modem.simulator.switches import UnknownSwitch
from modem.simulator.voice.caller_id import CallerId
from modem.simulator.voice.calls import Stage
from modem.simulator.voice.fault_words import FAULTS
from modem.simulator.voice.hooks import TELEPHONE
from modem.simulator.voice.modem import VoiceModem

Json = dict[str, Any]
ID_FORMS = ("fsk", "dtmf", "raw", "none")
HANG_UPS = {"busy": Stage.BUSY, "congestion": Stage.CONGESTION, "silence": Stage.SILENT}  # what the office hears then
REASONS = {False: "", True: "P", "P": "P", "O": "O"}  # why a number is not told: private, out of area


class VoiceWords:
    """Carries out one message after the other; every answer has "ok"."""

    def __init__(self, serial: SerialLine[VoiceModem], cable: Cable) -> None:
        self.serial = serial
        self.cable = cable
        self.modem = serial.module
        self.hardware = serial.module.hardware
        self.line = self.hardware.line
        self.town = self.line.town

    def answer(self, message: Json, now_s: float) -> Json:
        word = WORDS.get(str(message.get("do", "")))
        if word is None:
            return {"ok": False, "error": f"do: unknown word. There are: {', '.join(sorted(WORDS))}"}
        self.serial.tick(now_s)
        try:
            answer = word(self, message, now_s)
        except (BadWord, NoSuchCall, UnknownSwitch) as error:
            return {"ok": False, "error": str(error)}
        self.hardware.wake(now_s)
        self.serial.tick(now_s)
        return {"ok": True, **answer}


def _flag(message: Json, name: str) -> bool:
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise BadWord(f"{name}: true or false is wanted")
    return value


# calls


def _ring(words: VoiceWords, message: Json, now_s: float) -> Json:
    """A citizen calls. `number` "" or missing: the exchange tells no number."""
    form = text_of(message, "id", "fsk")
    if form not in ID_FORMS:
        raise BadWord(f"id: one of {', '.join(ID_FORMS)} is wanted")
    why = message.get("private", False)
    if not isinstance(why, bool | str) or why not in REASONS:
        raise BadWord('private: true, false, "P" or "O" is wanted')
    number, name = text_of(message, "number", ""), text_of(message, "name", "")
    missing = REASONS[why] or ("" if number else "O")
    caller_id = None
    if form != "none":
        is_single = _flag(message, "single")
        caller_id = CallerId(number, name, missing, words.town.wall(now_s), is_single, is_raw=form == "raw")
    before, by_keys = _flag(message, "before_first"), form == "dtmf"
    call = words.line.ring(number, caller_id, now_s, before=before, by_keys=by_keys)
    return {"call": call.id, "state": call.state, "why": call.why}


def _hangup(words: VoiceWords, message: Json, now_s: float) -> Json:
    then = HANG_UPS.get(text_of(message, "then", "busy"))
    if then is None:
        raise BadWord(f"then: one of {', '.join(HANG_UPS)} is wanted")
    return {"call": words.line.far_hangs_up(now_s, breaks_loop=_flag(message, "loop"), then=then).id}


def _pickup(words: VoiceWords, message: Json, now_s: float) -> Json:
    samples = read_wav(text_of(message, "wav")) if "wav" in message else None
    call = words.line.far_picks_up(now_s)
    if samples is not None:
        words.line.far.say(samples)
    return {"call": call.id}


def _refuse(words: VoiceWords, message: Json, now_s: float) -> Json:
    return {"call": words.line.far_refuses(now_s).id}


def _calls(words: VoiceWords, message: Json, now_s: float) -> Json:
    pictures = [(call.lives, call.picture()) for call in words.line.calls]
    return {
        "current": [picture for lives, picture in pictures if lives],
        "past": [picture for lives, picture in pictures if not lives],
    }


# the far side's sound


def _speaker(words: VoiceWords) -> FarTelephone:
    if words.line.call is None:
        raise BadWord("nobody talks just now: there is no call")
    return words.line.far


def _said(samples: tones.Samples, until_s: float, now_s: float) -> Json:
    return {"seconds": len(samples) / tones.RATE_HZ, "until_s": now_s + until_s}


def _say(words: VoiceWords, message: Json, now_s: float) -> Json:
    """Said after what plays already; before the call is up it waits until it is."""
    telephone = _speaker(words)
    samples = read_wav(text_of(message, "wav"))
    return _said(samples, telephone.say(samples), now_s)


def _tone(words: VoiceWords, message: Json, now_s: float) -> Json:
    telephone = _speaker(words)
    hz = number_of(message, "hz", least=1, most=HIGHEST_HZ)
    seconds = number_of(message, "seconds", 1.0, least=0, most=LONGEST_S)
    samples = tones.sine(hz, seconds, number_of(message, "dbfs", -12.0, least=-90, most=0))
    return _said(samples, telephone.say(samples), now_s)


def _dtmf(words: VoiceWords, message: Json, now_s: float) -> Json:
    keys = keys_of(message)
    _speaker(words).press(keys)
    return {"seconds": len(keys) * (tones.KEY_S + tones.KEY_GAP_S)}


def _telephone_at(words: VoiceWords, message: Json) -> FarTelephone:
    places = {"far": words.line.far, "near": words.line.telephone}
    place = text_of(message, "at", "far")
    if place not in places:
        raise BadWord('at: "far" or "near" is wanted')
    return places[place]


def _heard(words: VoiceWords, message: Json, now_s: float) -> Json:
    seconds = number_of(message, "seconds", 1.0, least=0, most=60)
    return _telephone_at(words, message).heard(seconds)


def _record(words: VoiceWords, message: Json, now_s: float) -> Json:
    return write_wav(text_of(message, "wav"), _telephone_at(words, message).recording())


def _spoken(words: VoiceWords, message: Json, now_s: float) -> Json:
    """What the far side said in this call, or the last one, sample by sample, from the moment it was answered."""
    return write_wav(text_of(message, "wav"), b"".join(words.line.spoken))


# the office's own telephone


def _lift(words: VoiceWords, message: Json, now_s: float) -> Json:
    words.line.move(TELEPHONE, off=True, now_s=now_s)
    return {"line": words.line.stage.value}


def _put_down(words: VoiceWords, message: Json, now_s: float) -> Json:
    words.line.move(TELEPHONE, off=False, now_s=now_s)
    return {"line": words.line.stage.value}


def _near_say(words: VoiceWords, message: Json, now_s: float) -> Json:
    if TELEPHONE not in words.line.hooks.holders:
        raise BadWord("the telephone lies on its hook")
    samples = read_wav(text_of(message, "wav"))
    return _said(samples, words.line.telephone.say(samples), now_s)


def _near_dtmf(words: VoiceWords, message: Json, now_s: float) -> Json:
    if TELEPHONE not in words.line.hooks.holders:
        raise BadWord("the telephone lies on its hook")
    words.line.telephone.press(keys_of(message))
    return {}


# the world


def _state(words: VoiceWords, message: Json, now_s: float) -> Json:
    hardware, counters = words.hardware, words.hardware.counters
    to_modem, to_client = words.serial.carried()
    return {
        "now_s": now_s,
        "running": hardware.is_running,
        "has_client": words.cable.has_client(),
        "mute": hardware.is_mute(now_s),
        "line": words.line.stage.value,
        **words.line.hooks.picture(now_s),
        "class": hardware.fclass,
        "line_mode": hardware.line_mode,
        "format": hardware.mode.coding,
        "silence_s": hardware.settings.silence_s,
        "saved": hardware.settings.is_saved,
        "stream": hardware.stream.kind if hardware.stream else "",
        "rings": words.line.call.rings if words.line.call else 0,
        **asdict(counters),
        "command_lines": words.modem.lines_carried_out,
        "bytes_to_modem": to_modem,
        "bytes_to_client": to_client,
        "switches": words.town.switches.picture(),
    }


def _set(words: VoiceWords, message: Json, now_s: float) -> Json:
    words.town.switches.set({name: value for name, value in message.items() if name != "do"})
    return {"switches": words.town.switches.picture()}


def _fault(words: VoiceWords, message: Json, now_s: float) -> Json:
    for name, value in message.items():
        if name == "do":
            continue
        fault = FAULTS.get(name)
        if fault is None:
            raise BadWord(f"{name}: no such fault. There are: {', '.join(sorted(FAULTS))}")
        try:
            fault(words, value, now_s)
        except (TypeError, ValueError, KeyError, OSError) as error:
            raise BadWord(f"{name}: {error}") from error
    return {}


def _stop(words: VoiceWords, message: Json, now_s: float) -> Json:
    words.cable.stop()
    return {}


Word = Callable[[VoiceWords, Json, float], Json]
WORDS: dict[str, Word] = {
    "ring": _ring,
    "hangup": _hangup,
    "pickup": _pickup,
    "refuse": _refuse,
    "calls": _calls,
    "say": _say,
    "tone": _tone,
    "dtmf": _dtmf,
    "heard": _heard,
    "record": _record,
    "spoken": _spoken,
    "lift": _lift,
    "put_down": _put_down,
    "near_say": _near_say,
    "near_dtmf": _near_dtmf,
    "state": _state,
    "set": _set,
    "fault": _fault,
    "stop": _stop,
}
