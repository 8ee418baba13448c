"""What a maker's module does its own way: the shape of a file in makes/. Facts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from modem.simulator.sound import PcmHabit

# What is said when: incoming, waiting, dialing, alerting, answered, picked_up (our call is answered), missed,
# ended (by the far party), hung_up (by us).
# {index} of +CLCC, {direction} 0 ours and 1 theirs, {seconds} of talk, {number}, {type} 129 or 145.
CallWords = Mapping[str, tuple[str, ...]]
PLAIN_CALL_WORDS: CallWords = {"ended": ("NO CARRIER",), "missed": ("NO CARRIER",)}
CNMI_WITHOUT_STORE = (range(4), range(4), range(4), range(2), range(2))  # <ds> 2, reports kept in SR, is refused


@dataclass(frozen=True, slots=True)
class Make:
    """One maker's habits; the defaults are a module that knows 27.005 and 27.007 and little else."""

    maker: str = "SIMULATED"
    model: str = "GSM-1"
    firmware: str = "GSM-1.R01"
    boot_words: tuple[str, ...] = ("RDY", "+CFUN: 1", "+CPIN: READY")
    ready_words: tuple[str, ...] = ("Call Ready", "SMS Ready")  # when the SIM is read in
    chatter: tuple[str, ...] = ("^RSSI: 18", "^MODE: 5,4")  # vendor URCs that mean nothing to us
    full_words: tuple[str, ...] = ()  # said when a message is refused because the store is full; {store}
    full_switch: str = ""  # the +QINDCFG name that must be on for it
    call_words: CallWords = field(default_factory=lambda: dict(PLAIN_CALL_WORDS))
    status_switch: str = ""  # a setting; while it is 1, status_words are said, too
    status_words: CallWords = field(default_factory=dict)
    tone_word: str = "+DTMF: {key}"  # a key heard in a call: {key}, or {code} its ASCII number
    commands: frozenset[str] = frozenset({"+DDET", "+CPINR"})  # vendor commands it has
    unknown: frozenset[str] = frozenset()  # standard commands it lacks
    unknown_result: str = "ERROR"  # how a command it lacks ends
    settings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # start values unlike those in settings.py
    allowed: Mapping[str, tuple[range, ...]] = field(default_factory=dict)  # values unlike those in settings.py
    has_report_store: bool = True  # SR
    has_calls: bool = True
    technology: int = 7  # <AcT> of +CREG and +COPS: 0 GSM, 2 UTRAN, 7 E-UTRAN
    pcm: PcmHabit | None = None  # how a call's sound comes to the computer
