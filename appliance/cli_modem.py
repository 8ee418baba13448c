"""`hotline modem`: what is plugged in, and what it can do. Ports that the running service has are left alone."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.config import VOICE, ConfigError, Settings, load
from appliance.reach import Chosen, do, fail, say

if TYPE_CHECKING:
    from modem.nodes import Node
    from modem.survey import PortReport

WARNINGS = 3
CURES = {
    "not_allowed": "Use sudo, or join the group: sudo usermod -aG dialout $USER, then sign in again.",
    "in_use": "If it is the box itself, sudo shows its line; else stop that program. For ModemManager: hotline doctor.",
    "garbled": "Try --baudrate 9600 or 38400. If nothing helps it isn't a modem: leave it out of [ports] search.",
    "hangs": "If it hangs again, try another USB socket, cable or hub.",
    "caller_id": "Good for caller id only. To answer, play and record you need a voice modem (V.253, class 8).",
}
LANDLINES = ("voice", "caller_id")
NO_REPORT = {
    "caller_id": "There is no report file: a modem without voice has nothing to measure.",
    "voice": "There is no report file: the service has this modem. Its page under Lines gives it.",
    "": "There is no report file: only a landline modem is measured, and only one that is named as DEVICE.",
}
TELEPHONE_NOW = "Lift the telephone beside the modem now, and hang it up when this says what was seen."


@click.group()
def modem() -> None:
    """Telephone modules."""


@modem.command("list")
def modem_list() -> None:
    """Serial ports on this computer, by names that stay the same after a restart."""
    from modem.nodes import stable_ports

    ports = stable_ports()
    if not ports:
        say("No serial port found. Is the module plugged in? Try: lsusb")
        sys.exit(WARNINGS)
    for name, node in ports:
        click.echo(f"{name}\t{node}")


@modem.command("at")
@click.argument("device", type=click.Path(path_type=Path))
@click.argument("command")
@click.option("--baudrate", default=115200, show_default=True)
def modem_at(device: Path, command: str, baudrate: int) -> None:
    """Send one AT command to a device and print what it answers."""
    from modem.probe import ProbeFailed, ask_once

    try:
        for line in ask_once(str(device), command, baudrate):
            click.echo(line)
    except ProbeFailed as trouble:
        fail(str(trouble))


@modem.command("probe")
@click.argument("device", type=click.Path(path_type=Path), required=False)
@click.option("--baudrate", default=115200, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON on stdout.")
@click.option("--telephone", is_flag=True, help="A landline's: lift the telephone beside it when told to.")
@click.option("--report", "report_file", type=click.Path(path_type=Path), help="Write what was measured to this file.")
@click.pass_obj
def modem_probe(
    chosen: Chosen, device: Path | None, *, baudrate: int, as_json: bool, telephone: bool, report_file: Path | None
) -> None:
    """Ask every serial port, or DEVICE, what it is, and show the section for config.ini.

    A landline modem that is named as DEVICE is measured too: it takes the line for some seconds, and rings at nobody.
    """
    from modem.nodes import find_nodes, node_at

    settings = _settings(chosen)
    nodes = find_nodes((*settings.ports.search, *(each.device for each in settings.modems)))
    sounds = {os.path.realpath(each.audio_device) for each in settings.modems}
    asked = [node for node in nodes if node.path not in sounds]
    if device is not None:
        node = node_at(str(device))
        if node is None:
            fail(f"{device} isn't there, or is no serial port. See: hotline modem list")
        asked = [node]
    landlines = {each.name for each in settings.modems if each.kind == VOICE}
    lines = [line | {"is_landline": line["line"] in landlines} for line in _lines_of_service(settings)]
    reports = _reports(asked, nodes, lines, baudrate)
    measured = _measured(reports[0], baudrate, with_telephone=telephone) if device is not None else None
    if report_file is not None and measured is not None:
        report_file.write_text(json.dumps(measured, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        say(f"Written to {report_file}. It tells of the modem and of nobody who called.")
    if as_json:
        told = [asdict(report) | ({"measured": measured} if measured else {}) for report in reports]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(reports, settings)
        _print_measured(measured)
    if report_file is not None and measured is None:
        fail(NO_REPORT.get(str(reports[0].found), NO_REPORT[""]) if device is not None else NO_REPORT[""])
    if not any(report.found in ("module", *LANDLINES) for report in reports):
        if not reports:
            say(f"No serial port found (searched: {' '.join(settings.ports.search)}). Is the module plugged in?")
        sys.exit(WARNINGS)


@modem.command("pin-again")
@click.argument("line")
@click.pass_obj
def modem_pin_again(chosen: Chosen, line: str) -> None:
    """Let LINE try its PIN once more, after somebody has seen to the card that refused it."""
    do(chosen.settings(), "modem pin-again", line=line)
    say(f"Line {line} tries its PIN once more, within a minute or as soon as the service runs.")


def _settings(chosen: Chosen) -> Settings:
    """As configured; the defaults where there is no configuration yet, because this is how one begins."""
    path = chosen.found()
    if path is None:
        return Settings()
    try:
        return load(path)
    except ConfigError as wrong:
        say("\n".join(wrong.problems))
        say("The configuration was left aside.")
        return Settings()


def _lines_of_service(settings: Settings) -> list[dict[str, Any]]:
    from appliance.gate import NotRunning, ask

    try:
        answer = ask(settings.data.directory, "lines")
    except NotRunning:
        return []
    return list(answer.get("lines", []))


def _reports(asked: list[Node], nodes: list[Node], lines: list[dict[str, Any]], baudrate: int) -> list[PortReport]:
    """Ports of the service as it tells of them, all others as they answer."""
    from appliance.clock import RealClock
    from modem.survey import survey, with_siblings

    of_lines = {line["node"]: line for line in lines if line["node"]}
    devices = {node.usb: of_lines[node.path] for node in nodes if node.usb and node.path in of_lines}
    free = [node for node in asked if node.path not in of_lines and node.usb not in devices]
    answered = dict(zip((node.path for node in free), survey(free, baudrate, RealClock()), strict=True))
    told = {
        node.path: _told(node, of_lines[node.path]) if node.path in of_lines else _beside(node, devices[node.usb])
        for node in asked
        if node.path not in answered
    }
    return [with_siblings((answered | told)[node.path], node, nodes) for node in asked]


def _beside(node: Node, line: dict[str, Any]) -> PortReport:
    """Another port of a module that the service has: a call's sound may be on it."""
    from modem.identify import Found
    from modem.survey import blank

    return replace(blank(node, Found.OTHER), line=line["line"], detail="another port of this line's module")


