"""Finds what is wrong with a box and says what to do, in plain words. One row of CHECKS per subject, one function each.

It only looks: at files, at other programs, and at what the running service tells. A check that says nothing found
nothing wrong. What a check needs of the surroundings stands in `Box`, so that each can be tried on an invented one.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance import voice_words
from appliance.clock import from_utc_text
from appliance.config import VOICE, Settings, on_one_node
from appliance.lines import NEARLY_FULL, bars
from appliance.upkeep.box_clock import RELEASED, believable
from db import checkup

RULE = "70-hotline-modems.rules"
RULE_FOLDERS = tuple(Path(folder) / "udev" / "rules.d" for folder in ("/etc", "/run", "/usr/lib", "/lib"))
LITTLE_SPACE_BYTES, NO_SPACE_BYTES = 500 * 1024**2, 50 * 1024**2
ROOT = 0
LANDLINE_TROUBLES = {  # the rest of voice_words.ADVICE is how such modems are
    "no_voice": "its modem has no voice.",
    "format": "how its modem writes sound is not known.",
    "no_id": "no number came with the test call.",
    "silent": "its modem stopped answering while it was measured.",
    "time": "its modem was too slow to be measured.",
}


class Level(StrEnum):
    PROBLEM = "problem"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and its cure."""

    check: str
    level: Level
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Box:
    """What is looked at."""

    settings: Settings
    now: datetime
    checkup: dict[str, Any] | None  # what the running service tells; None: none runs, or it is silent
    processes: Sequence[str]  # names of all that run
    holders: Callable[[str], str]  # who has this port open, in words; "" nobody
    may_read: Callable[[Path], bool]  # whoever asks, this path
    owner_of: Callable[[Path], int]
    groups_of: Callable[[int], frozenset[str]]  # of a user
    user_name: Callable[[int], str]
    free_bytes: Callable[[Path], int]
    has_program: Callable[[str], bool]
    sound_cards: Sequence[str]  # ids, as ALSA knows them
    silence: str = ""  # why the running service tells nothing
    rule_folders: Sequence[Path] = RULE_FOLDERS

    @property
    def folder(self) -> Path:
        return self.settings.data.directory

    @property
    def database(self) -> Path:
        return self.folder / "hotline.db"

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [] if self.checkup is None else list(self.checkup["lines"])


Said = tuple[Level, str, str]
Check = Callable[[Box], Iterator[Said]]


def examine(box: Box) -> list[Finding]:
    """Every check; one that cannot look says so and keeps none of the others from it."""
    found = []
    for name, check in CHECKS.items():
        try:
            found += [Finding(name, *said) for said in check(box)]
        except (OSError, sqlite3.Error) as trouble:
            what = f"{name} could not be checked: {trouble}."
            found.append(Finding(name, Level.WARNING, what, "Run it again as root: sudo hotline doctor"))
    return sorted(found, key=lambda finding: finding.level is not Level.PROBLEM)


def _data_folder(box: Box) -> Iterator[Said]:
    folder = box.folder
    if not folder.exists():
        yield Level.PROBLEM, f"The data folder {folder} isn't there.", "It is made by the first: hotline run"
        return
    if not folder.is_dir():
        yield Level.PROBLEM, f"{folder} is no folder.", "Name a folder under [data] directory."
        return
    if not box.may_read(folder):
        yield Level.WARNING, f"You may not look into {folder}.", "Run it as root to see everything: sudo hotline doctor"
        return
    if folder.stat().st_mode & 0o077:
        yield Level.PROBLEM, f"Others can look into {folder}, which holds citizens' words.", f"chmod 700 {folder}"
    strangers = [path for path in (box.database, folder / "keys") if _is_of_another(box, path)]
    for path in strangers:
        owner = box.user_name(box.owner_of(folder))
        yield Level.PROBLEM, f"{path} belongs to another user than its folder.", f"sudo chown -R {owner}: {folder}"


def _is_of_another(box: Box, path: Path) -> bool:
    return path.exists() and box.owner_of(path) != box.owner_of(box.folder)


def _space(box: Box) -> Iterator[Said]:
    if not box.folder.exists():
        return
    free = box.free_bytes(box.folder)
    if free < LITTLE_SPACE_BYTES:
        level = Level.PROBLEM if free < NO_SPACE_BYTES else Level.WARNING
        yield level, f"Only {free // 1024**2} MB are free where {box.folder} lies.", "Delete what isn't needed: df -h"


