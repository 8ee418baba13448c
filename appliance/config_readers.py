"""How one option of config.ini is read: raw text in, value out, or what is allowed instead."""

from __future__ import annotations

import ipaddress
import re
import shlex
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.limits.hours import HoursWrong, OfficeHours

LONGEST_PATH = 4000
SHELL_SIGN = re.compile(r"[|;&<>]|[0-9]>|\$\(|`")
HIGHEST_PORT = 65535
AUTO = "auto"
ALSA = "alsa:"
IMEI = "imei:"
IMEI_DEVICE = re.compile(r"imei:[0-9]{15}")


class Wrong(Exception):
    """What is allowed instead, for the reader of one option."""


Reader = Callable[[str], Any]


def text(most: int = 200) -> Reader:
    def read(raw: str) -> str:
        if len(raw) > most:
            raise Wrong(f"is longer than {most} characters.")
        return raw

    return read


def directory(raw: str) -> Path:
    if not raw:
        raise Wrong("is empty. Name a folder, such as /var/lib/hotline.")
    if "\0" in raw or not raw.startswith("/"):
        raise Wrong("Name the folder in full, such as /var/lib/hotline.")
    return Path(raw)


def device(raw: str) -> str:
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


def audio_device(raw: str) -> str:
    if len(raw) > LONGEST_PATH:
        raise Wrong(f"is longer than {LONGEST_PATH} characters.")
    is_card = raw.startswith(ALSA) and raw != ALSA
    if "\0" in raw or (raw and not raw.startswith("/") and not is_card):
        raise Wrong("Use a full path, alsa: and a name that `arecord -L` shows, or nothing.")
    return raw


def search(raw: str) -> tuple[str, ...]:
    patterns = tuple(raw.split())
    if not patterns or len(raw) > LONGEST_PATH or any(not each.startswith("/") for each in patterns):
        raise Wrong("Use full paths with * in them, separated by blanks, such as /dev/ttyUSB* /dev/ttyACM*.")
    return patterns


def one_of(*words: str) -> Reader:
    def read(raw: str) -> str:
        if raw not in words:
            raise Wrong(f"Use one of {', '.join(words)}.")
        return raw

    return read


def number(lowest: int, highest: int, *, only: tuple[int, ...] = ()) -> Reader:
    allowed = f"one of {', '.join(map(str, only))}" if only else f"a whole number from {lowest} to {highest}"

    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw):
            raise Wrong(f"is not a number. Use {allowed}.")
        value = int(raw)
        if not lowest <= value <= highest or (only and value not in only):
            raise Wrong(f"is out of range. Use {allowed}.")
        return value

    return read


def digits(shape: str, allowed: str) -> Reader:
    def read(raw: str) -> str:
        if raw and not re.fullmatch(shape, raw):
            raise Wrong(f"Use {allowed}.")
        return raw

    return read


def timezone(raw: str) -> str:
    try:
        zoneinfo.ZoneInfo(raw)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Wrong("is not a known time zone. Use a name such as Asia/Shanghai.") from unknown
    return raw


def hours(raw: str) -> OfficeHours:
    try:
        return OfficeHours.parse(raw)
    except HoursWrong as wrong:
        raise Wrong(f"{wrong} Use for example: mon-fri 08:30-12:00 14:00-17:30.") from wrong


def listen(raw: str) -> tuple[str, int]:
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


def yes_no(raw: str) -> bool:
    words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    if raw.lower() not in words:
        raise Wrong("Use yes or no.")
    return words[raw.lower()]


def command(raw: str) -> tuple[str, ...]:
    """A program and its arguments, split as a shell would split them; no shell ever reads them."""
    if len(raw) > LONGEST_PATH or "\0" in raw:
        raise Wrong(f"is longer than {LONGEST_PATH} characters, or holds a zero byte.")
    try:
        argv = tuple(shlex.split(raw))
    except ValueError as unclosed:
        raise Wrong("is not closed: a quotation mark, or a backslash at the end, has nothing behind it.") from unclosed
    if argv and not argv[0].startswith("/"):
        raise Wrong("Name the program by its full path, such as /usr/local/bin/speak, or nothing.")
    of_a_shell = [word for word in argv if SHELL_SIGN.match(word)]
    if of_a_shell:
        raise Wrong(f"No shell reads this: write {' '.join(of_a_shell)} into a script of your own, and name that.")
    return argv