def _told(node: Node, line: dict[str, Any]) -> PortReport:
    """What the service knows of a port it has open."""
    from modem.dialect import choose
    from modem.dialects import all_dialects
    from modem.identify import Found
    from modem.survey import blank

    if line["is_landline"]:
        return replace(
            blank(node, Found.VOICE),
            line=line["line"], detail=line["detail"] or line["state"],
            maker=line["maker"], model=line["model"], firmware=line["firmware"],
        )  # fmt: skip
    family = choose(all_dialects(), line["maker"], line["model"])
    is_ready = line["state"] in ("ready", "no_network")
    network = {"ready": "registered, roaming" if line["roaming"] else "registered", "no_network": line["detail"]}
    return replace(
        blank(node, Found.MODULE if line["imei"] else Found.IN_USE),
        line=line["line"], detail=line["detail"] or line["state"], maker=line["maker"], model=line["model"],
        firmware=line["firmware"], imei=line["imei"], imsi=line["imsi"], operator=line["operator"],
        signal_dbm=line["signal_dbm"], stores=tuple((name, used, total) for name, used, total in line["stores"]),
        sim="ready" if is_ready else "", network=network.get(line["state"], ""),
        dialect=family.name, sound=tuple(pcm.port for pcm in family.pcm), has_calls=is_ready, has_sms=is_ready,
    )  # fmt: skip


