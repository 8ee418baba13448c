"""Who the simulated module and its SIM are: facts given at start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """All invented: the IMEI's type code and the network 460 99 belong to nobody."""

    imei: str = "004999010640000"
    imsi: str = "460990000000001"
    iccid: str = "89860099000000000011"
    number: str = "+8613800000001"  # the SIM's own number
    service_centre: str = "+8613800990500"
    pin: str = ""  # "" = the SIM asks for none
    pin_tries: int = 3  # left on the card when the simulator starts
    puk: str = "12345678"
    sim_slots: int = 30
    module_slots: int = 50
    report_slots: int = 20
    has_sim: bool = True
