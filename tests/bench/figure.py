"""One row of the table: what was measured, its goal, and whether it was reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    what: str
    found: float
    unit: str
    goal: str = ""
    is_reached: bool | None = None
    note: str = ""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values don't exceed."""
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]


def table(figures: Sequence[Figure]) -> str:
    rows = [("what", "found", "goal", "", "note")]
    for each in figures:
        mark = {True: "ok", False: "MISSED", None: ""}[each.is_reached]
        rows.append((each.what, f"{each.found:.4g} {each.unit}", each.goal, mark, each.note))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
