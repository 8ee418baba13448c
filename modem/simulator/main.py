"""Starts a simulated module: `run_gsm` puts core, network and loop together; `main` reads arguments."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from modem.simulator.clock import Clock, RealClock
from modem.simulator.control import SHORT_WORDS, ask, default_path, message
from modem.simulator.control_words import ControlWords
from modem.simulator.equipment import Equipment
from modem.simulator.identity import Identity
from modem.simulator.loop import Loop
from modem.simulator.makes import MAKES
from modem.simulator.module import Module
from modem.simulator.network import Network
from modem.simulator.pacing import SerialLine
from modem.simulator.profiles import PACES, profile
from modem.simulator.voice.chips import CHIPS
from modem.simulator.voice.main import OUR_NUMBER, run_voice


class NoPcm(ValueError):
    """A PCM tty was asked for that this make does not have."""


def build_line(
    clock: Clock,
    *,
    baud: int = 0,
    profile_name: str = "instant",
    identity: Identity | None = None,
    seed: int = 1,
    has_pcm_port: bool = False,
) -> SerialLine[Module]:
    """A module with its network, sans I/O: what the loop drives, and what tests in fake time drive themselves."""
    identity = identity or Identity()
    chosen = profile(profile_name)
    if has_pcm_port and chosen.make.pcm is None:
        raise NoPcm(f"a {chosen.make.maker} {chosen.make.model} gives no sound to the computer: leave --pcm-link out")
    network = Network(clock.now(), clock.monotonic_s(), number=identity.number, seed=seed)
    return SerialLine(Module(Equipment(identity, chosen, network, has_pcm_port=has_pcm_port)), baud)


def run_gsm(
    link: Path,
    control: Path | None = None,
    *,
    pcm_link: Path | None = None,
    baud: int = 0,
    profile_name: str = "instant",
    identity: Identity | None = None,
    seed: int = 1,
    with_stdin: bool = False,
    clock: Clock | None = None,
) -> None:
    """Serve one GSM module at `link` until SIGTERM, or until standard input ends if `with_stdin`.

    Raises OSError if link or socket cannot be made.
    """
    clock = clock or RealClock()
    line = build_line(
        clock,
        baud=baud,
        profile_name=profile_name,
        identity=identity,
        seed=seed,
        has_pcm_port=pcm_link is not None,
    )
    pcm = (pcm_link, line.module.equipment.sound) if pcm_link else None
    loop = Loop(line, lambda cable: ControlWords(line, cable), link, control, clock, pcm=pcm)
    loop.run(sys.stdin.fileno() if with_stdin else None)


def main(arguments: Sequence[str] | None = None) -> int:
    """`gsm` and `voice` serve; `ring NUMBER` and the like ask a running one. Exit 0, 1 trouble, 2 wrong arguments."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.kind in SERVERS:
            SERVERS[chosen.kind](chosen)
            return 0
        names = SHORT_WORDS[chosen.kind]
        answer = ask(chosen.control, message(chosen.kind, [getattr(chosen, name) for name in names]))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 1
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    return 0 if answer["ok"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m modem.simulator", description="A simulated modem on a pty.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    gsm = kinds.add_parser("gsm", help="a GSM module with SIM, service centre and a town of telephones")
    start = Identity()
    gsm.add_argument("--link", type=Path, required=True, help="symbolic link to the device node")
    gsm.add_argument("--pcm-link", type=Path, help="symbolic link to the module's PCM tty: the sound of its calls")
    gsm.add_argument("--baud", type=int, default=0, help="pace both directions to this rate; 0 = do not")
    gsm.add_argument("--profile", default="instant", help=f"{', '.join([*PACES, *MAKES])}; one of each joined by +")
    gsm.add_argument("--seed", type=int, default=1, help="of everything that happens by chance")
    for option in ("imei", "imsi", "number", "pin"):
        gsm.add_argument(f"--{option}", default=getattr(start, option))
    gsm.add_argument("--pin-tries", type=int, default=start.pin_tries, choices=range(4), help="left on the card")
    gsm.add_argument("--sim-slots", type=int, default=start.sim_slots)
    gsm.add_argument("--module-slots", type=int, default=start.module_slots)
    gsm.add_argument("--no-sim", action="store_true", help="the SIM card is missing")
    gsm.add_argument("--with-stdin", action="store_true", help="end when standard input ends: with the parent")
    _voice_options(kinds.add_parser("voice", help="a landline voice modem with an exchange and a telephone beside it"))
    for word, names in SHORT_WORDS.items():
        asking = kinds.add_parser(word, help="ask a running simulator")
        for name in names:
            asking.add_argument(name)
    for kind in kinds.choices.values():
        kind.add_argument("--control", type=Path, default=default_path(), help="unix socket for control words")
    return parser


def _voice_options(voice: argparse.ArgumentParser) -> None:
    voice.add_argument("--link", type=Path, required=True, help="symbolic link to the device node")
    voice.add_argument("--baud", type=int, default=0, help="pace both directions to this rate; 0 = do not")
    voice.add_argument("--profile", default="standard", help=", ".join(CHIPS))
    voice.add_argument("--number", default=OUR_NUMBER, help="of the office's line")
    voice.add_argument("--seed", type=int, default=1, help="of everything that happens by chance")
    voice.add_argument("--with-stdin", action="store_true", help="end when standard input ends: with the parent")


def _serve_voice(chosen: argparse.Namespace) -> None:
    run_voice(
        chosen.link,
        chosen.control,
        baud=chosen.baud,
        profile_name=chosen.profile,
        number=chosen.number,
        seed=chosen.seed,
        with_stdin=chosen.with_stdin,
    )


def _serve_gsm(chosen: argparse.Namespace) -> None:
    identity = Identity(
        imei=chosen.imei,
        imsi=chosen.imsi,
        number=chosen.number,
        pin=chosen.pin,
        pin_tries=chosen.pin_tries,
        sim_slots=chosen.sim_slots,
        module_slots=chosen.module_slots,
        has_sim=not chosen.no_sim,
    )
    run_gsm(
        chosen.link,
        chosen.control,
        pcm_link=chosen.pcm_link,
        baud=chosen.baud,
        profile_name=chosen.profile,
        identity=identity,
        seed=chosen.seed,
        with_stdin=chosen.with_stdin,
    )


SERVERS = {"gsm": _serve_gsm, "voice": _serve_voice}
