"""Any module that speaks 3GPP 27.005 and 27.007 and nothing else."""

from __future__ import annotations

import re

from modem.dialect import Dialect

DIALECT = Dialect(
    name="generic",
    pin_tries=("AT+CPINR=\"SIM PIN\"", re.compile(r'\+CPINR: *"?SIM PIN"?, *(\d+).*', re.IGNORECASE)),
)
