"""The words of the control socket: what people in the simulated town do, and what breaks. One row per word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from modem.simulator.bad_word import BadWord, text_of
from modem.simulator.exchange import NoSuchCall
from modem.simulator.fault_words import FAULTS
from modem.simulator.module import Module
from modem.simulator.network_pdu import BadPdu
from modem.simulator.pacing import SerialLine
from modem.simulator.sound_words import SOUND_WORDS, keys_of
from modem.simulator.switches import UnknownSwitch

Json = dict[str, Any]


class Cable(Protocol):
    """The loop, as far as control words may reach into it."""

    def unplug(self, now_s: float) -> None: ...

    def plug(self, now_s: float) -> None: ...

    def rename(self, link: Path | None, pcm_link: Path | None) -> None:
        """While unplugged: come back under other links. None keeps one. Raises OSError if the place is taken."""
        ...

    def stop(self) -> None: ...

    def has_client(self) -> bool: ...


class ControlWords:
    """Carries out one message after the other; every answer has "ok"."""

    def __init__(self, line: SerialLine[Module], cable: Cable) -> None:
        self.line = line
        self.cable = cable
        self.equipment = line.module.equipment
        self.network = self.equipment.network

    def answer(self, message: Json, now_s: float) -> Json:
        word = WORDS.get(str(message.get("do", "")))
        if word is None:
            return {"ok": False, "error": f"do: unknown word. There are: {', '.join(sorted(WORDS))}"}
        try:
            answer = word(self, message, now_s)
        except (BadWord, BadPdu, NoSuchCall, UnknownSwitch) as error:
            return {"ok": False, "error": str(error)}
        self.line.tick(now_s)
        return {"ok": True, **answer}


def _call_id(message: Json) -> int | None:
    value = message.get("call")
    if value is not None and not isinstance(value, int):
        raise BadWord("call: a number is wanted")
    return value


# calls


def _ring(words: ControlWords, message: Json, now_s: float) -> Json:
    call = words.network.ring(text_of(message, "number", ""), now_s)
    picture = call.picture()
    return {"call": call.id, **{name: picture[name] for name in ("state", "why", "forwarded_to")}}


def _hangup(words: ControlWords, message: Json, now_s: float) -> Json:
    return {"call": words.network.exchange.far_hangs_up(_call_id(message), now_s).id}


def _pickup(words: ControlWords, message: Json, now_s: float) -> Json:
    return {"call": words.network.exchange.far_picks_up(_call_id(message), now_s).id}


def _refuse(words: ControlWords, message: Json, now_s: float) -> Json:
    return {"call": words.network.exchange.far_refuses(_call_id(message), now_s).id}


def _dtmf(words: ControlWords, message: Json, now_s: float) -> Json:
    """The far party presses keys. "heard": the module tells its client; "played": the tones go there as sound."""
    keys = keys_of(message)
    sound = words.equipment.sound
    is_played = sound.next_deadline() is not None
    if is_played:
        sound.far.press(keys)
    return {"heard": words.equipment.handset.hear(keys, now_s), "played": is_played}


def _calls(words: ControlWords, message: Json, now_s: float) -> Json:
    pictures = [(call.lives, call.picture()) for call in words.network.exchange.calls]
    return {
        "current": [picture for lives, picture in pictures if lives],
        "past": [picture for lives, picture in pictures if not lives],
    }


# messages


def _sms(words: ControlWords, message: Json, now_s: float) -> Json:
    """One text, or many as "messages": [{"number", "text"}, ...]; "pdu": a TPDU in hex, as it is, good or broken."""
    if "messages" in message:
        if not isinstance(message["messages"], list):
            raise BadWord("messages: a list is wanted")
        return {"sent": [_post(words, one, now_s) for one in message["messages"]]}
    return _post(words, message, now_s)


def _post(words: ControlWords, message: Json, now_s: float) -> Json:
    if not isinstance(message, dict):
        raise BadWord("messages: objects are wanted")
    if "pdu" in message:
        try:
            tpdu = bytes.fromhex(text_of(message, "pdu"))
        except ValueError:
            raise BadWord("pdu: hex is wanted") from None
        return {"id": words.network.smsc.post_tpdus([tpdu], now_s), "parts": 1}
    message_class = message.get("class")
    if message_class not in (None, 0, 1, 2, 3):
        raise BadWord("class: 0 to 3 are wanted")
    number, text = text_of(message, "number"), text_of(message, "text")
    identifier, parts = words.network.smsc.post(number, text, now_s, message_class=message_class)
    return {"id": identifier, "parts": parts}


def _phones(words: ControlWords, message: Json, now_s: float) -> Json:
    """Every whole message that the box sent, as the citizen's telephone shows it."""
    since = message.get("since", 0)
    if not isinstance(since, int):
        raise BadWord("since: a number is wanted")
    phones = words.network.phones
    shown = []
    for one in phones.messages[since:]:
        picture = asdict(one)
        picture["from"] = picture.pop("sender")
        shown.append(picture)
    forwarded = [
        {"call": call.id, "from": call.number, "to": call.forwarded_to, "why": call.forwarded_for}
        for call in words.network.exchange.calls
        if call.forwarded_to
    ]
    return {"messages": shown, "incomplete": phones.incomplete(), "forwarded": forwarded}


