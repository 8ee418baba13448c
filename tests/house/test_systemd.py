"""The service's unit file and udev rule: what the technician's conventions ask of it."""

from __future__ import annotations

import configparser
import fnmatch
import re

import pytest

from appliance.upkeep import doctor
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


def test_the_service_is_nobody_and_sees_serial_ports_and_sound_cards_alone() -> None:
    service = unit()["Service"]
    assert service["User"] == "hotline"
    assert service["SupplementaryGroups"] == "dialout audio"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectoryMode"] == "0700"
    assert service["DevicePolicy"] == "closed"
    allowed = service["DeviceAllow"].split("\n")
    assert allowed == ["char-ttyUSB rw", "char-ttyACM rw", "char-ttyS rw", "char-ttyAMA rw", "char-alsa rw"]
    assert "PrivateDevices" not in service  # it would hide the modems


RULE_PART = re.compile(r'(?P<key>[A-Z]+(?:\{[A-Z_]+\})?)(?P<sign>==|!=|:=|\+=|=)"(?P<value>[^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "SUBSYSTEMS", "KERNEL", "ENV{DEVTYPE}"}
ASSIGNMENTS = {"ENV{ID_MM_DEVICE_IGNORE}", "ENV{ID_MM_PORT_IGNORE}", "GROUP", "MODE", "GOTO", "LABEL"}


def rules() -> list[list[tuple[str, str, str]]]:
    """Each rule as its parts; whatever udev would not read is an error here."""
    text = (ROOT / "systemd" / "70-hotline-modems.rules").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    read = [[RULE_PART.fullmatch(part.strip()) for part in line.split(", ")] for line in lines]
    assert all(all(parts) for parts in read), "a part udev would not read"
    return [[(part["key"], part["sign"], part["value"]) for part in parts if part] for parts in read]


def applied(**device: str) -> dict[str, str]:
    """What the rules set on a device, read the way udev(7) says: patterns split by |, GOTO, one rule after another."""
    result: dict[str, str] = {}
    target = ""
    for rule in rules():
        if target:
            target = "" if ("LABEL", "=", target) in rule else target
            continue
        tests = [part for part in rule if part[1] in ("==", "!=")]
        if all(
            any(fnmatch.fnmatchcase(device.get(key, ""), each) for each in value.split("|")) is (sign == "==")
            for key, sign, value in tests
        ):
            result |= {key: value for key, sign, value in rule if sign == "="}
            target = result.pop("GOTO", "")
    assert not target, f"no rule has the label {target}"
    result.pop("LABEL", None)
    return result


def test_udev_can_read_every_rule() -> None:
    for rule in rules():
        for key, sign, _ in rule:
            assert key in (MATCHES if sign in ("==", "!=") else ASSIGNMENTS), (key, sign)


@pytest.mark.parametrize("port", ["ttyUSB0", "ttyUSB2", "ttyUSB13", "ttyACM0"])
def test_modem_manager_keeps_off_the_serial_ports_of_every_family(port: str) -> None:
    """Quectel, SIMCom, Huawei and Air724 are ttyUSB (option, qcserial); some A7670 and SIM800 sticks are ttyACM."""
    assert applied(ACTION="add", SUBSYSTEM="tty", KERNEL=port) == {
        "ENV{ID_MM_DEVICE_IGNORE}": "1",
        "ENV{ID_MM_PORT_IGNORE}": "1",
        "GROUP": "dialout",
        "MODE": "0660",
    }


def test_modem_manager_keeps_off_the_whole_usb_device_and_its_data_ports() -> None:
    usb = {"ACTION": "bind", "SUBSYSTEM": "usb", "ENV{DEVTYPE}": "usb_device"}
    assert applied(**usb) == {"ENV{ID_MM_DEVICE_IGNORE}": "1"}
    assert applied(**usb | {"ENV{DEVTYPE}": "usb_interface"}) == {}
    for subsystem in ("usbmisc", "net"):
        data_port = {"ACTION": "add", "SUBSYSTEM": subsystem, "SUBSYSTEMS": "usb"}
        assert applied(**data_port) == {"ENV{ID_MM_PORT_IGNORE}": "1"}


def test_nothing_else_is_touched() -> None:
    assert applied(ACTION="add", SUBSYSTEM="tty", KERNEL="ttyS0") == {}
    assert applied(ACTION="remove", SUBSYSTEM="tty", KERNEL="ttyUSB0") == {}
    assert applied(ACTION="add", SUBSYSTEM="net", SUBSYSTEMS="pci") == {}


def test_the_rule_comes_before_modem_managers_own() -> None:
    (rule,) = (ROOT / "systemd").glob("*.rules")
    assert rule.name < "77-"
    assert rule.name == doctor.RULE
