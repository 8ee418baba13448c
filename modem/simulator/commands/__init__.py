"""Every AT command of the simulated module, one file per theme."""

from __future__ import annotations

from modem.simulator.commands import (
    calls,
    forwarding,
    general,
    identity,
    pcm,
    pin,
    registration,
    send,
    setup,
    stores,
    vendor,
)
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
    **forwarding.COMMANDS,
    **pcm.COMMANDS,
    **pin.COMMANDS,
    **vendor.COMMANDS,
}
general.list_commands(COMMANDS)
