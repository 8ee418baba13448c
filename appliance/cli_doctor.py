"""`hotline doctor`: gathers what there is to see, lets the doctor look, and prints what was found."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shutil
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import click

from appliance.config import ConfigError, Settings, load
from appliance.reach import PROBLEM, Chosen, say

OK, WARNINGS = 0, 3


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="The findings, as JSON on stdout.")
@click.pass_obj
def doctor(chosen: Chosen, as_json: bool) -> None:
    """Find trouble, in plain words, each with what to do. Exit 0: none, 3: warnings only, 1: problems."""
    from appliance.cli_modem import unknown_dialects
    from appliance.upkeep.doctor import Finding, Level, examine

    settings, problems = _settings(chosen)
    if settings is not None:
        problems += unknown_dialects(settings)
    found = [Finding("configuration", Level.PROBLEM, each, "See: hotline check-config") for each in problems]
    if settings is not None:
        found += examine(_box(settings))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        for finding in found:
            click.echo(f"{finding.level}: {finding.what}\n    {finding.do}")
    bad = sum(finding.level is Level.PROBLEM for finding in found)
    say(f"Problems: {bad}, warnings: {len(found) - bad}." if found else "Nothing is wrong.")
    sys.exit(PROBLEM if bad else WARNINGS if found else OK)


def _settings(chosen: Chosen) -> tuple[Settings | None, list[str]]:
    path = chosen.found()
    if path is None:
        return None, ["There is no config.ini in /etc/hotline or here. Copy config.example.ini and change it."]
    try:
        return load(path), []
    except ConfigError as wrong:
        return None, wrong.problems


def _box(settings: Settings) -> Any:
    from appliance.clock import RealClock
    from appliance.upkeep.doctor import Box
    from modem import holders
    from modem.audio.cards import cards

    told, silence = _checkup(settings)
    return Box(
        settings=settings,
        now=RealClock().now(),
        checkup=told,
        silence=silence,
        processes=[holder.name for holder in holders.processes()],
        holders=holders.said_of,
        may_read=lambda path: os.access(path, os.R_OK | os.X_OK),
        owner_of=lambda path: path.stat().st_uid,
        groups_of=_groups_of,
        user_name=_user_name,
        free_bytes=lambda path: shutil.disk_usage(path).free,
        has_program=lambda name: shutil.which(name) is not None,
        sound_cards=list(dict.fromkeys(card.card_id for card in cards())),
    )


def _checkup(settings: Settings) -> tuple[dict[str, Any] | None, str]:
    """What the running service tells, or why it tells nothing; (None, "") where none runs."""
    from appliance.gate import NotRunning, ask

    try:
        answer = ask(settings.data.directory, "checkup")
    except NotRunning:
        return None, ""
    return (answer, "") if answer.get("ok") else (None, str(answer.get("error") or "no reason given"))


def _groups_of(user: int) -> frozenset[str]:
    with suppress(KeyError):
        person = pwd.getpwuid(user)
        numbers = os.getgrouplist(person.pw_name, person.pw_gid)
        return frozenset(group.gr_name for group in grp.getgrall() if group.gr_gid in numbers)
    return frozenset()


def _user_name(user: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(user).pw_name
    return str(user)
