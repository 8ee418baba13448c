"""The `hotline` command: reads arguments, calls, prints. Exit 0 ok, 1 problem, 2 usage, 3 warnings.

Messages go to stderr, data to stdout. A command that writes asks the running process, or holds the process lock.
Heavy parts are imported where they are used, so that small commands answer at once.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appliance import __version__, logs
from appliance.cli_doctor import doctor
from appliance.cli_holidays import import_holidays
from appliance.cli_import import LISTS, command
from appliance.cli_modem import modem, unknown_dialects
from appliance.cli_sample import sample_data
from appliance.cli_simulate import simulate
from appliance.cli_upkeep import clock, handler
from appliance.config import Settings, doubtful, on_one_node, without_effect
from appliance.reach import PROBLEM, Chosen, day_begins, do, fail, rows, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

OK, WARNINGS = 0, 3


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


class PlainGroup(click.Group):
    """Ends with a sentence, never with a trace, where a technician can mend the cause."""

    def invoke(self, context: click.Context) -> Any:
        from db.store import StoreError

        try:
            return super().invoke(context)
        except StoreError as trouble:
            fail(str(trouble))
        except sqlite3.Error as trouble:
            fail(f"The database can't be used: {trouble}. Is the disk full or read-only, or the file damaged?")
        except UnicodeError:
            fail("An argument, or what was read, isn't UTF-8 text.")
        except OSError as trouble:
            if trouble.errno == errno.EPIPE:
                raise  # whoever read our output has seen enough
            fail(f"{trouble.filename or 'The box'}: {trouble.strerror or trouble}.")


@click.group(cls=PlainGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Default: /etc/hotline/config.ini, then ./config.ini.")
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Hotline Box: a whole 12345 hotline in one small computer."""
    context.obj = Chosen(config)


@main.command()
@click.pass_obj
def run(chosen: Chosen) -> None:
    """Serve in the foreground; SIGTERM stops cleanly within 5 seconds."""
    settings = chosen.settings()
    logs.set_up(settings.log.level)
    _serve(settings)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=12345, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo-data"), show_default=True)
def demo(port: int, data: Path) -> None:
    """Serve sample data with simulated modems on this computer only."""
    from appliance import demo as demonstration
    from modem.simulator.control import ask

    logs.set_up("warning")
    try:
        demonstration.run(port, data, ask, say)
    except demonstration.DemoTrouble as trouble:
        fail(str(trouble))


@main.command("check-config")
@click.pass_obj
def check_config(chosen: Chosen) -> None:
    """Name every mistake in the configuration, with section, option and what is allowed."""
    settings = chosen.settings()
    _must_know_dialects(settings)
    warnings = [
        f"[modem {modem.name}] device: {modem.device} isn't there now; the line starts when it appears."
        for modem in settings.modems
        if modem.device.startswith("/") and not Path(modem.device).exists()
    ]
    warnings += [*on_one_node(settings), *without_effect(settings), *doubtful(settings)]
    if not settings.modems:
        warnings.append("No [modem NAME] section: the office has no telephone line.")
    for warning in warnings:
        say(warning)
    say("The configuration is in order.")
    sys.exit(WARNINGS if warnings else OK)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON on stdout.")
@click.pass_obj
def status(chosen: Chosen, as_json: bool) -> None:
    """Lines, queues and what is due, asked of the running process."""
    from appliance.gate import NotRunning, ask

    settings = chosen.settings()
    try:
        answer = ask(settings.data.directory, "status")
    except NotRunning as nobody:
        if as_json:
            _print_json({"running": False, "status": "down", "version": __version__, "lines": []})
        else:
            say(f"{nobody}. Start it with: hotline run")
        sys.exit(PROBLEM)
    answer.pop("ok", None)
    if as_json:
        _print_json(answer)
    else:
        click.echo(f"hotline {answer['version']}: {answer['status']}")
        for line in answer["lines"]:
            click.echo(
                f"  line {line['name']}: {line['state']}, {answer['queues'].get(line['name'], 0)} messages queued"
            )
        click.echo(f"  tickets: {', '.join(f'{name} {count}' for name, count in answer['due'].items())}")
        click.echo(f"  call-backs open: {answer['callbacks']}")
    sys.exit(OK if answer["status"] == "ok" else WARNINGS)


@main.group()
def user() -> None:
    """Who may sign in."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, help="operator, lead, unit, leader, auditor or technician")
@click.option("--display-name", default="")
@click.option("--department", default="", help="Code of the department, for the role unit.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def user_add(  # noqa: PLR0917 - click gives one argument per option
    chosen: Chosen, name: str, role: str, display_name: str, department: str, password_stdin: bool
) -> None:
    """Add a user. The password is asked for, never given as an argument."""
    password = _password(password_stdin)
    settings = chosen.settings()
    answer = do(
        settings, "user add", name=name, role=role, password=password, display_name=display_name, department=department
    )
    say(f"User {answer['user']['name']} may sign in as {answer['user']['role']}.")


@user.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def user_list(chosen: Chosen, as_json: bool) -> None:
    """Show who may sign in."""
    users = do(chosen.settings(), "user list")["users"]
    if as_json:
        _print_json(users)
        return
    for each in users:
        click.echo(f"{each['name']}\t{each['role']}\t{each['display_name']}")


@user.command("disable")
@click.argument("name")
@click.pass_obj
def user_disable(chosen: Chosen, name: str) -> None:
    """End a user's access at once, open sessions too."""
    do(chosen.settings(), "user disable", name=name)
    say(f"User {name} can no longer sign in.")


