"""How the simulated world behaves just now: everything that `set` on the control socket may turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class UnknownSwitch(ValueError):
    """There is no such switch, or the value has the wrong type."""


class SwitchBoard:
    """What every dataclass of switches can do."""

    __slots__ = ()

    def set(self, values: Mapping[str, object]) -> None:
        """Turn switches; raises UnknownSwitch and changes nothing if a name or a type is wrong."""
        kinds = _kinds(self)
        checked = {name: _checked(kinds, name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def picture(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _kinds(self)}


def _kinds(board: Any) -> dict[str, str]:
    return {field.name: str(field.type) for field in fields(board)}


def _checked(kinds: Mapping[str, str], name: str, value: object) -> object:
    kind = kinds.get(name)
    if kind is None:
        raise UnknownSwitch(f"{name}: no such switch. There are: {', '.join(sorted(kinds))}")
    if "float" in kind and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value).__name__ not in kind and not (value is None and "None" in kind):
        raise UnknownSwitch(f"{name}: {value!r} is not of type {kind}")
    return value


@dataclass(slots=True)
class Switches(SwitchBoard):
    """Changed while the simulator runs. Times are seconds of the injected clock."""

    # the radio
    registered: bool = True  # False: no network; calls and messages wait or fail
    roaming: bool = False
    signal: int = 21  # +CSQ scale, 0-31, 99 unknown; 21 = -71 dBm
    operator: str = "SIMULATED"
    operator_code: str = "46099"
    # the service centre
    hold_messages: bool = False  # keep everything in the service centre, hand nothing over
    handover_s: float = 0.0  # air time of one message to the SIM
    retry_s: float = 60.0  # a message that was refused is offered again after this, or when the SIM has room
    redeliver_percent: float = 0.0  # so many messages are handed over twice, as after a lost acknowledgement
    redeliver_after_s: float = 1.0
    shuffle_parts: bool = False  # parts of one message arrive in any order
    wide_references: bool = False  # 16 bit concatenation references
    report_delay_s: float = 0.5
    report_status: int = 0x00  # TP-Status of the last report for a part
    report_trying: bool = False  # first a report "still trying" (0x30), the last one after another report_delay_s
    report_copies: int = 1  # the same report comes so often; 0 = never
    # calls
    alert_delay_s: float = 0.2  # from dialling until the other telephone rings
    answer_after_s: float = -1.0  # citizens pick up by themselves after this; below 0: only when told to
    ring_timeout_s: float = 60.0  # nobody answers: the network ends the call
    ring_interval_s: float = 5.0
    clip_after_s: float = 0.005
    call_waiting: bool = False  # a second caller hears ringing instead of busy
    # the module; None = as the profile says
    cmgs_delay_s: float | None = None
    ussd_reply: str = "Balance 42.00"
