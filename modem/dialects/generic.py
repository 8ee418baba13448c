"""Any module that speaks 3GPP 27.005 and 27.007; of the makers' own words only those that no two makers use apart.

Its keys are best found in the sound; AT+DDET is SIMCom's, and many smaller makers copied it.
"""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="generic",
    pin_tries=('AT+CPINR="SIM PIN"', lines(r'\+CPINR: *"?SIM PIN"?, *(\d+).*')[0]),  # 27.007 8.65
    keys_start=("AT+DDET=1",),
    key_heard=lines(
        r"\+(RX)?DTMF: *(?P<key>[0-9*#A-D])( *,.*)?",
        r"\+(QTONE|DTMF)DET: *(?P<code>\d{1,3})( *,.*)?",
    ),
)