@user.command("reset")
@click.argument("name")
@click.option("--password-stdin", is_flag=True)
@click.pass_obj
def user_reset(chosen: Chosen, name: str, password_stdin: bool) -> None:
    """Give a user a new password."""
    do(chosen.settings(), "user reset", name=name, password=_password(password_stdin))
    say(f"User {name} has a new password; open sessions were ended.")


@main.group()
def sms() -> None:
    """Text messages."""


@sms.command("send")
@click.argument("number")
@click.argument("text")
@click.pass_obj
def sms_send(chosen: Chosen, number: str, text: str) -> None:
    """Queue a message; it goes out when a line is ready."""
    answer = do(chosen.settings(), "sms send", number=number, text=text)
    say(f"Message {answer['id']} is queued.")


@sms.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def sms_list(chosen: Chosen, as_json: bool) -> None:
    """The last 50 messages, in and out."""
    last = list(rows(chosen.settings(), "messages", ""))[-50:]
    if as_json:
        _print_json(last)
        return
    for row in last:
        click.echo(f"{row['at']}  {row['direction']:3}  {row['number']}  {row['state']}  {row['text']}")


@main.group()
def call() -> None:
    """Calls, through the running process."""


@call.command("dial")
@click.argument("number")
@click.option("--line", default="", help="Name of the line; default: the first that is ready.")
@click.pass_obj
def call_dial(chosen: Chosen, number: str, line: str) -> None:
    """Dial a number."""
    do(chosen.settings(), "call dial", needs_running=True, number=number, line=line)
    say(f"Dialing {number}.")


@call.command("hangup")
@click.pass_obj
def call_hangup(chosen: Chosen) -> None:
    """Hang up every call."""
    answer = do(chosen.settings(), "call hangup", needs_running=True)
    say(f"{answer['ended']} calls ended.")


@main.command("export")
@click.argument("what", type=click.Choice(("messages", "calls", "tickets", "knowledge", "audit")))
@click.option("--format", "shape", type=click.Choice(("jsonl", "csv")), default="jsonl", show_default=True)
@click.option("--since", default="", help="A date such as 2026-11-01.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output.")
@click.pass_obj
def export(chosen: Chosen, what: str, shape: str, since: str, to: Path | None) -> None:
    """Complete and unmasked rows; that it was done is written into the audit."""
    from appliance import exports

    settings = chosen.settings()
    begins_at = day_begins(since, settings)
    do(settings, "export", what=what)
    write = {"jsonl": exports.write_jsonl, "csv": exports.write_csv}[shape]
    found = rows(settings, what, begins_at)
    count = write(found, sys.stdout) if to is None else _write_file(to, lambda out: write(found, out))
    say(f"{count} {what}.")


def _write_file(path: Path, write: Callable[[TextIO], int]) -> int:
    """Write a new file that only its owner may read."""
    try:
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as out:
            return write(out)
    except OSError as trouble:
        fail(f"{path} can't be written: {trouble.strerror}.")


@main.group("import")
def import_() -> None:
    """Bring in lists."""


@main.group()
def search() -> None:
    """The search index."""


@search.command("rebuild")
@click.pass_obj
def search_rebuild(chosen: Chosen) -> None:
    """Drop the index and fill it again from the tickets and articles."""
    answer = do(chosen.settings(), "search rebuild")
    say(f"{answer['tickets']} tickets and {answer['articles']} articles are in the index.")


import_.add_command(import_holidays)
for office_list in LISTS:
    import_.add_command(command(office_list))
main.add_command(modem)
main.add_command(doctor)
main.add_command(handler)
main.add_command(clock)
main.add_command(simulate)
main.add_command(sample_data)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    found: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return found


def _must_know_dialects(settings: Settings) -> None:
    if wrong := unknown_dialects(settings):
        fail("\n".join(wrong))


def _serve(settings: Settings) -> None:
    from appliance.gate import AlreadyRunning
    from appliance.runtime import Runtime
    from db.store import StoreError

    _must_know_dialects(settings)
    for warning in (*without_effect(settings), *doubtful(settings)):
        say(warning)
    try:
        runtime = Runtime(settings)
    except (AlreadyRunning, StoreError) as trouble:
        fail(str(trouble))
    except OSError as trouble:
        host, port = settings.web.listen
        fail(
            f"The folder {settings.data.directory} or the address {host}:{port} ([web] listen) can't be used: {trouble}"
        )
    if runtime.office.users.count() == 0:
        say("Nobody can sign in yet. Add the first user: hotline user add NAME --role lead")
    runtime.run()
