"""What sort of module is simulated: facts only. A profile is a pace and a make, joined as in `real+quectel`."""

from __future__ import annotations

from dataclasses import dataclass

from modem.simulator.make import Make
from modem.simulator.makes import MAKES


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the module takes over things, in seconds, serial line not counted."""

    answer_s: float = 0.0  # any command not named below
    read_s: float = 0.0  # +CMGR
    list_first_s: float = 0.0  # +CMGL: before the first entry
    list_each_s: float = 0.0
    delete_s: float = 0.0  # +CMGD, per command
    write_s: float = 0.0  # +CMGW
    send_s: float = 0.0  # +CMGS, from Ctrl-Z until the network has taken it
    dial_s: float = 0.0
    service_s: float = 0.0  # call forwarding and the like: a question to the network
    boot_s: float = 0.2  # from power until RDY
    register_s: float = 0.1  # from RDY, or from the network's return, until registered


PACES = {
    "instant": Pace(),
    # As a module feels to somebody who watches, without the long waits.
    "demo": Pace(
        answer_s=0.002,
        read_s=0.010,
        list_first_s=0.010,
        list_each_s=0.005,
        delete_s=0.020,
        send_s=0.8,
        dial_s=0.2,
        service_s=0.5,
        boot_s=1.0,
        register_s=1.0,
    ),
    # Assumed from typical USB modems; all of the project's figures "with real delays" use these.
    "real": Pace(
        answer_s=0.005,
        read_s=0.035,
        list_first_s=0.020,
        list_each_s=0.012,
        delete_s=0.060,
        write_s=0.100,
        send_s=2.5,
        dial_s=0.3,
        service_s=1.5,
        boot_s=4.0,
        register_s=3.0,
    ),
}


class UnknownProfile(ValueError):
    """No pace and no make has this name."""


@dataclass(frozen=True, slots=True)
class Profile:
    pace: Pace
    make: Make


def profile(name: str) -> Profile:
    """`instant`, `real`, `quectel`, `real+quectel` ...; what is not named is instant and generic."""
    pace, make = PACES["instant"], MAKES["generic"]
    for word in filter(None, name.split("+")):
        if word in PACES:
            pace = PACES[word]
        elif word in MAKES:
            make = MAKES[word]
        else:
            raise UnknownProfile(f"{word}: no such profile. There are: {', '.join([*PACES, *MAKES])}, joined by +")
    return Profile(pace, make)
