"""What is plugged in, for a technician: every port, what answers there, and what it can do. Harmless questions only.

Each port is asked in a thread of its own, so that one that hangs costs its own line and nothing else.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from modem import holders
from modem.asking import OpenPort, Said, Watch
from modem.at_words import FinalKind, fields_of, name_of, number_in
from modem.dialect import Dialect, choose
from modem.dialects import all_dialects
from modem.events import masked_imsi
from modem.gsm_status import HOME, ROAMING, WORDS, registration_in
from modem.identify import Found, imei_in, no_modem_at, not_opened
from modem.nodes import Node, stable_name

ANSWER_WITHIN_S = 3.0
NETWORK_WITHIN_S = 12.0  # AT+COPS? may search
PORT_WITHIN_S = 45.0  # all questions of one port
STRONGEST = 31  # of +CSQ, steps of 2 dB from -113 dBm
NO_SIM_CODES = (10, 13, 15)
_DIGITS = re.compile(r"(?<![\d.])\d+(?![\d.])")  # classes: 0, 1, 8, but not the 0 of 1.0


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another port of the same USB device: the sound may come out there."""

    node: str
    name: str
    interface: int | None


@dataclass(frozen=True, slots=True)
class PortReport:
    """One port."""

    node: str
    name: str  # one that stays after a restart, where there is one
    found: Found
    detail: str = ""  # of trouble, in plain English
    line: str = ""  # the line of the running service that has it
    usb: str = ""
    interface: int | None = None
    maker: str = ""
    model: str = ""
    firmware: str = ""
    imei: str = ""
    sim: str = ""
    imsi: str = ""  # masked
    network: str = ""
    operator: str = ""
    signal_dbm: int | None = None
    stores: tuple[tuple[str, int, int], ...] = ()
    dialect: str = ""
    has_calls: bool = False
    has_sms: bool = False
    sound: tuple[str, ...] = ()  # where the module's sound comes out over USB; () nowhere
    audio_device: str = ""  # the port for config.ini, where it is plain
    siblings: tuple[Sibling, ...] = field(default=())


def survey(nodes: Sequence[Node], baudrate: int, clock: Watch) -> list[PortReport]:
    """A report of each node, in their order; whatever hangs is said to hang."""
    reports: dict[str, PortReport] = {}

    def ask(node: Node) -> None:
        reports[node.path] = ask_port(node, baudrate, clock)

    askers = [threading.Thread(target=ask, args=(node,), name=f"ask-{node.path}", daemon=True) for node in nodes]
    for asker in askers:
        asker.start()
    until_s = clock.monotonic_s() + PORT_WITHIN_S
    for asker in askers:
        asker.join(max(0.0, until_s - clock.monotonic_s()))
    return [with_siblings(reports.get(node.path) or _hanging(node), node, nodes) for node in nodes]


def ask_port(node: Node, baudrate: int, clock: Watch) -> PortReport:
    """Ask everything at one port. Never raises; may hang where the driver does."""
    report = blank(node, Found.SILENT)
    try:
        with OpenPort(node.path, baudrate, clock) as port:
            found = no_modem_at(port)
            if found is None:
                return _asked(report, lambda command, within_s=ANSWER_WITHIN_S: port.ask(command, within_s))
    except (OSError, ValueError) as trouble:
        found, detail = not_opened(node.path, trouble)
        return replace(report, found=found, detail=detail)
    if found is Found.GARBLED:
        return replace(report, found=found, detail=f"answers, but not as a modem does at {baudrate} baud")
    if others := holders.said_of(node.path):
        return replace(report, found=Found.IN_USE, detail=f"{others} has it open too and takes the answers")
    return replace(report, detail="nobody answers: a port for something else, or a module that hangs")


def blank(node: Node, found: Found) -> PortReport:
    """Of a port that was not asked."""
    return PortReport(node.path, _name(node), found, usb=node.usb, interface=node.interface)


def _name(node: Node) -> str:
    stable = stable_name(node.path)
    return node.name if stable == node.path else stable


def with_siblings(report: PortReport, node: Node, nodes: Sequence[Node]) -> PortReport:
    """Add the other ports of the same device, and which of them carries the sound."""
    others = [each for each in nodes if node.usb and each.usb == node.usb and each.path != node.path]
    siblings = tuple(Sibling(each.path, _name(each), each.interface) for each in others)
    wanted = _sound_interface(report.dialect)
    sound = next((each.name for each in siblings if wanted is not None and each.interface == wanted), "")
    return replace(report, siblings=siblings, audio_device=sound)


Ask = Callable[..., Said]


