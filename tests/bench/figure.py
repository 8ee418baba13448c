"""Rows of the tables: what was measured, its goal, and whether it was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    what: str
    found: float
    unit: str
    goal: str = ""
    is_reached: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class SideBySide:
    """The same quantity of several programs, measured in one run; a program that is not installed is missing."""

    what: str
    unit: str
    found: Mapping[str, float]  # by program, ours among them
    goal: str = ""
    is_reached: bool | None = None
    note: str = ""

    def ratio(self, of: str, to: str) -> float | None:
        """How many times `to` fits into `of`; None where one of them is missing or zero."""
        return self.found[of] / self.found[to] if of in self.found and self.found.get(to) else None


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values don't exceed."""
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]


def tables(figures: Sequence[Figure | SideBySide], ours: str, peers: Sequence[str]) -> str:
    """One table of single figures, and one with a column for each program and each ratio."""
    single = [each for each in figures if isinstance(each, Figure)]
    compared = [each for each in figures if isinstance(each, SideBySide)]
    drawn = []
    if single:
        rows = [
            (each.what, f"{each.found:.4g} {each.unit}", each.goal, _mark(each.is_reached), each.note)
            for each in single
        ]
        drawn.append(_drawn([("what", "found", "goal", "", "note"), *rows]))
    if compared:
        head = ("what", "unit", ours, *peers, *(f"{ours} : {peer}" for peer in peers), "goal", "", "note")
        drawn.append(_drawn([head, *(_compared(each, ours, peers) for each in compared)]))
    return "\n\n".join(drawn)


def _compared(row: SideBySide, ours: str, peers: Sequence[str]) -> tuple[str, ...]:
    values = [f"{row.found[name]:.4g}" if name in row.found else "-" for name in (ours, *peers)]
    ratios = [f"{ratio:.2f}" if (ratio := row.ratio(ours, peer)) is not None else "-" for peer in peers]
    return (row.what, row.unit, *values, *ratios, row.goal, _mark(row.is_reached), row.note)


def _mark(is_reached: bool | None) -> str:
    return {True: "ok", False: "NOT", None: ""}[is_reached]


def _drawn(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
