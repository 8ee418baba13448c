"""Complete, unmasked exports on the box's own command line. Each is written into the audit."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from typing import IO, Any

from appliance.office import Office
from db import exports as rows

# Characters that JSON may leave as they are, but at which many programs end a line.
LINE_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def note(office: Office, what: str) -> None:
    """Write "somebody exported this" into the audit."""
    with office.audit.store.transaction() as tx:
        office.audit.write(tx, f"export {what}", "office", None, role="shell")


def read(connection: sqlite3.Connection, what: str, since: str) -> Iterator[dict[str, Any]]:
    """The rows of one kind from `since` (a date or "") on, oldest first, as interfaces name them."""
    for row in rows.READERS[what](connection, since):
        yield dict(row)


def write_jsonl(found: Iterator[dict[str, Any]], out: IO[str]) -> int:
    """One JSON object a line; the number of lines."""
    count = 0
    for row in found:
        out.write(json.dumps(row, ensure_ascii=False).translate(LINE_BREAKS) + "\n")
        count += 1
    return count


def write_csv(found: Iterator[dict[str, Any]], out: IO[str]) -> int:
    """CSV with a byte order mark, so that the office's spreadsheet reads Chinese; formulas are made harmless."""
    out.write("\ufeff")
    writer: csv.DictWriter[str] | None = None
    count = 0
    for row in found:
        if writer is None:
            writer = csv.DictWriter(out, list(row))
            writer.writeheader()
        writer.writerow({name: _harmless(value) for name, value in row.items()})
        count += 1
    return count


def _harmless(value: object) -> object:
    """A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + value
    return value
