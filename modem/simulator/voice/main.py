"""Starts a simulated voice modem: puts chip, line, town and loop together."""

from __future__ import annotations

import sys
from pathlib import Path

from modem.simulator.clock import Clock, RealClock
from modem.simulator.loop import Loop
from modem.simulator.pacing import SerialLine
from modem.simulator.voice.chips import chip
from modem.simulator.voice.hardware import Hardware
from modem.simulator.voice.line import Line
from modem.simulator.voice.modem import VoiceModem
from modem.simulator.voice.town import Town
from modem.simulator.voice.words import VoiceWords

OUR_NUMBER = "057112345"  # invented, as everything here


def build_voice_line(
    clock: Clock, *, baud: int = 0, profile_name: str = "standard", number: str = OUR_NUMBER, seed: int = 1
) -> SerialLine[VoiceModem]:
    """A voice modem with its line, sans I/O: what the loop drives, and what tests in fake time drive themselves."""
    town = Town(clock.now(), clock.monotonic_s(), number)
    return SerialLine(VoiceModem(Hardware(chip(profile_name), Line(town), seed)), baud)


def run_voice(
    link: Path,
    control: Path | None = None,
    *,
    baud: int = 0,
    profile_name: str = "standard",
    number: str = OUR_NUMBER,
    seed: int = 1,
    with_stdin: bool = False,
    clock: Clock | None = None,
) -> None:
    """Serve one voice modem at `link` until SIGTERM, or until standard input ends if `with_stdin`.

    Raises OSError if link or socket cannot be made.
    """
    clock = clock or RealClock()
    serial = build_voice_line(clock, baud=baud, profile_name=profile_name, number=number, seed=seed)
    loop = Loop(serial, lambda cable: VoiceWords(serial, cable), link, control, clock)
    loop.run(sys.stdin.fileno() if with_stdin else None)
