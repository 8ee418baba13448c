"""SIMCom SIM7500, SIM7600, A7670 and SIM800, as their AT manuals say; not yet tried on a real module."""

from __future__ import annotations

from modem.dialect import Dialect, lines

DIALECT = Dialect(
    name="simcom",
    known_by=("simcom", "sim75", "sim76", "sim80", "a7670"),
    spam=frozenset({"+SIMCARD", "+CGREG", "+CNSMOD", "+PSUTTZ", "*ATREADY", "+SIMEI"}),
    call_connected=lines("VOICE CALL: ?BEGIN"),
    call_ended=lines("VOICE CALL: ?END.*", "MISSED_CALL:.*"),
    store_full=lines("SMS FULL"),
    pin_tries=("AT+SPIC", lines(r"\+SPIC: *(\d+).*")[0]),
)
