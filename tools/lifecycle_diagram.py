"""The drawing of a ticket's life in docs/architecture.md, made from the table of moves.

python tools/lifecycle_diagram.py update    write the part between the two marks anew
python tools/lifecycle_diagram.py check     whether it is as the table says
"""

from __future__ import annotations

import sys
from pathlib import Path

from appliance.casework import lifecycle
from appliance.casework.lifecycle import MOVES, STAGES, STATUSES, STAYS, Move

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- made by tools/lifecycle_diagram.py: begin -->"
END = "<!-- made by tools/lifecycle_diagram.py: end -->"
ANYWHERE = 5  # a move from so many statuses is drawn as a line of text: its arrows would hide all others


def drawing() -> str:
    """Statuses in their stages, an arrow for each move, and the table of all moves behind it."""
    return "\n".join([BEGIN, "", "```mermaid", *_diagram(), "```", "", *_from_many(), "", *_table(), "", END])


def _diagram() -> list[str]:
    lines = ["stateDiagram-v2"]
    for stage in STAGES:
        lines.append(f'    state "{stage.label}" as stage_{stage.key} {{')
        lines += [f"        {row.key}: {row.label}" for row in STATUSES if row.stage == stage.key]
        lines.append("    }")
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        for from_status in move.from_statuses or ("[*]",):
            for to_status in _drawn_to(move):
                arrows.setdefault((from_status, to_status), []).append(move.key)
    lines += [f"    {start} --> {end}: {', '.join(keys)}" for (start, end), keys in arrows.items()]
    lines += [f"    {row.key} --> [*]" for row in STATUSES if not row.is_open and not _leaves(row.key)]
    return lines


def _drawn_to(move: Move) -> tuple[str, ...]:
    if move.to_status == STAYS or len(move.from_statuses) >= ANYWHERE:
        return ()
    return (move.to_status, move.or_status) if move.or_status else (move.to_status,)


def _leaves(status: str) -> bool:
    return any(status in move.from_statuses and move.to_status != STAYS for move in MOVES)


def _from_many() -> list[str]:
    """What can happen nearly everywhere, and what leaves a ticket where it is."""
    ends = [
        f"`{move.key}` to {move.to_status}" for move in MOVES if len(move.from_statuses) >= ANYWHERE and _ends(move)
    ]
    stays = [f"`{move.key}`" for move in MOVES if move.to_status == STAYS]
    return [
        f"Every open ticket can end by {', '.join(ends)}.",
        f"These leave it where it is and change limits, levels or a co-department's part: {', '.join(stays)}.",
    ]


def _ends(move: Move) -> bool:
    return move.to_status != STAYS and not lifecycle.status(move.to_status).is_open


def _table() -> list[str]:
    lines = ["| row | move | from | to | who | needs |", "|---|---|---|---|---|---|"]
    for move in sorted(MOVES, key=lambda each: each.rule):
        start = "every open one" if move.from_statuses == lifecycle.OPEN else ", ".join(move.from_statuses)
        end = "stays" if move.to_status == STAYS else " or ".join(filter(None, (move.to_status, move.or_status)))
        who = ", ".join(sorted(move.actors))
        cells = (str(move.rule), f"`{move.key}`", start, end, who, ", ".join(sorted(move.needs)))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def updated(book: str) -> str:
    """The book with the drawing as the table is now. Raises ValueError where its marks are missing."""
    before, begin, rest = book.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN!r} and {END!r} are missing")
    return before + drawing() + after


def main(arguments: list[str]) -> int:
    book = BOOK.read_text(encoding="utf-8")
    if arguments == ["update"]:
        BOOK.write_text(updated(book), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        is_current = updated(book) == book
        print("current" if is_current else "not current: python tools/lifecycle_diagram.py update")
        return 0 if is_current else 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