def _asked(report: PortReport, ask: Ask) -> PortReport:
    """A modem is there: who it is, and how it stands."""
    maker, model, firmware = (_text(ask(f"AT+{name}"), name) for name in ("CGMI", "CGMM", "CGMR"))
    imei = imei_in(ask("AT+CGSN").lines)
    if not imei:
        return _without_imei(replace(report, maker=maker, model=model), ask)
    family = choose(all_dialects(), maker, model)
    sim = sim_state(ask("AT+CPIN?"))
    report = replace(
        report, found=Found.MODULE, maker=maker, model=model, firmware=firmware, imei=imei, sim=sim,
        dialect=family.name, sound=tuple(pcm.port for pcm in family.pcm),
        has_calls=ask("AT+CLIP=?").is_ok, has_sms=ask("AT+CMGF=?").is_ok,
    )  # fmt: skip
    if sim != "ready":
        return report
    return replace(
        report,
        imsi=masked_imsi(_text(ask("AT+CIMI"), "CIMI")),
        network=network_state([*ask("AT+CREG?").lines, *ask("AT+CEREG?").lines]),
        operator=_field(ask("AT+COPS?", NETWORK_WITHIN_S), "+COPS", 2),
        signal_dbm=signal(ask("AT+CSQ")),
        stores=stores(ask("AT+CPMS?")),
    )


def _without_imei(report: PortReport, ask: Ask) -> PortReport:
    """A landline modem, if it knows the classes of V.253 or of fax, or caller id; nothing is changed in it."""
    maker = report.maker or _text(ask("AT+GMI"), "GMI")
    model = report.model or _text(ask("AT+GMM"), "GMM") or _text(ask("ATI3"), "I3")
    report = replace(report, maker=maker, model=model)
    classes = ask("AT+FCLASS=?")
    known = set(_DIGITS.findall(" ".join(classes.lines))) if classes.is_ok else set()
    if "8" in known:
        return replace(report, found=Found.VOICE, detail="a landline voice modem")
    # Some ports say OK to everything: only what lists its values knows the command.
    if {"0", "1"} <= known or any(said.is_ok and said.lines for said in (ask("AT+VCID=?"), ask("AT#CID=?"))):
        detail = "a landline modem without voice (no class 8): it can tell who calls, and nothing more"
        return replace(report, found=Found.CALLER_ID, detail=detail)
    detail = f"{maker} {model}".strip() or "an unknown modem"
    return replace(report, found=Found.OTHER, detail=f"{detail}, which has no IMEI")


def _text(said: Said, name: str) -> str:
    """The free text of an answer, without its name and quotes."""
    if not said.is_ok or not said.lines:
        return ""
    line = said.lines[-1]
    return (", ".join(fields_of(line)) if name_of(line) == f"+{name}" else line).strip().strip('"')[:80]


def _field(said: Said, name: str, at: int) -> str:
    for line in said.lines:
        fields = fields_of(line)
        if name_of(line) == name and len(fields) > at:
            return fields[at]
    return ""


def sim_state(said: Said) -> str:
    """How the SIM stands, in plain English."""
    wanted = _field(said, "+CPIN", 0).upper()
    if wanted == "READY":
        return "ready"
    if wanted:
        return "no SIM card" if wanted.startswith("NOT ") else f"wants its {wanted.removeprefix('SIM ')}"
    if said.final is None:
        return "not known"
    is_plain = said.final.kind is FinalKind.ERROR  # a module that was never told AT+CMEE=1 gives no reason
    return "no SIM card" if is_plain or said.final.code in NO_SIM_CODES else "not known"


def network_state(lines: Sequence[str]) -> str:
    """How it stands in the network, by +CREG? and +CEREG?."""
    told = [registration_in(line) for line in lines if name_of(line) in ("+CREG", "+CEREG")]
    stats = [stat for stat in told if stat is not None]
    if any(stat in HOME for stat in stats):
        return "registered"
    if any(stat in ROAMING for stat in stats):
        return "registered, roaming"
    return WORDS.get(stats[0], "not known") if stats else "not known"


def signal(said: Said) -> int | None:
    """dBm by +CSQ; None where it is not known."""
    text = _field(said, "+CSQ", 0)
    return -113 + 2 * int(text) if text.isascii() and text.isdigit() and int(text) <= STRONGEST else None


def stores(said: Said) -> tuple[tuple[str, int, int], ...]:
    """Name, used and total of each store in use, by +CPMS?."""
    found: dict[str, tuple[str, int, int]] = {}
    for line in said.lines:
        fields = fields_of(line) if name_of(line) == "+CPMS" else []
        for at in range(0, len(fields) - 2, 3):
            used, total = number_in(fields, at + 1), number_in(fields, at + 2)
            if used is not None and total is not None:
                found.setdefault(fields[at], (fields[at], used, total))
    return tuple(found.values())


def _sound_interface(name: str) -> int | None:
    families: dict[str, Dialect] = {dialect.name: dialect for dialect in all_dialects()}
    family = families.get(name)
    return next((pcm.interface for pcm in family.pcm if pcm.interface is not None), None) if family else None


def _hanging(node: Node) -> PortReport:
    return replace(blank(node, Found.HANGS), detail="hangs when it is opened: unplug it, count to ten, plug it in")
