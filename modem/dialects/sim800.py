"""SIMCom SIM800 and SIM900 (2G) and A7670 and its kin (4G): no sound over USB. Not yet tried on a real module.

A person speaks and listens at the module's analog pins, or at a USB sound card wired to them.
"""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="sim800",
    known_by=("sim800", "sim808", "sim868", "sim900", "a760", "a766", "a767", "a768"),
    narrows="simcom",
    routes=("2,1,0,1,0",),  # no store for status reports
    spam=frozenset({
        "+SIMCARD", "+PSUTTZ", "+CNSMOD", "+SIMEI", "*PSNWID", "*PSUTTZ", "+COPN", "MO RING", "MO CONNECTED",
        "UNDER-VOLTAGE WARNNING", "OVER-VOLTAGE WARNNING", "+CMTE", "+DTMF", "+RXDTMF",
    }),
    started_anew=lines(r"\*ATREADY: ?1", "(UNDER|OVER)-VOLTAGE POWER DOWN"),
    call_connected=lines("VOICE CALL: ?BEGIN", "MO CONNECTED"),
    call_ended=lines("VOICE CALL: ?END.*", "MISSED_CALL:.*"),
    store_full=lines("SMS FULL", r'\+CIEV: ?"?SMSFULL"?, ?1'),
    pin_tries=("AT+SPIC", lines(r"\+SPIC: *(\d+).*")[0]),
    card_number=("AT+CCID", "AT+CICCID"),  # 2G, 4G
    keys_start=("AT+DDET=1",),
    key_heard=lines(r"\+(RX)?DTMF: *(?P<key>[0-9*#A-D])( *,.*)?"),
)  # fmt: skip
