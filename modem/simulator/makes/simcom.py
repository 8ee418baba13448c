"""SIMCom: SIM7600 with sound over USB; A7670 (4G) and SIM800 (2G) without."""

from __future__ import annotations

from modem.simulator.make import CNMI_WITHOUT_STORE, Make
from modem.simulator.sound import PcmHabit

_TIMED_CALL_WORDS = {
    "answered": ("VOICE CALL: BEGIN",),
    "ended": ("VOICE CALL: END: {seconds:06d}", "NO CARRIER"),
    "missed": ("MISSED_CALL: 10:22AM {number}", "NO CARRIER"),
    "hung_up": ("VOICE CALL: END: {seconds:06d}",),
}

MAKES = {
    "simcom": Make(
        maker="SIMCOM INCORPORATED",
        model="SIMCOM_SIM7600CE",
        firmware="LE11B12SIM7600CE",
        ready_words=("SMS DONE", "PB DONE"),
        chatter=("+CPIN: READY", '+CIEV: 10,"46000"'),
        full_words=("SMS FULL",),
        call_words=_TIMED_CALL_WORDS,
        tone_word="+RXDTMF: {key}",
        commands=frozenset({"+DDET", "+CPCMREG", "+CPCMFRM", "+SPIC"}),
        pcm=PcmHabit("+CPCMREG", on=("1",), off="0", needs_call=True, off_before_hang_up=True),
    ),
    "a7670": Make(
        maker="SIMCOM INCORPORATED",
        model="A7670C-LASL",
        firmware="A7670C_V1.11.1",
        boot_words=("*ATREADY: 1", "+CPIN: READY"),
        ready_words=("SMS DONE", "PB DONE"),
        chatter=("+CGEV: EPS PDN ACT 1", "+CNSMOD: 0,8"),
        full_words=("SMS FULL",),
        call_words=_TIMED_CALL_WORDS,
        tone_word="+RXDTMF: {key}",
        commands=frozenset({"+DDET", "+SPIC"}),
        allowed={"+CNMI": CNMI_WITHOUT_STORE},
        has_report_store=False,
    ),
    "sim800": Make(
        maker="SIMCOM_Ltd",
        model="SIMCOM_SIM800L",
        firmware="Revision:1418B05SIM800L24",
        chatter=('+CIEV: 10,"46000","CHINA MOBILE","CHINA MOBILE", 0, 0', '*PSUTTZ: 2026,11,22,2,13,39,"+32",0'),
        full_words=('+CIEV: "SMSFULL",1',),
        tone_word="+DTMF: {key}",
        commands=frozenset({"+DDET", "+SPIC"}),
        unknown=frozenset({"+CEREG", "+CVHU", "+CGEREP", "+CESQ"}),
        allowed={"+CNMI": CNMI_WITHOUT_STORE},
        has_report_store=False,
        technology=0,
    ),
}
