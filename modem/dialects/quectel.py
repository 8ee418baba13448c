"""Quectel EC20, EC25, EG25 and their kin, as their AT manuals say; not yet tried on a real module.

Only modules with the voice option in their order code have calls. The sound card needs its bit in AT+QCFG="USBCFG",
set once by the technician: it changes which USB ports there are.
"""

from __future__ import annotations

from modem.dialect import Dialect, Pcm, SoundWay, lines

DIALECT = Dialect(
    name="quectel",
    known_by=("quectel",),
    # Signal news off, the full store's and the calls' on; none of it is saved in the module.
    start=('AT+QINDCFG="csq",0', 'AT+QINDCFG="act",0', 'AT+QINDCFG="smsfull",1', "AT^DSCI=1"),
    spam=frozenset({"+QIND", "+QUSIM", "+QSTKURC", "+QSIMSTAT", "+QNITZ", "^DSCI", "+QPCMV", "+QTONEDET"}),
    became_ready=lines(r"\+QIND: ?(SMS|PB) DONE"),
    # ^DSCI: id, direction, state: 3 connected, 6 ended; "ccinfo" only where a technician has it told
    call_connected=lines(r"\^DSCI: ?\d+,\d,3,.*", r'\+QIND: ?"ccinfo",\d+,\d,0,.*'),
    call_ended=lines(r"\^DSCI: ?\d+,\d,6,.*", r'\+QIND: ?"ccinfo",\d+,\d,-1,.*'),
    store_full=lines(r'\+QIND: ?"smsfull",.*'),
    pin_tries=('AT+QPINC="SC"', lines(r'\+QPINC: *"SC", *(\d+).*')[0]),
    card_number=("AT+QCCID",),
    keys_start=("AT+QTONEDET=1",),
    key_heard=lines(r"\+QTONEDET: *(?P<code>\d{1,3})( *,.*)?"),
    pcm=(
        Pcm(SoundWay.TTY, "AT+QPCMV=1,0", "AT+QPCMV=0", port="the NMEA port, USB interface 1", interface=1),
        Pcm(SoundWay.CARD, "AT+QPCMV=1,2", "AT+QPCMV=0", port="the module's USB sound card"),
    ),
)
