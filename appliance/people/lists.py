"""Reading a list line by line: each wrong line is named with its column, and nothing of the list is taken then."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence

from appliance import csv_lines
from appliance.errors import FieldWrong

SHELL = "shell"  # in the audit: whoever works on the box's own command line
FIRST_LINE = 2  # the first names the columns


def read_lines(
    rows: Iterable[Mapping[str, str | None]], columns: Sequence[str], take: Callable[[dict[str, str]], object]
) -> int:
    """Hand every row to `take`, in the caller's transaction; returns their number. Raises FieldWrong with the line."""
    count = 0
    for line, row in enumerate(rows, start=FIRST_LINE):
        try:
            take({name: (row.get(name) or "").strip() for name in columns})
        except FieldWrong as wrong:
            raise FieldWrong(
                wrong.field, "Line %(line)d, %(column)s: %(wrong)s", line=line, column=wrong.field, wrong=wrong
            ) from wrong
        count += 1
    return count


def lines_of(raw: bytes, columns: Sequence[str]) -> list[dict[str, str | None]]:
    """The rows of a CSV file, as any spreadsheet of the office saves it. Raises FieldWrong("file")."""
    try:
        reader = csv_lines.table(csv_lines.lines_in(raw))
        found = list(reader)
    except csv.Error as unreadable:
        raise FieldWrong("file", csv_lines.REASONS["no_csv"]) from unreadable
    csv_lines.must_name((reader.fieldnames or ()) if found else (), columns)
    return found
