"""Makers, one file each: a dictionary MAKES of profile names. Facts only."""

from __future__ import annotations

from modem.simulator.make import Make
from modem.simulator.makes import air, huawei, quectel, simcom

MAKES: dict[str, Make] = {"generic": Make(), **quectel.MAKES, **simcom.MAKES, **huawei.MAKES, **air.MAKES}
