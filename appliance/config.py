"""config.ini -> frozen settings. What a technician sets once; read at start, never written by the program.

A setting is one field here. Its metadata say how it is read and what is allowed; `config.example.ini` shows it with
one comment, and a test fails until it does. Every error names section, option, what is wrong and what is allowed.
"""

from __future__ import annotations

import configparser
import ipaddress
import os
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from appliance.limits.hours import HoursWrong, OfficeHours

DEFAULT_PATHS = (Path("/etc/hotline/config.ini"), Path("config.ini"))
LONGEST_PATH = 4000
HIGHEST_PORT = 65535
AUTO = "auto"
ALSA = "alsa:"
IMEI_DEVICE = re.compile(r"imei:[0-9]{15}")
LINE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,23}")


class ConfigError(Exception):
    """Something in config.ini is wrong. `problems` holds one full sentence for each mistake found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Wrong(Exception):
    """What is allowed instead, for the reader of one option."""


Reader = Callable[[str], Any]


def _text(most: int = 200) -> Reader:
    def read(raw: str) -> str:
        if len(raw) > most:
            raise Wrong(f"is longer than {most} characters.")
        return raw

    return read


def _directory(raw: str) -> Path:
    if not raw:
        raise Wrong("is empty. Name a folder, such as /var/lib/hotline.")
    if "\0" in raw or not raw.startswith("/"):
        raise Wrong("Name the folder in full, such as /var/lib/hotline.")
    return Path(raw)


def _device(raw: str) -> str:
    if not raw:
        raise Wrong("is empty. Name the device; `hotline modem probe` shows those that are plugged in.")
    if len(raw) > LONGEST_PATH:
        raise Wrong(f"is longer than {LONGEST_PATH} characters.")
    if raw == AUTO or IMEI_DEVICE.fullmatch(raw):
        return raw
    if "\0" in raw or not raw.startswith("/"):
        raise Wrong("Use a full path, imei: and the module's 15 digits, or auto.")
    if Path(raw).is_dir():
        raise Wrong("is a folder. Name one device in it; `hotline modem list` shows them.")
    return raw


def _audio_device(raw: str) -> str:
    if len(raw) > LONGEST_PATH:
        raise Wrong(f"is longer than {LONGEST_PATH} characters.")
    is_card = raw.startswith(ALSA) and raw != ALSA
    if "\0" in raw or (raw and not raw.startswith("/") and not is_card):
        raise Wrong("Use a full path, alsa: and a name that `arecord -L` shows, or nothing.")
    return raw


def _search(raw: str) -> tuple[str, ...]:
    patterns = tuple(raw.split())
    if not patterns or len(raw) > LONGEST_PATH or any(not each.startswith("/") for each in patterns):
        raise Wrong("Use full paths with * in them, separated by blanks, such as /dev/ttyUSB* /dev/ttyACM*.")
    return patterns


def _one_of(*words: str) -> Reader:
    def read(raw: str) -> str:
        if raw not in words:
            raise Wrong(f"Use one of {', '.join(words)}.")
        return raw

    return read


def _number(lowest: int, highest: int, *, only: tuple[int, ...] = ()) -> Reader:
    allowed = f"one of {', '.join(map(str, only))}" if only else f"a whole number from {lowest} to {highest}"

    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw):
            raise Wrong(f"is not a number. Use {allowed}.")
        value = int(raw)
        if not lowest <= value <= highest or (only and value not in only):
            raise Wrong(f"is out of range. Use {allowed}.")
        return value

    return read


def _digits(shape: str, allowed: str) -> Reader:
    def read(raw: str) -> str:
        if raw and not re.fullmatch(shape, raw):
            raise Wrong(f"Use {allowed}.")
        return raw

    return read


def _timezone(raw: str) -> str:
    try:
        zoneinfo.ZoneInfo(raw)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Wrong("is not a known time zone. Use a name such as Asia/Shanghai.") from unknown
    return raw


def _hours(raw: str) -> OfficeHours:
    try:
        return OfficeHours.parse(raw)
    except HoursWrong as wrong:
        raise Wrong(f"{wrong} Use for example: mon-fri 08:30-12:00 14:00-17:30.") from wrong


def _listen(raw: str) -> tuple[str, int]:
    host, _, port = raw.rpartition(":")
    address = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    is_port = re.fullmatch(r"[0-9]{1,5}", port) is not None and int(port) <= HIGHEST_PORT
    try:
        is_address = (
            ipaddress.ip_address("127.0.0.1" if host == "localhost" else address).version == 4 or host != address
        )
    except ValueError:
        is_address = False
    if not (is_address and is_port):
        raise Wrong("Use an address and a port, such as 127.0.0.1:12345 or [::1]:12345.")
    return address, int(port)


def _yes_no(raw: str) -> bool:
    words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if raw.lower() not in words:
        raise Wrong("Use yes or no.")
    return words[raw.lower()]


def _setting(read: Reader, default: Any) -> Any:
    return field(default=default, metadata={"read": read})


@dataclass(frozen=True)
class OfficeSettings:
    """[office]"""

    name: str = _setting(_text(60), "12345")
    short_name: str = _setting(_text(12), "12345")
    language: str = _setting(_one_of("zh_CN", "en"), "zh_CN")
    timezone: str = _setting(_timezone, "Asia/Shanghai")
    region_code: str = _setting(_digits(r"0[0-9]{2,3}", "the area code with its 0, such as 0571, or nothing"), "")
    hours: OfficeHours = _setting(_hours, OfficeHours.parse("mon-fri 08:30-12:00 14:00-17:30"))


@dataclass(frozen=True)
class DataSettings:
    """[data]"""

    directory: Path = _setting(_directory, Path("/var/lib/hotline"))


@dataclass(frozen=True)
class WebSettings:
    """[web]"""

    listen: tuple[str, int] = _setting(_listen, ("127.0.0.1", 12345))
    trusted_proxy: bool = _setting(_yes_no, False)


@dataclass(frozen=True)
class LogSettings:
    """[log]"""

    level: str = _setting(_one_of("debug", "info", "warning", "error"), "info")


@dataclass(frozen=True)
class PortsSettings:
    """[ports]"""

    search: tuple[str, ...] = _setting(_search, ("/dev/serial/by-path/*", "/dev/ttyUSB*", "/dev/ttyACM*"))


@dataclass(frozen=True)
class ModemSettings:
    """[modem NAME], one section per telephone line."""

    name: str
    device: str = _setting(_device, "")
    kind: str = _setting(_one_of("auto", "gsm"), "auto")
    baudrate: int = _setting(
        _number(1200, 921600, only=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)),
        115200,
    )
    number: str = _setting(_digits(r"\+?[0-9 -]{3,20}", "the line's own telephone number in digits"), "")
    pin: str = _setting(_digits(r"[0-9]{4,8}", "4 to 8 digits, or nothing"), "")
    dialect: str = _setting(_text(24), "")
    audio_device: str = _setting(_audio_device, "")
    handset_device: str = _setting(_text(), "")
    talk_path: str = _setting(_one_of("none", "parallel", "headset", "usb", "forward"), "none")
    sms_per_day: int = _setting(_number(0, 100000), 0)
    sms_per_minute: int = _setting(_number(0, 1000), 0)


SECTIONS: dict[str, type[Any]] = {
    "office": OfficeSettings,
    "data": DataSettings,
    "web": WebSettings,
    "log": LogSettings,
    "ports": PortsSettings,
}


@dataclass(frozen=True)
class Settings:
    """Everything the INI says."""

    office: OfficeSettings = OfficeSettings()
    data: DataSettings = DataSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    ports: PortsSettings = PortsSettings()
    modems: tuple[ModemSettings, ...] = ()


def load(path: Path) -> Settings:
    """Read and check the file. Raises ConfigError with every problem found, not only the first."""
    return parse(_decoded(path), str(path))


def parse(text: str, source: str = "config.ini") -> Settings:
    """The settings in `text`; `source` names it in errors. Raises ConfigError."""
    parser = configparser.ConfigParser(interpolation=None, default_section="\0none", inline_comment_prefixes=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # "Device" is a misspelling, not "device"
    try:
        parser.read_string(text, source)
    except configparser.DuplicateSectionError as twice:
        raise ConfigError([f"[{twice.section}] stands twice (line {twice.lineno}). Join the two."]) from twice
    except configparser.DuplicateOptionError as twice:
        sentence = f"[{twice.section}] {twice.option}: stands twice (line {twice.lineno}). Keep one."
        raise ConfigError([sentence]) from twice
    except configparser.MissingSectionHeaderError as early:
        # The line itself isn't shown: whoever names a wrong file must not be shown its secrets.
        sentence = f"{source} line {early.lineno}: something stands before any [section]. Put [office] above it."
        raise ConfigError([sentence]) from early
    except configparser.ParsingError as unreadable:
        places = [f"{source} line {number}: cannot be read. Write: option = value" for number, _ in unreadable.errors]
        raise ConfigError(places) from unreadable
    problems: list[str] = []
    built: dict[str, Any] = {}
    modems: list[ModemSettings] = []
    for section in parser.sections():
        options = dict(parser[section])
        kind, _, name = section.partition(" ")
        if kind == "modem":
            modems.extend(_modem(section, name.strip(), options, problems))
        elif section in SECTIONS:
            built[section] = SECTIONS[section](**_options(section, SECTIONS[section], options, problems))
        else:
            problems.append(f"[{section}]: unknown section. Use one of {', '.join(SECTIONS)} or modem NAME.")
    problems.extend([*_shared(modems), *_sound_on_lines(modems)])
    if problems:
        raise ConfigError(problems)
    return Settings(**built, modems=tuple(modems))


def _modem(section: str, name: str, options: dict[str, str], problems: list[str]) -> list[ModemSettings]:
    values = _options(section, ModemSettings, options, problems)
    if "device" not in options:
        problems.append(f"[{section}] device: is missing. Name it; `hotline modem probe` shows what is plugged in.")
    if not LINE_NAME.fullmatch(name):
        problems.append(
            f"[{section}]: a modem needs a name of letters, digits, - and _ (24 at most), such as [modem line1]."
        )
        return []
    modem = ModemSettings(name=name, **values)
    if modem.talk_path == "usb":
        problems.extend(
            f"[{section}] {option}: is missing, and talk_path is usb. `hotline modem probe` and `arecord -L` show some."
            for option in ("audio_device", "handset_device")
            if not getattr(modem, option)
        )
    return [modem]


def _options(section: str, kind: type[Any], options: dict[str, str], problems: list[str]) -> dict[str, Any]:
    readers = {each.name: each.metadata["read"] for each in fields(kind) if each.metadata}
    values: dict[str, Any] = {}
    for option, raw in options.items():
        if option not in readers:
            problems.append(f"[{section}] {option}: unknown option. Use one of {', '.join(readers)}.")
            continue
        try:
            values[option] = readers[option](raw.strip())
        except Wrong as wrong:
            shown = "(hidden)" if option == "pin" else f'"{raw.strip()}"'
            problems.append(f"[{section}] {option}: {shown} {_sentence(str(wrong))}")
    return values


def _sentence(wrong: str) -> str:
    return wrong if wrong.startswith("is ") else f"is not allowed. {wrong}"


def _shared(modems: list[ModemSettings]) -> list[str]:
    """Two lines of one name, or two on one device: only one of them could ever work."""
    problems = []
    names: dict[str, str] = {}
    owners: dict[str, str] = {}
    for modem in modems:
        twin = names.get(modem.name.lower())
        device = os.path.normpath(modem.device) if modem.device else AUTO
        if twin == modem.name:
            problems.append(f"[modem {modem.name}] stands twice. Give each line its own name.")
        elif twin is not None:
            problems.append(f"[modem {modem.name}] differs from [modem {twin}] in capital letters only. Rename one.")
        elif device in owners:
            problems.append(f"[modem {modem.name}] device: {modem.device} already belongs to [modem {owners[device]}].")
        names[modem.name.lower()] = modem.name
        if device != AUTO:  # as many lines as like may be found by themselves, each its own module
            owners[device] = modem.name
    return problems


def _sound_on_lines(modems: list[ModemSettings]) -> list[str]:
    """Sound and AT commands never share a port."""
    owners = {os.path.normpath(modem.device): modem.name for modem in modems if modem.device.startswith("/")}
    return [
        f"[modem {modem.name}] audio_device: {modem.audio_device} is the device of [modem {owner}]. "
        "Name the port that carries the sound; `hotline modem probe` shows the module's others."
        for modem in modems
        if modem.audio_device and (owner := owners.get(os.path.normpath(modem.audio_device)))
    ]


def on_one_node(settings: Settings) -> list[str]:
    """A sentence for each two lines whose names mean the same device just now: the second will wait for the first."""
    owners: dict[str, str] = {}
    found = []
    for modem in settings.modems:
        node = os.path.realpath(modem.device)
        if modem.device.startswith("/") and node in owners:
            found.append(
                f"[modem {modem.name}] device: {modem.device} is {node}, as is that of [modem {owners[node]}]."
            )
        owners[node] = modem.name
    return found


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as trouble:
        raise ConfigError([f"{path}: {trouble.strerror}. Name the file with --config, or create it."]) from trouble
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw[: wrong.start].count(b"\n") + 1
        raise ConfigError([f"{path} line {line}: is not UTF-8 text. Save the file in the encoding UTF-8."]) from wrong


def without_effect(settings: Settings) -> list[str]:
    """A sentence for each setting that another one makes useless."""
    return [
        f"[modem {modem.name}] handset_device: has no effect, because talk_path is {modem.talk_path} and not usb."
        for modem in settings.modems
        if modem.handset_device and modem.talk_path != "usb"
    ]


def option_names() -> dict[str, tuple[str, ...]]:
    """Every section with its options, for the test that holds the example file to the code."""
    kinds = {**SECTIONS, "modem": ModemSettings}
    return {name: tuple(each.name for each in fields(kind) if each.metadata) for name, kind in kinds.items()}
