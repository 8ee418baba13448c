"""Any module that speaks 3GPP 27.005 and 27.007 and nothing else."""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="generic",
    pin_tries=('AT+CPINR="SIM PIN"', lines(r'\+CPINR: *"?SIM PIN"?, *(\d+).*')[0]),  # 27.007 8.65
)
