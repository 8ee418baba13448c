"""Air724 and Air780 of Luat (AirM2M), as their AT manual says; not yet tried on a real module.

No sound over USB: the analog pins, or a USB sound card wired to them. The Air780E has no calls at all.
"""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="air",
    known_by=("airm2m", "air72", "air78", "luat"),
    start=("AT+SETVOLTE=1",),
    routes=("2,1,0,1,0",),
    spam=frozenset({"+E_UTRAN SERVICE", "+UTRAN SERVICE", "+GSM SERVICE", "+NITZ", "SOUNDER", "^SIMST", "+DTMFDET"}),
    call_connected=lines("VOICE CALL: ?BEGIN"),
    call_ended=lines("VOICE CALL: ?END.*"),
    store_full=lines("SMS FULL", r'\+CIEV: ?"?SMSFULL"?, ?1'),
    pin_tries=('AT+CPINR="SIM PIN"', lines(r'\+CPINR: *"?SIM PIN"?, *(\d+).*')[0]),
    card_number=("AT+ICCID", "AT+CCID"),
    batch_delete=False,  # the manual leaves open whether AT+CMGD=1,1 spares what is unread
    keys_start=("AT+DTMFDET=1",),
    key_heard=lines(r"\+DTMFDET: *(?P<code>\d{1,3})( *,.*)?"),
    key_send=("AT+VTS={key}", 'AT+VTS="{key}"'),
)
