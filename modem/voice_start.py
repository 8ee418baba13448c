"""The start-up dialogue of a landline modem, to the point where it tells rings and callers and can go off the hook.

Every step may fail but AT itself. What begins with +V goes behind +FCLASS=8: some chips know it only there, and what
was set there stays (modems.md 7.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modem.voice_formats import Offer, offers
from modem.voice_measure_steps import SELVES, identity_of
from modem.voice_said import CALLER_ID, CHINA, CLASS_8
from modem.voice_steps import Job, ask, ask_ok, asks

QUESTIONS = (*SELVES, "AT+GMR")
RESET_S = 8.0  # ATZ restarts some chips
PLAIN = (
    "ATH0",
    "ATE0",
    "ATV1",
    "AT&D2",  # it hangs up when the port is closed, so also when we are killed in a call (V.250 6.2.9)
    "ATS0=0",  # it never answers by itself, whatever somebody stored in it
)
SETTINGS = (
    ("AT+VDR=0",),  # RING in words, no distinctive ring
    ("AT+VIT=0",),  # it never leaves a stream because nothing came
    ("AT+VNH=1", "AT+VNH=0"),  # it never hangs up by itself because nobody sends a carrier
    ("AT+IFC=2,2",),  # no XON and XOFF: they are samples
    ("AT+VCDT=1",),  # callers' numbers also before the first ring, where it can be chosen (modems.md 7.4)
    ("AT-STE=7",),  # Conexant: line in use, another telephone lifted, far side hung up
)


@dataclass(slots=True)
class Modem:
    """What start-up found out."""

    maker: str = ""
    model: str = ""
    firmware: str = ""
    identity: str = ""
    has_voice: bool = False
    offered: Sequence[Offer] = ()


def start_up(modem: Modem) -> Job[None]:
    """The whole dialogue; fills `modem`."""
    yield from ask("ATZ", RESET_S)
    yield from asks(PLAIN)
    answers: dict[str, Sequence[str]] = {}
    for question in QUESTIONS:
        done = yield from ask(question, names=(question.removeprefix("AT"),), free=True)
        answers[question] = done.lines if done.final.is_ok else ()
    modem.maker, modem.model = said(answers["AT+GMI"]), said(answers["AT+GMM"] or answers["ATI0"])
    modem.firmware = said(answers["AT+GMR"] or answers["ATI3"])
    modem.identity = identity_of([answers[question] for question in SELVES])
    yield from ask(CHINA)
    # Some list 8 and refuse it, and the other way round: what it does counts.
    modem.has_voice = yield from ask_ok(CLASS_8)
    if modem.has_voice:
        done = yield from ask("AT+VSM=?", names=("+VSM",), free=True)
        modem.offered = offers(done.lines)
    yield from first_of(CALLER_ID)
    for ways in SETTINGS if modem.has_voice else ():
        yield from first_of(ways)


def arm(*, has_voice: bool) -> Job[None]:
    """What is said again after every call and now and then: some forget it (emxsys#139)."""
    if has_voice:
        yield from ask(CLASS_8)
    yield from first_of(CALLER_ID)


def first_of(ways: Sequence[str]) -> Job[bool]:
    """Whether one of these was accepted; the rest is not asked then."""
    for way in ways:
        if (yield from ask_ok(way)):
            return True
    return False


def said(lines: Sequence[str]) -> str:
    """A modem's answer about itself, in one line."""
    told = (line.rpartition(": ")[2] if line.startswith("+") else line for line in lines)
    return " ".join(" ".join(told).replace('"', "").split())