def _print(reports: list[PortReport], settings: Settings) -> None:
    offered: set[str] = set()
    names = {each.name for each in settings.modems}
    for report in reports:
        click.echo(f"{report.node}" + (f"  ({report.name})" if report.name != report.node else ""))
        for label, value in _facts(report):
            click.echo(f"  {label:12}{value}")
        if cure := CURES.get(str(report.found)) if not report.line else None:
            click.echo(f"  {'do':12}{cure}")
        key = report.imei or (report.name if report.found in LANDLINES else "")
        if key and key not in offered and not report.line:
            offered.add(key)
            name = next(name for number in range(1, 100) if (name := f"line{number}") not in names)
            names.add(name)
            click.echo("\n  For config.ini:\n")
            for text in ini_section(report, name):
                click.echo(f"  {text}")
        click.echo("")


def _measured(report: PortReport, baudrate: int, *, with_telephone: bool) -> dict[str, Any] | None:
    """What the landline modem at this port really does, as the report file tells it; None where there is none."""
    if report.found != "voice":
        return None
    if report.line:
        say(f"Line {report.line} has it: its page measures it, on the page Lines under Landline.")
        return None
    from appliance import __version__
    from appliance.clock import RealClock
    from appliance.voice_words import read
    from appliance.voice_words import report as report_of
    from modem.probe import ProbeFailed, measure

    say("Measuring. Leave the telephone on its hook." if not with_telephone else TELEPHONE_NOW)
    try:
        outcome = measure(report.node, baudrate, RealClock(), with_telephone=with_telephone)
    except ProbeFailed as trouble:
        fail(str(trouble))
    profile = read(outcome.profile.as_json())
    return report_of(outcome.identity, profile, outcome.evidence, version=__version__, stopped=str(outcome.stopped))


def _print_measured(measured: dict[str, Any] | None) -> None:
    """In plain words, and what to do about it."""
    if measured is None:
        return
    from appliance.voice_words import ADVICE, advice_for

    click.echo("  Measured:")
    for words in measured["in words"]:
        click.echo(f"    {words}")
    for key in advice_for(measured["profile"], stopped=measured["stopped"]):
        click.echo(f"  {'do':12}{ADVICE[key]}")


def _facts(report: PortReport) -> list[tuple[str, str]]:
    dbm = "" if report.signal_dbm is None else f"{report.signal_dbm} dBm"
    can = [word for word, has in (("calls", report.has_calls), ("text messages", report.has_sms)) if has]
    rows = [
        ("line", f"{report.line}, of the running service" if report.line else ""),
        ("found", str(report.found).replace("_", " ") + (f": {report.detail}" if report.detail else "")),
        ("module", " ".join(filter(None, (report.maker, report.model, report.firmware)))),
        ("IMEI", report.imei),
        ("SIM", ", ".join(filter(None, (report.sim, report.imsi and f"IMSI {report.imsi}")))),
        ("network", ", ".join(filter(None, (report.network, report.operator, dbm)))),
        ("messages", ", ".join(f"{name} {used} of {total}" for name, used, total in report.stores)),
        ("family", report.dialect),
        ("can", ", ".join(can)),
        ("sound", " or ".join(report.sound) or ("analog pins only" if report.imei else "")),
        ("same device", ", ".join(f"{each.node} (interface {each.interface})" for each in report.siblings)),
    ]
    return [(label, value) for label, value in rows if value]


def unknown_dialects(settings: Settings) -> list[str]:
    """A sentence for each `dialect` that is no family: the one option whose words the telephone side knows."""
    from modem.dialects import all_dialects

    known = sorted(dialect.name for dialect in all_dialects())
    return [
        f'[modem {modem.name}] dialect: "{modem.dialect}" is not allowed. Use one of {", ".join(known)}, or nothing.'
        for modem in settings.modems
        if modem.dialect and modem.dialect not in known
    ]


def ini_section(report: PortReport, name: str) -> list[str]:
    """The section for config.ini, ready to paste."""
    if report.found in LANDLINES:
        return [f"[modem {name}]", f"device = {report.name}", "kind = voice", "talk_path = parallel"]
    section = [f"[modem {name}]", f"device = imei:{report.imei}", "kind = gsm"]
    if report.audio_device:
        section.append(f"audio_device = {report.audio_device}")
    return section
