"""Quectel EC20, EC25, EG25 and their kin, as their AT manual says; not yet tried on a real module."""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="quectel",
    known_by=("quectel",),
    # Signal news off, the full store's on; neither is saved in the module.
    start=('AT+QINDCFG="csq",0', 'AT+QINDCFG="act",0', 'AT+QINDCFG="smsfull",1'),
    spam=frozenset({"+QIND", "+QUSIM", "+QSTKURC", "+QSIMSTAT", "+QNITZ", "^DSCI"}),
    became_ready=lines(r"\+QIND: ?(SMS|PB) DONE"),
    # ^DSCI: id, direction, state: 3 connected, 6 ended
    call_connected=lines(r"\^DSCI: ?\d+,\d,3,.*"),
    call_ended=lines(r"\^DSCI: ?\d+,\d,6,.*"),
    store_full=lines(r'\+QIND: ?"smsfull",.*'),
    pin_tries=('AT+QPINC="SC"', lines(r'\+QPINC: *"SC", *(\d+).*')[0]),
)
