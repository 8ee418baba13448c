"""`hotline simulate`: a modem on a pty, and the people in the telephone network behind it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

DEFAULT_CONTROL = Path("demo-data/mobile1.sock")

_control = click.option(
    "--control",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONTROL,
    show_default=True,
    help="Control socket of the simulated modem.",
)


@click.group()
def simulate() -> None:
    """A modem on a pty, with a telephone network behind it."""


@simulate.command(
    "gsm",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.pass_context
def gsm(context: click.Context) -> None:
    """A GSM module: --link PATH [--control SOCKET] [--profile NAME] [--pcm-link PATH] ... (--help lists all)"""
    from modem.simulator.main import main

    sys.exit(main(["gsm", *context.args]))


@simulate.command(
    "voice",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.pass_context
def voice(context: click.Context) -> None:
    """A landline voice modem: --link PATH [--control SOCKET] [--profile NAME] ... (--help lists all)"""
    from modem.simulator.main import main

    sys.exit(main(["voice", *context.args]))


@simulate.command("ring")
@click.argument("number")
@_control
def ring(number: str, control: Path) -> None:
    """A citizen calls the office."""
    _tell(control, {"do": "ring", "number": number})


@simulate.command("sms")
@click.argument("number")
@click.argument("text")
@_control
def sms(number: str, text: str, control: Path) -> None:
    """A citizen texts the office."""
    _tell(control, {"do": "sms", "number": number, "text": text})


@simulate.command("dtmf")
@click.argument("digits")
@_control
def dtmf(digits: str, control: Path) -> None:
    """The other party presses keys during a call."""
    _tell(control, {"do": "dtmf", "digits": digits})


@simulate.command("hangup")
@_control
def hangup(control: Path) -> None:
    """The other party hangs up."""
    _tell(control, {"do": "hangup"})


@simulate.command("pickup")
@_control
def pickup(control: Path) -> None:
    """The other party answers the office's call."""
    _tell(control, {"do": "pickup"})


@simulate.command("say")
@click.argument("wav", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_control
def say(wav: Path, control: Path) -> None:
    """The other party speaks (only on modems that give sound to the computer)."""
    _tell(control, {"do": "say", "wav": str(wav.absolute())})


@simulate.command("tone")
@click.argument("hz", type=click.FloatRange(1, 4000))
@click.option("--seconds", type=click.FloatRange(0, 600), default=1.0, show_default=True)
@_control
def tone(hz: float, seconds: float, control: Path) -> None:
    """The other party plays a tone (only on modems that give sound to the computer)."""
    _tell(control, {"do": "tone", "hz": hz, "seconds": seconds})


@simulate.command("heard")
@_control
def heard(control: Path) -> None:
    """What the other party hears of the office just now."""
    answer = _tell(control, {"do": "heard"}, quiet=True)
    level, hz = answer["level_dbfs"], answer["hz"]
    click.echo("nothing" if level is None else f"{level} dBFS" if hz is None else f"{level} dBFS, strongest at {hz} Hz")


@simulate.command("lift")
@_control
def lift(control: Path) -> None:
    """Somebody lifts the office's own telephone beside a landline modem."""
    _tell(control, {"do": "lift"})


@simulate.command("put_down")
@_control
def put_down(control: Path) -> None:
    """The office's own telephone is hung up."""
    _tell(control, {"do": "put_down"})


@simulate.command("phones")
@_control
def phones(control: Path) -> None:
    """What the citizens' telephones received."""
    for message in _tell(control, {"do": "phones"}, quiet=True)["messages"]:
        click.echo(f"{message['at']}  {message['to']}  {message['text']}")


def _tell(control: Path, words: dict[str, Any], *, quiet: bool = False) -> dict[str, Any]:
    from modem.simulator.control import SimulatorSilent, ask

    try:
        answer = ask(control, words)
    except SimulatorSilent as silent:
        click.echo(f"{silent}. Start the demo, or name the socket with --control.", err=True)
        sys.exit(1)
    if not answer.pop("ok"):
        click.echo(answer["error"], err=True)
        sys.exit(1)
    if not quiet:
        click.echo("Done.", err=True)
    return answer
