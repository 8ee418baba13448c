"""What sort of module is simulated: facts only. A profile is a pace and a make, joined as in `real+quectel`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from modem.simulator.sound import PcmHabit


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the module takes over things, in seconds, serial line not counted."""

    answer_s: float = 0.0  # any command not named below
    read_s: float = 0.0  # +CMGR
    list_first_s: float = 0.0  # +CMGL: before the first entry
    list_each_s: float = 0.0
    delete_s: float = 0.0  # +CMGD, per command
    write_s: float = 0.0  # +CMGW
    send_s: float = 0.0  # +CMGS, from Ctrl-Z until the network has taken it
    dial_s: float = 0.0
    boot_s: float = 0.2  # from power until RDY
    register_s: float = 0.1  # from RDY, or from the network's return, until registered


# What is said when: dialing, alerting, answered, ended (by the far party), missed, hung_up (by us).
# {index} of +CLCC, {seconds} of talk, {number}.
PLAIN_CALL_WORDS: dict[str, tuple[str, ...]] = {"ended": ("NO CARRIER",), "missed": ("NO CARRIER",)}


@dataclass(frozen=True, slots=True)
class Make:
    """One maker's habits."""

    maker: str = "SIMULATED"
    model: str = "GSM-1"
    firmware: str = "GSM-1.R01"
    boot_words: tuple[str, ...] = ("RDY", "+CFUN: 1", "+CPIN: READY")
    ready_words: tuple[str, ...] = ("Call Ready", "SMS Ready")  # when the SIM is read in
    chatter: tuple[str, ...] = ("^RSSI: 18", "^MODE: 5,4")  # vendor URCs that mean nothing to us
    full_words: tuple[str, ...] = ()  # said when a message is refused because the store is full; {store}
    call_words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(PLAIN_CALL_WORDS))
    commands: frozenset[str] = frozenset({"+DDET", "+QPINC"})  # vendor commands it has
    pcm: PcmHabit | None = None  # how a call's sound comes to the computer
    tone_word: str = "+DTMF: {key}"  # {key} the key, {code} its ASCII number
    settings: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # start values unlike those in settings.py
    unknown: frozenset[str] = field(default_factory=frozenset)  # commands of ours that this maker does not have


PACES = {
    "instant": Pace(),
    # As a module feels to somebody who watches, without the long waits.
    "demo": Pace(
        answer_s=0.002,
        read_s=0.010,
        list_first_s=0.010,
        list_each_s=0.005,
        delete_s=0.020,
        send_s=0.8,
        dial_s=0.2,
        boot_s=1.0,
        register_s=1.0,
    ),
    # Assumed from typical USB modems; all of the project's figures "with real delays" use these.
    "real": Pace(
        answer_s=0.005,
        read_s=0.035,
        list_first_s=0.020,
        list_each_s=0.012,
        delete_s=0.060,
        write_s=0.100,
        send_s=2.5,
        dial_s=0.3,
        boot_s=4.0,
        register_s=3.0,
    ),
}
MAKES = {
    "generic": Make(),
    "quectel": Make(
        maker="Quectel",
        model="EC25",
        firmware="EC25EFAR06A06M4G",
        ready_words=("+QIND: SMS DONE", "+QIND: PB DONE"),
        chatter=('+QIND: "csq",21,99', '+QIND: "act","LTE"'),
        full_words=('+QIND: "smsfull","{store}"',),
        settings={"+CVHU": (1,), "+CMEE": (1,)},  # ATH does not end a voice call
        commands=frozenset({"+QTONEDET", "+QPCMV", "+QPINC"}),
        # 1,0 the NMEA tty; 1,1 its debug port; 1,2 the USB sound card
        pcm=PcmHabit("+QPCMV", on=("1,0", "1"), off="0", elsewhere=("1,1", "1,2")),
        tone_word="+QTONEDET: {code}",
    ),
    "simcom": Make(
        maker="SIMCOM INCORPORATED",
        model="SIMCOM_SIM7600CE",
        firmware="LE11B12SIM7600CE",
        ready_words=("SMS DONE", "PB DONE"),
        chatter=("+CPIN: READY", '+CIEV: 10,"46000"'),
        full_words=("SMS FULL",),
        call_words={
            "answered": ("VOICE CALL: BEGIN",),
            "ended": ("VOICE CALL: END: {seconds:06d}", "NO CARRIER"),
            "missed": ("MISSED_CALL: 10:22AM {number}", "NO CARRIER"),
            "hung_up": ("VOICE CALL: END: {seconds:06d}",),
        },
        commands=frozenset({"+DDET", "+CPCMREG", "+CPCMFRM"}),
        pcm=PcmHabit("+CPCMREG", on=("1",), off="0", needs_call=True, off_before_hang_up=True),
        tone_word="+RXDTMF: {key}",
    ),
    "huawei": Make(
        maker="huawei",
        model="ME909s-821",
        firmware="11.617.09.00.00",
        boot_words=("^SYSSTART",),
        ready_words=("^SIMST: 1",),
        chatter=("^RSSI: 18", "^MODE: 5,4", '^HCSQ: "LTE",45,40,106,20', "^BOOT: 12345678,0,0,0,6"),
        full_words=('^SMMEMFULL: "{store}"',),
        call_words={
            "dialing": ("^ORIG:{index},0",),
            "alerting": ("^CONF:{index}",),
            "answered": ("^CONN:{index},0",),
            "ended": ("^CEND:{index},{seconds},29,16",),
            "missed": ("^CEND:{index},0,29,16",),
            "hung_up": ("^CEND:{index},{seconds},29,16",),
        },
        commands=frozenset({"^DDTMFCFG", "^CVOICE", "^DDSETEX"}),
        pcm=PcmHabit("^DDSETEX", on=("2",), off="0", elsewhere=("1",), ends_with_call=True),
        tone_word="^DDTMF: {key}",
    ),
}


class UnknownProfile(ValueError):
    """No pace and no make has this name."""


@dataclass(frozen=True, slots=True)
class Profile:
    pace: Pace
    make: Make


def profile(name: str) -> Profile:
    """`instant`, `real`, `quectel`, `real+quectel` ...; what is not named is instant and generic."""
    pace, make = PACES["instant"], MAKES["generic"]
    for word in filter(None, name.split("+")):
        if word in PACES:
            pace = PACES[word]
        elif word in MAKES:
            make = MAKES[word]
        else:
            raise UnknownProfile(f"{word}: no such profile. There are: {', '.join([*PACES, *MAKES])}, joined by +")
    return Profile(pace, make)
