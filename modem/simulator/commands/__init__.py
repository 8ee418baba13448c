"""Every AT command of the simulated module, one file per theme."""

from __future__ import annotations

from modem.simulator.commands import calls, general, identity, pcm, registration, send, setup, stores
from modem.simulator.commands.table import Command, kept_settings

COMMANDS: dict[str, Command] = {
    **kept_settings(),
    **general.COMMANDS,
    **identity.COMMANDS,
    **registration.COMMANDS,
    **setup.COMMANDS,
    **stores.COMMANDS,
    **send.COMMANDS,
    **calls.COMMANDS,
    **pcm.COMMANDS,
}
general.list_commands(COMMANDS)
