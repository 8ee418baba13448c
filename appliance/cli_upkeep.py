"""Commands for whoever keeps the box in order: the departments' people, and its clock."""

from __future__ import annotations

import json

import click

from appliance.reach import Chosen, do, say


@click.group()
def handler() -> None:
    """The departments' people, known by their telephone numbers."""


@handler.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def handler_list(chosen: Chosen, as_json: bool) -> None:
    """Show whose text messages count as a department's."""
    handlers = do(chosen.settings(), "handler list")["handlers"]
    if as_json:
        click.echo(json.dumps(handlers, ensure_ascii=False, indent=2))
        return
    for each in handlers:
        click.echo(f"{each['department']}\t{each['phone']}\t{each['name']}")


@handler.command("disable")
@click.argument("phone")
@click.pass_obj
def handler_disable(chosen: Chosen, phone: str) -> None:
    """End what a number may do for its department: from now on it is a stranger's."""
    answer = do(chosen.settings(), "handler disable", phone=phone)
    say(f"{answer['name']} no longer answers for a department.")


@click.group()
def clock() -> None:
    """The box's time of day."""


@clock.command("trust")
@click.pass_obj
def clock_trust(chosen: Chosen) -> None:
    """Say that the clock is right now, where the box believes otherwise because it once ran ahead."""
    answer = do(chosen.settings(), "clock trust")
    say(f"The box believes its clock again: {answer['now']}.")
