"""`hotline import holidays`: a year's notice from a file, looked at before it counts."""

from __future__ import annotations

from pathlib import Path

import click

from appliance import csv_lines
from appliance.errors import FieldWrong
from appliance.reach import Chosen, do, fail, say


@click.command("holidays")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--enter", is_flag=True, help="Let it count from now on. Without this it is only looked at.")
@click.pass_obj
def import_holidays(chosen: Chosen, file: Path, enter: bool) -> None:
    """The holidays of one year: CSV with the columns name,first,last,worked."""
    try:
        lines = csv_lines.lines_in(file.read_bytes())
    except FieldWrong as wrong:
        fail(f"{file}: {wrong}")
    answer = do(chosen.settings(), "import holidays", lines=lines, enter=enter)
    for doubt in answer["doubts"]:
        say(f"Look again: {doubt}")
    for row in answer["moves"]:
        click.echo(f"{row['no']:06}\t{row['what']}\t{row['was']}\t{row['becomes']}")
    if enter:
        say(f"The holidays of {answer['year']} are known now; {answer['count']} due times moved.")
    else:
        say(f"{answer['count']} due times would move. To let {answer['year']} count, add: --enter")
