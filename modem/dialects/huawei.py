"""Huawei E17x dongles and ME909, as published AT guides say; not yet tried on a real module.

Most ME909 have no voice. AT^CURC=0 would spare us the small talk, but may silence ^CEND as well: not used.
"""

from __future__ import annotations

from modem.dialect import Dialect, Pcm, SoundWay, lines

DIALECT = Dialect(
    name="huawei",
    known_by=("huawei",),
    routes=("2,1,0,1,0", "1,1,0,1"),  # the second for old sticks, which refuse the first
    spam=frozenset({"^STIN", "^SIMST", "^LWURC", "^THERM", "^DSDORMANT", "^CONN", "^CEND", "^DDSETEX", "^DDTMF"}),
    started_anew=lines(r"\^SYSSTART"),
    became_ready=lines(r"\^SIMST: ?1.*"),
    call_connected=lines(r"\^CONN: ?\d+,\d+"),
    call_ended=lines(r"\^CEND: ?\d+,.*"),
    store_full=lines(r"\^SMMEMFULL: ?.*"),
    # ^CPIN: what is wanted, , tries of the PUK, tries of the PIN, ...
    pin_tries=("AT^CPIN?", lines(r"\^CPIN: *[^,]*,[^,]*,[^,]*,(\d+).*")[0]),
    card_number=("AT^ICCID?",),
    batch_delete=False,  # E17x: guides differ whether AT+CMGD=1,1 spares what is unread
    keys_start=("AT^DDTMFCFG=0,1",),
    key_heard=lines(r"\^DDTMF: *(?P<key>[0-9*#A-D])( *,.*)?"),
    key_send=("AT^DTMF={id},{key}", "AT+VTS={key}"),
    last_port_vendors=frozenset({"12d1"}),  # the first port is for data
    pcm=(Pcm(SoundWay.TTY, "AT^DDSETEX=2", port="the second serial port of the stick"),),
)
