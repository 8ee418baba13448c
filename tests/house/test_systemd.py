"""The service's unit file: what the technician's conventions ask of it."""

from __future__ import annotations

import configparser

from tests.house.tree import ROOT


class Repeated(dict[str, str]):
    """systemd's files repeat keys; the values are kept, one a line."""

    def __setitem__(self, key: str, value: object) -> None:
        if isinstance(value, list) and isinstance(self.get(key), list):
            value = [*self[key], *value]
        super().__setitem__(key, value)  # type: ignore[assignment]


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, dict_type=Repeated, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((ROOT / "systemd" / "hotline.service").read_text(encoding="utf-8"))
    return parser


def test_the_service_is_watched_and_always_comes_back() -> None:
    service = unit()["Service"]
    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "main"
    assert service["WatchdogSec"] == "30"
    assert (service["Restart"], service["RestartSec"]) == ("always", "2")
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"


def test_the_service_is_nobody_and_sees_serial_ports_alone() -> None:
    service = unit()["Service"]
    assert service["User"] == "hotline"
    assert service["SupplementaryGroups"] == "dialout"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectoryMode"] == "0700"
    assert service["DevicePolicy"] == "closed"
    allowed = service["DeviceAllow"].split("\n")
    assert allowed == ["char-ttyUSB rw", "char-ttyACM rw", "char-ttyS rw", "char-ttyAMA rw"]
    assert "PrivateDevices" not in service  # it would hide the modems


def test_modem_manager_is_told_to_keep_off() -> None:
    rules = (ROOT / "systemd" / "70-hotline-modems.rules").read_text(encoding="utf-8")
    assert 'KERNEL=="ttyUSB[0-9]*|ttyACM[0-9]*", ENV{ID_MM_DEVICE_IGNORE}="1"' in rules
