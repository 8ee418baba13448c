"""`hotline import departments|places|routing|knowledge`: the office's lists, from files that a spreadsheet saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from appliance.errors import FieldWrong
from appliance.knowledge import columns as knowledge
from appliance.people.lists import lines_of
from appliance.reach import Chosen, do, fail, say


@dataclass(frozen=True, slots=True)
class OfficeList:
    name: str
    needs: tuple[str, ...]  # columns that must be there
    may_have: tuple[str, ...]
    help: str
    read: Callable[[bytes], Sequence[Mapping[str, str | None]]] | None = None  # None: as CSV with these columns


LISTS = (
    OfficeList(
        "departments",
        ("code", "name_zh", "name_en", "kind", "handler", "phone"),
        ("duties", "hours", "slip", "may", "leader", "rank", "handler_hours"),
        "Departments and their people, one row per person.",
    ),
    OfficeList(
        "places",
        ("code", "parent", "name_zh", "name_en", "initials"),
        (),
        "Towns, then their villages; `parent` is the code of a village's town.",
    ),
    OfficeList(
        "routing",
        ("class", "category", "town", "keyword", "lead", "co", "basis", "valid_from"),
        (),
        "Who handles what where: `lead` is a department's code, or township for the town's own.",
    ),
    OfficeList(
        "knowledge",
        knowledge.COLUMNS,
        knowledge.MORE,
        "Articles of the knowledge base; also as one JSON object a line. `valid_to` is the last day, public yes or no.",
        knowledge.read,
    ),
)


def command(wanted: OfficeList) -> click.Command:
    """The command that takes this list; all rows or none, and a wrong one is named."""

    @click.command(wanted.name, help=f"{wanted.help} CSV with the columns {_columns(wanted)}.")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.pass_obj
    def take(chosen: Chosen, file: Path) -> None:
        try:
            raw = file.read_bytes()
            rows = wanted.read(raw) if wanted.read is not None else lines_of(raw, wanted.needs)
        except FieldWrong as wrong:
            fail(f"{file}: {wrong}")
        answer = do(chosen.settings(), f"import {wanted.name}", rows=rows)
        say(f"{answer[wanted.name]} rows of {wanted.name} are known now.")

    return take


def _columns(wanted: OfficeList) -> str:
    more = f" and, where wanted, {','.join(wanted.may_have)}" if wanted.may_have else ""
    return ",".join(wanted.needs) + more
