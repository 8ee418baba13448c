"""SIMCom SIM7500 and SIM7600, as their AT manuals say; not yet tried on a real module.

On some firmware the far side hears nothing of what is sent over USB; then only the analog pins help.
"""

from __future__ import annotations

from modem.dialect import Dialect, Pcm, SoundWay, lines

DIALECT = Dialect(
    name="simcom",
    known_by=("simcom", "sim75", "sim76"),
    start=("AT+CPCMFRM=0",),  # 8 kHz, should somebody have tried 16
    spam=frozenset({"+SIMCARD", "+CGREG", "+CNSMOD", "+PSUTTZ", "+SIMEI", "+CPCMREG", "+CPCMFRM", "+RXDTMF"}),
    call_connected=lines("VOICE CALL: ?BEGIN"),
    call_ended=lines("VOICE CALL: ?END.*", "MISSED_CALL:.*"),
    store_full=lines("SMS FULL"),
    pin_tries=("AT+SPIC", lines(r"\+SPIC: *(\d+).*")[0]),
    card_number=("AT+CICCID",),
    keys_start=("AT+DDET=1",),
    key_heard=lines(r"\+(RX)?DTMF: *(?P<key>[0-9*#A-D])( *,.*)?"),
    # Left on over the hang-up, the audio port hangs.
    pcm=(
        Pcm(SoundWay.TTY, "AT+CPCMREG=1", "AT+CPCMREG=0", stop_before_hang_up=True,
            port="the audio port, USB interface 4", interface=4),
    ),
)  # fmt: skip
