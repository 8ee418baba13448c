"""Huawei E17x dongles and ME909, as published AT guides say; not yet tried on a real module."""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="huawei",
    known_by=("huawei",),
    spam=frozenset({"^STIN", "^SIMST", "^LWURC", "^THERM", "^DSDORMANT"}),
    started_anew=lines(r"\^SYSSTART"),
    became_ready=lines(r"\^SIMST: ?1.*"),
    call_connected=lines(r"\^CONN: ?\d+,\d+"),
    call_ended=lines(r"\^CEND: ?\d+,.*"),
    store_full=lines(r"\^SMMEMFULL: ?.*"),
    # ^CPIN: what is wanted, , tries of the PUK, tries of the PIN, ...
    pin_tries=("AT^CPIN?", lines(r"\^CPIN: *[^,]*,[^,]*,[^,]*,(\d+).*")[0]),
)
