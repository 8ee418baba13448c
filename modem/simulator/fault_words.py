"""The words behind `fault` on the control socket. One row per fault; values are checked as far as they are used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modem.simulator.faults import FailedSend

if TYPE_CHECKING:
    from modem.simulator.control_words import ControlWords

Fault = Callable[["ControlWords", Any, float], None]


def _mute(words: ControlWords, seconds: Any, now_s: float) -> None:
    words.equipment.mute(float(seconds), now_s)


def _reset(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.restart(now_s)


def _unplug(words: ControlWords, value: Any, now_s: float) -> None:
    """true = until `replug`; a number = for so many seconds."""
    words.cable.unplug(now_s)
    if not isinstance(value, bool):
        # The network outlives the module, so its timers do, too.
        words.network.timers.at(now_s + float(value), words.cable.plug)


def _replug(words: ControlWords, value: Any, now_s: float) -> None:
    words.cable.plug(now_s)


def _renumber(words: ControlWords, value: Any, now_s: float) -> None:
    """Out and in again: true = another node behind the same link; a path, or {"link", "pcm_link", "after_s"} = other
    links, as when the kernel gives other numbers or somebody takes another socket of the hub."""
    wanted = value if isinstance(value, dict) else {} if value is True else {"link": value}
    if wanted.keys() - {"link", "pcm_link", "after_s"} or not all(wanted.values()):
        raise ValueError("true, a path, or link, pcm_link and after_s are wanted")
    after_s = float(wanted.get("after_s", 0.0))
    links = [Path(wanted[name]) if name in wanted else None for name in ("link", "pcm_link")]
    words.cable.unplug(now_s)
    try:
        words.cable.rename(*links)
    finally:
        words.network.timers.at(now_s + after_s, words.cable.plug)


def _noise(words: ControlWords, value: Any, now_s: float) -> None:
    """Hex of the bytes that the client shall receive out of nowhere, in the middle of whatever is going on."""
    words.line.inject(bytes.fromhex(value), now_s)


def _fail_next_sends(words: ControlWords, value: Any, now_s: float) -> None:
    """A list of codes, or of {"code": n, "taken": true}."""
    failures = [
        FailedSend(int(one["code"]), bool(one.get("taken", False))) if isinstance(one, dict) else FailedSend(int(one))
        for one in value
    ]
    words.equipment.faults.failed_sends.clear()
    words.equipment.faults.failed_sends.extend(failures)


def _swallow(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.faults.swallowed_results = int(value)


def _ignore(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.faults.ignored_sends = int(value)


def _lose_indications(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.faults.lost_indications = int(value)


def _sim_full(words: ControlWords, value: Any, now_s: float) -> None:
    """true fills SM and ME with rubbish of our own; false takes it out again."""
    for name in ("SM", "ME"):
        store = words.equipment.mail.stores[name]
        if value:
            store.fill()
        else:
            store.drain_filling()
    words.network.smsc.hand_over(now_s)


def _sim_out(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.swap_sim(is_in=not value, now_s=now_s)


def _forwarding_refused(words: ControlWords, value: Any, now_s: float) -> None:
    """The network takes no changes of call forwarding; questions are answered."""
    words.network.exchange.forwarding.refused = bool(value)


def _no_network(words: ControlWords, value: Any, now_s: float) -> None:
    words.network.switch({"registered": not value}, now_s)


def _echo_stuck(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.faults.echo_stuck = bool(value)


def _chatter(words: ControlWords, value: Any, now_s: float) -> None:
    words.equipment.faults.chatter_every_s = float(value)
    words.equipment.chatter(now_s)


def _say_line(words: ControlWords, value: Any, now_s: float) -> None:
    """Any unsolicited line, word for word."""
    words.equipment.say(str(value))


FAULTS: dict[str, Fault] = {
    "mute": _mute,
    "reset": _reset,
    "unplug": _unplug,
    "replug": _replug,
    "renumber": _renumber,
    "noise": _noise,
    "fail_next_sends": _fail_next_sends,
    "swallow_next_send_result": _swallow,
    "ignore_next_sends": _ignore,
    "lose_next_indications": _lose_indications,
    "sim_full": _sim_full,
    "sim_out": _sim_out,
    "no_network": _no_network,
    "forwarding_refused": _forwarding_refused,
    "echo_stuck": _echo_stuck,
    "chatter": _chatter,
    "say_line": _say_line,
}