def _service(box: Box) -> Iterator[Said]:
    if box.silence:
        what = f"The service runs and does not answer: {box.silence}."
        yield Level.PROBLEM, what, "See its log: journalctl -u hotline; then: sudo systemctl restart hotline"
        return
    if box.checkup is None:
        if not box.folder.exists() or box.may_read(box.folder):
            yield Level.PROBLEM, "The service doesn't run.", "sudo systemctl start hotline; why: journalctl -u hotline"
        return
    parts = box.checkup["report"]["parts"]
    for name in (name for name, is_well in parts.items() if not is_well):
        yield Level.PROBLEM, f"A part of the service doesn't answer: {name}.", "sudo systemctl restart hotline"


def _database(box: Box) -> Iterator[Said]:
    if not _can_read_database(box):
        return
    connection = checkup.connect(box.database)
    try:
        damage = checkup.damage(connection)
    except sqlite3.DatabaseError as trouble:
        damage = str(trouble)
    finally:
        connection.close()
    if damage:
        yield Level.PROBLEM, f"{box.database} is damaged: {damage}.", "Stop the service and restore the last backup."


def _outbox(box: Box) -> Iterator[Said]:
    if not _can_read_database(box):
        return
    connection = checkup.connect(box.database)
    try:
        counts = checkup.unsettled(connection)
    finally:
        connection.close()
    if failed := counts.get("failed", 0):
        yield Level.WARNING, f"{failed} messages failed and nobody has decided about them.", "See the page Messages."
    if unknown := counts.get("unknown", 0):
        yield Level.WARNING, f"Of {unknown} messages nobody knows whether they went out.", "See the page Messages."


def _clock(box: Box) -> Iterator[Said]:
    if box.checkup is not None:
        is_ok = box.checkup["clock_ok"]
    elif _can_read_database(box):
        connection = checkup.connect(box.database)
        try:
            found = checkup.last_seen(connection)
        finally:
            connection.close()
        is_ok = believable(box.now, from_utc_text(found) if found else RELEASED)
    else:
        is_ok = believable(box.now, RELEASED)
    if not is_ok:
        yield (
            Level.PROBLEM,
            f"The clock says {box.now:%Y-%m-%d %H:%M} UTC, which can't be right: nothing is reminded of.",
            "Set it (timedatectl), or if it is right: hotline clock trust. A box without network needs a clock chip.",
        )


def _lines(box: Box) -> Iterator[Said]:
    if not box.settings.modems:
        yield Level.WARNING, "There is no telephone line.", "hotline modem probe shows the sections for config.ini."
    for line in box.lines:
        if line["state"] != "ready":
            level = Level.WARNING if line["state"] == "starting" else Level.PROBLEM
            why = f" ({line['detail']})" if line["detail"] else ""
            yield level, f"Line {line['line']} is not ready: {line['state'].replace('_', ' ')}{why}.", line["advice"]


def _signal(box: Box) -> Iterator[Said]:
    for line in (line for line in box.lines if line["state"] == "ready"):
        dbm = line["signal_dbm"]
        if dbm is not None and bars(dbm) <= 1:
            what = f"Line {line['line']} hears its network badly: {dbm} dBm."
            yield Level.WARNING, what, "Move the antenna to a window, or take a better one."
        if line["roaming"]:
            what = f"Line {line['line']} is in a foreign network ({line['operator'] or 'unknown'}): it may cost more."
            yield Level.WARNING, what, "Ask the SIM's provider, or put in the SIM of the network here."


def _stores(box: Box) -> Iterator[Said]:
    for line in box.lines:
        for name, used, total in line["stores"]:
            if total and used >= NEARLY_FULL * total:
                is_full = used >= total
                what = f"Line {line['line']}: the message store {name} is {'full' if is_full else 'nearly full'}"
                what += f" ({used} of {total})" + (": new text messages wait in the network." if is_full else ".")
                cure = "If it doesn't drain in some minutes, empty it as chapter 6 of the technician's book says."
                yield Level.PROBLEM if is_full else Level.WARNING, what, cure


