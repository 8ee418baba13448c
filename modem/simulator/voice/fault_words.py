"""The words behind `fault` on a voice modem's control socket. One row per fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modem.simulator.voice.words import VoiceWords

Fault = Callable[["VoiceWords", Any, float], None]


def _mute(words: VoiceWords, seconds: Any, now_s: float) -> None:
    words.hardware.muted_until_s = now_s + float(seconds)
    words.town.timers.at(now_s + float(seconds), lambda at_s: None)  # somebody looks when it is over


def _reset(words: VoiceWords, value: Any, now_s: float) -> None:
    words.modem.restart(now_s)


def _unplug(words: VoiceWords, value: Any, now_s: float) -> None:
    """true = until `replug`; a number = for so many seconds."""
    words.cable.unplug(now_s)
    if not isinstance(value, bool):
        words.town.timers.at(now_s + float(value), words.cable.plug)


def _replug(words: VoiceWords, value: Any, now_s: float) -> None:
    words.cable.plug(now_s)


def _renumber(words: VoiceWords, value: Any, now_s: float) -> None:
    """Out and in again: true = another node behind the same link; a path, or {"link", "after_s"} = another link."""
    wanted = value if isinstance(value, dict) else {} if value is True else {"link": value}
    if wanted.keys() - {"link", "after_s"} or not all(wanted.values()):
        raise ValueError("true, a path, or link and after_s are wanted")
    words.cable.unplug(now_s)
    try:
        words.cable.rename(Path(wanted["link"]) if "link" in wanted else None, None)
    finally:
        words.town.timers.at(now_s + float(wanted.get("after_s", 0.0)), words.cable.plug)


def _noise(words: VoiceWords, value: Any, now_s: float) -> None:
    """Hex of bytes that the computer shall receive out of nowhere, in the middle of whatever is going on."""
    words.serial.inject(bytes.fromhex(value), now_s)


def _event(words: VoiceWords, value: Any, now_s: float) -> None:
    """Any event code, out of the blue, told as this chip tells its own."""
    if not isinstance(value, str) or len(value.encode("latin-1")) != 1:
        raise ValueError("one letter is wanted")
    words.hardware.tell(value)


def _say_line(words: VoiceWords, value: Any, now_s: float) -> None:
    """Any unsolicited line, word for word."""
    words.hardware.news.append(str(value))


def _late_result(words: VoiceWords, seconds: Any, now_s: float) -> None:
    words.hardware.faults.late_result_s = float(seconds)


def _counted(name: str) -> Fault:
    def fault(words: VoiceWords, value: Any, now_s: float) -> None:
        setattr(words.hardware.faults, name, int(value))

    return fault


def _switched(name: str) -> Fault:
    def fault(words: VoiceWords, value: Any, now_s: float) -> None:
        setattr(words.hardware.faults, name, bool(value))

    return fault


FAULTS: dict[str, Fault] = {
    "mute": _mute,
    "reset": _reset,
    "unplug": _unplug,
    "replug": _replug,
    "renumber": _renumber,
    "noise": _noise,
    "event": _event,
    "say_line": _say_line,
    "drop_bytes": _counted("drop_bytes"),
    "drop_sent_bytes": _counted("drop_sent_bytes"),
    "ignore_stop": _counted("ignored_stops"),
    "late_result": _late_result,
    "swallow_results": _counted("swallowed_results"),
    "never_ends": _switched("never_ends"),
    "stuck_hook": _switched("stuck_hook"),
    "no_dial_tone": _switched("no_dial_tone"),
}
