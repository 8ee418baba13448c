"""config.ini -> frozen settings. What a technician sets once; read at start, never written by the program.

A setting is one field here. Its metadata say how it is read and what is allowed; `config.example.ini` shows it with
one comment, and a test fails until it does. Every error names section, option, what is wrong and what is allowed.
"""

from __future__ import annotations

import configparser
import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from appliance import config_readers as read
from appliance.config_readers import AUTO, IMEI, Reader, Wrong
from appliance.limits.hours import OfficeHours

DEFAULT_PATHS = (Path("/etc/hotline/config.ini"), Path("config.ini"))
VOICE = "voice"
SOUND_BAUD = 115200  # 8000 bytes a second each way, shielded; USB itself knows no baud rate
LANDLINE_PATHS = ("none", "parallel")  # how a person can speak beside a modem that has no sound of its own to give
ONLY_GSM = ("pin", "dialect", "audio_device", "handset_device", "sms_per_day", "sms_per_minute")
LINE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,23}")


class ConfigError(Exception):
    """Something in config.ini is wrong. `problems` holds one full sentence for each mistake found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _setting(reader: Reader, default: Any) -> Any:
    return field(default=default, metadata={"read": reader})


@dataclass(frozen=True)
class OfficeSettings:
    """[office]"""

    name: str = _setting(read.text(60), "12345")
    short_name: str = _setting(read.text(12), "12345")
    language: str = _setting(read.one_of("zh_CN", "en"), "zh_CN")
    timezone: str = _setting(read.timezone, "Asia/Shanghai")
    region_code: str = _setting(read.digits(r"0[0-9]{2,3}", "the area code with its 0, such as 0571, or nothing"), "")
    hours: OfficeHours = _setting(read.hours, OfficeHours.parse("mon-fri 08:30-12:00 14:00-17:30"))


@dataclass(frozen=True)
class DataSettings:
    """[data]"""

    directory: Path = _setting(read.directory, Path("/var/lib/hotline"))


@dataclass(frozen=True)
class WebSettings:
    """[web]"""

    listen: tuple[str, int] = _setting(read.listen, ("127.0.0.1", 12345))
    trusted_proxy: bool = _setting(read.yes_no, False)


@dataclass(frozen=True)
class LogSettings:
    """[log]"""

    level: str = _setting(read.one_of("debug", "info", "warning", "error"), "info")


@dataclass(frozen=True)
class PortsSettings:
    """[ports]"""

    search: tuple[str, ...] = _setting(read.search, ("/dev/serial/by-path/*", "/dev/ttyUSB*", "/dev/ttyACM*"))


@dataclass(frozen=True)
class CommandsSettings:
    """[commands]: programs of others, plugged in by the technician; () = none."""

    speak_command: tuple[str, ...] = _setting(read.command, ())
    transcribe_command: tuple[str, ...] = _setting(read.command, ())


@dataclass(frozen=True)
class ModemSettings:
    """[modem NAME], one section per telephone line."""

    name: str
    device: str = _setting(read.device, "")
    kind: str = _setting(read.one_of("auto", "gsm", "voice"), "auto")
    baudrate: int = _setting(
        read.number(1200, 921600, only=(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)),
        115200,
    )
    number: str = _setting(read.digits(r"\+?[0-9 -]{3,20}", "the line's own telephone number in digits"), "")
    pin: str = _setting(read.digits(r"[0-9]{4,8}", "4 to 8 digits, or nothing"), "")
    dialect: str = _setting(read.text(24), "")
    audio_device: str = _setting(read.audio_device, "")
    handset_device: str = _setting(read.text(), "")
    talk_path: str = _setting(read.one_of("none", "parallel", "headset", "usb", "forward"), "none")
    sms_per_day: int = _setting(read.number(0, 100000), 0)
    sms_per_minute: int = _setting(read.number(0, 1000), 0)


SECTIONS: dict[str, type[Any]] = {
    "office": OfficeSettings,
    "data": DataSettings,
    "web": WebSettings,
    "log": LogSettings,
    "ports": PortsSettings,
    "commands": CommandsSettings,
}


@dataclass(frozen=True)
class Settings:
    """Everything the INI says."""

    office: OfficeSettings = OfficeSettings()
    data: DataSettings = DataSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    ports: PortsSettings = PortsSettings()
    commands: CommandsSettings = CommandsSettings()
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
    if modem.kind == VOICE:
        problems.extend(_of_landline(section, modem))
    return [modem]


def _of_landline(section: str, modem: ModemSettings) -> list[str]:
    """What only a GSM module has."""
    problems = []
    if modem.device == AUTO or modem.device.startswith(IMEI):
        problems.append(
            f"[{section}] device: a landline modem has no IMEI to be found by. Use its full path; "
            "`hotline modem list` shows it."
        )
    if modem.talk_path not in LANDLINE_PATHS:
        problems.append(f"[{section}] talk_path: a landline has {' or '.join(LANDLINE_PATHS)}, not {modem.talk_path}.")
    return problems


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
    found = [
        f"[modem {modem.name}] handset_device: has no effect, because talk_path is {modem.talk_path} and not usb."
        for modem in settings.modems
        if modem.handset_device and modem.talk_path != "usb" and modem.kind != VOICE
    ]
    return found + [
        f"[modem {modem.name}] {option}: has no effect, because kind is voice: a landline has no SIM and no sound port."
        for modem in settings.modems
        for option in ONLY_GSM
        if modem.kind == VOICE and getattr(modem, option)
    ]


def doubtful(settings: Settings) -> list[str]:
    """A sentence for each setting that can't work as this box is now, or that sound will suffer from."""
    programs = ((each.name, getattr(settings.commands, each.name)) for each in fields(CommandsSettings))
    return [
        f"[commands] {option}: {argv[0]} isn't there, or may not be run as a program. Check the path and its rights."
        for option, argv in programs
        if argv and not (Path(argv[0]).is_file() and os.access(argv[0], os.X_OK))
    ] + [
        f"[modem {modem.name}] baudrate: {modem.baudrate} is too slow for sound on a serial port. Use {SOUND_BAUD}."
        for modem in settings.modems
        if modem.kind == VOICE and modem.baudrate < SOUND_BAUD
    ]


def option_names() -> dict[str, tuple[str, ...]]:
    """Every section with its options, for the test that holds the example file to the code."""
    kinds = {**SECTIONS, "modem": ModemSettings}
    return {name: tuple(each.name for each in fields(kind) if each.metadata) for name, kind in kinds.items()}