def _ports(box: Box) -> Iterator[Said]:
    """What can be seen of the configured devices without opening them."""
    for sentence in on_one_node(box.settings):
        yield Level.PROBLEM, sentence, "Give each line its own module: device = imei:..., see hotline modem probe."
    nodes = {line["line"]: line["node"] for line in box.lines}
    for modem in box.settings.modems:
        path = nodes.get(modem.name) or (modem.device if modem.device.startswith("/") else "")
        if path.startswith("/dev/tty") and modem.device == path:
            what = f"[modem {modem.name}] device: {path} may be another module after the next start."
            better = (
                "/dev/serial/by-path/... as hotline modem list"
                if modem.kind == VOICE
                else "imei:... as hotline modem probe"
            )
            yield Level.WARNING, what, f"Write device = {better} shows."
        if box.checkup is None and path and not Path(path).exists():
            yield Level.PROBLEM, f"[modem {modem.name}] device: {path} isn't there.", "Plug it in: hotline modem list"
        holders = box.holders(path).split(", ") if path else []
        if strangers := ", ".join(who for who in holders if who and not who.startswith("hotline ")):
            yield Level.PROBLEM, f"Line {modem.name}: {strangers} has {path} open.", "Stop that program."


def _modem_manager(box: Box) -> Iterator[Said]:
    has_rule = any((folder / RULE).exists() for folder in box.rule_folders)
    if "ModemManager" in box.processes and not has_rule:
        yield (
            Level.PROBLEM,
            "ModemManager runs and nothing keeps it off the modems.",
            f"sudo cp systemd/{RULE} /etc/udev/rules.d/; sudo udevadm control --reload; plug the modems in again",
        )


def _permission(box: Box) -> Iterator[Said]:
    if not box.settings.modems or not box.folder.exists():
        return
    user = box.owner_of(box.folder)
    if user != ROOT and "dialout" not in box.groups_of(user):
        name = box.user_name(user)
        what = f"The service's user {name} may not open serial ports: it isn't in the group dialout."
        yield Level.PROBLEM, what, f"sudo usermod -aG dialout {name}; sudo systemctl restart hotline"


def _sound(box: Box) -> Iterator[Said]:
    for modem in box.settings.modems:
        where = f"[modem {modem.name}]"
        cards = [modem.handset_device] if modem.handset_device else []
        if modem.audio_device.startswith("alsa:"):
            cards.append(modem.audio_device.removeprefix("alsa:"))
        elif modem.audio_device and not Path(modem.audio_device).exists():
            what = f"{where} audio_device: {modem.audio_device} isn't there."
            yield Level.PROBLEM, what, "hotline modem probe shows the module's other ports."
        needs_alsa = modem.talk_path == "usb" or cards
        if needs_alsa and not (box.has_program("arecord") and box.has_program("aplay")):
            yield Level.PROBLEM, f"{where}: its sound needs alsa-utils.", "sudo apt-get install alsa-utils"
        for name in cards:
            card = name.partition("CARD=")[2].partition(",")[0]
            if card and card not in box.sound_cards:
                there = ", ".join(box.sound_cards) or "none"
                what = f"{where}: the sound card {card} isn't plugged in (there: {there})."
                yield Level.PROBLEM, what, "Plug it in, or name another: arecord -L"
    has_opus = box.has_program("opusenc") and box.has_program("opusdec")
    if not has_opus and any(modem.kind == VOICE or modem.audio_device for modem in box.settings.modems):
        what = "Recordings take fifteen times the space they need: opus-tools is missing."
        yield Level.WARNING, what, "sudo apt-get install opus-tools"


def _landlines(box: Box) -> Iterator[Said]:
    """What the office's own telephone lines can't do yet, and why."""
    names = [modem.name for modem in box.settings.modems if modem.kind == VOICE]
    if not names or not _can_read_database(box):
        return
    connection = checkup.connect(box.database)
    try:
        known = checkup.landlines(connection)
    finally:
        connection.close()
    for name in names:
        row = known.get(name)
        if row is None:
            what = f"Landline {name}: its modem was not measured yet."
            yield (
                Level.WARNING,
                what,
                "The service does it as soon as nobody calls; or on the page Lines, under Landline.",
            )
            continue
        holds = voice_words.advice_for(
            voice_words.read(row["profile"]), stopped=row["stopped"], caller_id=row["id"] or ""
        )
        for key in holds:
            if key in LANDLINE_TROUBLES:
                yield Level.WARNING, f"Landline {name}: {LANDLINE_TROUBLES[key]}", voice_words.ADVICE[key]


def _can_read_database(box: Box) -> bool:
    return box.may_read(box.folder) and box.database.exists() and os.access(box.database, os.R_OK)


CHECKS: dict[str, Check] = {
    "data folder": _data_folder,
    "disk space": _space,
    "service": _service,
    "database": _database,
    "clock": _clock,
    "lines": _lines,
    "signal": _signal,
    "message stores": _stores,
    "ports": _ports,
    "ModemManager": _modem_manager,
    "permission": _permission,
    "sound": _sound,
    "landlines": _landlines,
    "messages out": _outbox,
}
