"""How a command reaches the office: its configuration, the running process, or the file itself under the lock.

Heavy parts are imported where they are used, so that small commands answer at once.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click

from appliance.clock import utc_text
from appliance.config import DEFAULT_PATHS, ConfigError, Settings, load

PROBLEM = 1
LONG_WORK = frozenset(
    {
        "search rebuild",
        "import departments",
        "import places",
        "import routing",
        "import knowledge",
        "import holidays",
    }
)


def say(text: str) -> None:
    """Messages go to stderr, data to stdout."""
    click.echo(text, err=True)


def fail(text: str) -> NoReturn:
    """Say what is wrong and end with 1."""
    say(text)
    sys.exit(PROBLEM)


class Chosen:
    """The configuration the user named, read when first needed."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def found(self) -> Path | None:
        """The file named, else the first usual one that exists."""
        return self.path or next((each for each in DEFAULT_PATHS if each.exists()), None)

    def settings(self) -> Settings:
        path = self.found()
        if path is None:
            fail("No config.ini found in /etc/hotline or here. Name one with --config, or copy config.example.ini.")
        try:
            return load(path)
        except ConfigError as wrong:
            fail("\n".join(wrong.problems))


def do(settings: Settings, verb: str, *, needs_running: bool = False, **words: Any) -> dict[str, Any]:
    """Carry out one verb of the table: by the running process, else here under the process lock."""
    from appliance.gate import ANSWER_WITHIN_S, LONG_WORK_WITHIN_S, NotRunning, ask

    try:
        within_s = LONG_WORK_WITHIN_S if verb in LONG_WORK else ANSWER_WITHIN_S
        answer = ask(settings.data.directory, verb, within_s=within_s, **words)
    except NotRunning as nobody:
        if needs_running:
            fail(f"{nobody}. Start it with: hotline run")
        answer = _do_here(settings, verb, words)
    if not answer.pop("ok", True):
        fail(str(answer["error"]))
    return answer


def _do_here(settings: Settings, verb: str, words: dict[str, Any]) -> dict[str, Any]:
    from appliance.clock import RealClock
    from appliance.errors import OfficeError
    from appliance.gate import AlreadyRunning, ProcessLock
    from appliance.services import Services
    from appliance.shell import TABLE
    from db.store import Store, StoreError

    try:
        lock = ProcessLock(settings.data.directory)
        store = Store(settings.data.directory / "hotline.db")
    except (AlreadyRunning, StoreError, OSError) as trouble:
        fail(str(trouble))
    try:
        return TABLE[verb](Services.for_command(settings, store, RealClock()).office, words)
    except (OfficeError, ValueError, KeyError) as refused:
        return {"ok": False, "error": str(refused)}
    finally:
        store.close()
        lock.release()


def rows(settings: Settings, what: str, since: str) -> Any:
    """Rows read by a connection of our own that cannot write."""
    import sqlite3

    from appliance import exports

    path = settings.data.directory / "hotline.db"
    if not path.exists():
        fail(f"{path} isn't there yet. It is made by the first: hotline run")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return exports.read(connection, what, since)


def day_begins(day: str, settings: Settings) -> str:
    """The first moment of a date where the office is, as tables write it; "" for none. A wrong date ends with 2."""
    if not day:
        return ""
    try:
        begins = datetime.combine(date.fromisoformat(day), time(), ZoneInfo(settings.office.timezone))
    except ValueError:
        raise click.UsageError(f'"{day}" is not a date. Write it as 2026-11-01.') from None
    return utc_text(begins)
