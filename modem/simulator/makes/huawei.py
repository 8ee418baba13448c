"""Huawei: ME909 (one with voice; most have none), and the old sticks of the E17x sort."""

from __future__ import annotations

from modem.simulator.make import CNMI_WITHOUT_STORE, Make
from modem.simulator.sound import PcmHabit

_CALL_WORDS = {
    "dialing": ("^ORIG:{index},0",),
    "alerting": ("^CONF:{index}",),
    "answered": ("^CONN:{index},0",),
    "ended": ("^CEND:{index},{seconds},29,16",),
    "missed": ("^CEND:{index},0,29,16",),
    "hung_up": ("^CEND:{index},{seconds},29,16",),
}
_COMMANDS = frozenset({"^DDTMFCFG", "^DTMF", "^CVOICE", "^DDSETEX", "^CPIN", "^CURC"})
_PCM = PcmHabit("^DDSETEX", on=("2",), off="0", elsewhere=("1",), ends_with_call=True)

MAKES = {
    "huawei": Make(
        maker="huawei",
        model="ME909s-821",
        firmware="11.617.09.00.00",
        boot_words=("^SYSSTART",),
        ready_words=("^SIMST: 1",),
        chatter=("^RSSI: 18", "^MODE: 5,4", '^HCSQ: "LTE",45,40,106,20', "^BOOT: 12345678,0,0,0,6"),
        full_words=('^SMMEMFULL: "{store}"',),
        call_words=_CALL_WORDS,
        tone_word="^DDTMF: {key}",
        commands=_COMMANDS,
        pcm=_PCM,
    ),
    "e173": Make(
        maker="huawei",
        model="E173",
        firmware="11.126.85.00.00",
        boot_words=(),
        ready_words=("^SIMST:1", "^SRVST:2"),
        chatter=("^BOOT:12345678,0,0,0,6", "^RSSI:18", "^DSFLOWRPT:00000000,00000000,00000000,00000000"),
        full_words=('^SMMEMFULL:"{store}"',),
        call_words=_CALL_WORDS,
        tone_word="^DDTMF:{key}",
        commands=_COMMANDS,
        unknown=frozenset({"+CEREG", "+CGEREP", "+CESQ", "+VTS"}),
        unknown_result="COMMAND NOT SUPPORT",
        settings={"+CNMI": (1, 1, 0, 0, 0)},
        allowed={"+CNMI": (range(2), *CNMI_WITHOUT_STORE[1:])},  # an old stick has no <mode> 2
        has_report_store=False,
        technology=2,
        pcm=_PCM,
    ),
}