# the world


def _state(words: ControlWords, message: Json, now_s: float) -> Json:
    equipment, smsc, phones = words.equipment, words.network.smsc, words.network.phones
    to_module, to_client = words.line.carried()
    mail = equipment.mail
    stored = [one for name in ("SM", "ME") for _, one in mail.entries(name)]
    return {
        "now_s": now_s,
        "running": equipment.is_running,
        "has_client": words.cable.has_client(),
        "mute": equipment.is_mute,
        "registered": equipment.attached,
        "stores": {name: mail.size(name) for name in ("SM", "ME", "SR")},
        "handed_over": smsc.handed_over,
        "duplicated": smsc.duplicated,
        "refused": smsc.refused,
        "waiting": len(smsc.messages),
        "waiting_reports": len(smsc.reports),
        "reports": smsc.reports_handed_over,
        "reports_unheard": mail.reports_unheard,
        "on_sim": sum(1 for one in stored if one.tpdu[:1] and not one.tpdu[0] & 3),  # SMS-DELIVER
        "deleted": mail.deleted,
        "sent": smsc.sent,
        "parts_repeated": phones.parts_repeated,
        "first_handover_at_s": smsc.first_handover_at_s,
        "last_handover_at_s": smsc.last_handover_at_s,
        "last_delete_at_s": mail.last_delete_at_s,
        "bytes_to_module": to_module,
        "bytes_to_client": to_client,
        "news_told": words.line.module.news_told,
        "news_in_answers": words.line.module.news_in_answers,
        "command_lines": words.line.module.lines_carried_out,
        "switches": words.network.switches.picture(),
    }


def _set(words: ControlWords, message: Json, now_s: float) -> Json:
    values = {name: value for name, value in message.items() if name != "do"}
    words.network.switch(values, now_s)
    return {"switches": words.network.switches.picture()}


def _fault(words: ControlWords, message: Json, now_s: float) -> Json:
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


def _stop(words: ControlWords, message: Json, now_s: float) -> Json:
    words.cable.stop()
    return {}


Word = Callable[[ControlWords, Json, float], Json]
WORDS: dict[str, Word] = {
    "ring": _ring,
    "hangup": _hangup,
    "pickup": _pickup,
    "refuse": _refuse,
    "dtmf": _dtmf,
    **SOUND_WORDS,
    "calls": _calls,
    "sms": _sms,
    "phones": _phones,
    "state": _state,
    "set": _set,
    "fault": _fault,
    "stop": _stop,
}
