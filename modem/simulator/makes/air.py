"""Luat (AirM2M): Air724UG with calls but no sound over USB; Air780E for messages only."""

from __future__ import annotations

from modem.simulator.make import CNMI_WITHOUT_STORE, PLAIN_CALL_WORDS, Make

_CHATTER = ("+CGEV: ME PDN ACT 1", "+NITZ: 2026/11/22,02:13:39+32,0")

MAKES = {
    "air724": Make(
        maker="AirM2M",
        model="Air724UG",
        firmware="AirM2M_Air724UG_V401925_LTE_AT",
        boot_words=("RDY", "^MODE: 17,17"),
        ready_words=("+E_UTRAN Service", "SMS READY", "CALL READY"),
        chatter=_CHATTER,
        full_words=('+CIEV: "SMSFULL",1',),
        call_words={**PLAIN_CALL_WORDS, "picked_up": ("CONNECT",)},
        tone_word="+DTMFDET: {code}",
        commands=frozenset({"+DTMFDET", "+SETVOLTE", "+CPINR"}),
        allowed={"+CNMI": CNMI_WITHOUT_STORE},
        has_report_store=False,
    ),
    "air780": Make(
        maker="AirM2M",
        model="Air780E",
        firmware="AirM2M_780E_V1161_LTE_AT",
        boot_words=("RDY",),
        ready_words=("+E_UTRAN Service", "SMS READY"),
        chatter=_CHATTER,
        full_words=('+CIEV: "SMSFULL",1',),
        commands=frozenset({"+CPINR"}),
        unknown=frozenset(
            {"D", "A", "+CHUP", "+CHLD", "+CLCC", "+CLIP", "+COLP", "+CRC", "+CVHU", "+CCWA", "+CCFC", "+VTS", "+VTD"}
        ),
        allowed={"+CNMI": CNMI_WITHOUT_STORE},
        has_report_store=False,
        has_calls=False,
    ),
}
