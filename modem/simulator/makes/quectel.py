"""Quectel EC25 with the voice option."""

from __future__ import annotations

from modem.simulator.make import PLAIN_CALL_WORDS, Make
from modem.simulator.sound import PcmHabit

_STATUS = "^DSCI: {{index}},{{direction}},{},0,{{number}},{{type}}"
_ENDED = (_STATUS.format(6),)

MAKES = {
    "quectel": Make(
        maker="Quectel",
        model="EC25",
        firmware="EC25EFAR06A06M4G",
        ready_words=("+QIND: SMS DONE", "+QIND: PB DONE"),
        chatter=('+QIND: "csq",21,99', '+QIND: "act","LTE"'),
        full_words=('+QIND: "smsfull","{store}"',),
        full_switch="smsfull",
        call_words=PLAIN_CALL_WORDS,
        status_switch="^DSCI",
        status_words={
            "dialing": (_STATUS.format(2),),
            "alerting": (_STATUS.format(7),),
            "answered": (_STATUS.format(3),),
            "incoming": (_STATUS.format(4),),
            "waiting": (_STATUS.format(5),),
            "ended": _ENDED,
            "missed": _ENDED,
            "hung_up": _ENDED,
        },
        settings={"+CVHU": (1,), "+CMEE": (1,)},  # ATH does not end a voice call
        tone_word="+QTONEDET: {code}",
        commands=frozenset({"+QTONEDET", "+QPCMV", "+QPINC", "+QINDCFG", "+QCFG", "^DSCI"}),
        # 1,0 is the NMEA tty; 1,1 a serial port at the pins; 1,2 the USB sound card
        pcm=PcmHabit("+QPCMV", on=("1,0", "1"), off="0", elsewhere=("1,1", "1,2")),
    )
}
