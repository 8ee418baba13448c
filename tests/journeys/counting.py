"""What a reliability story counts at its end: nothing lost, nothing doubled, nothing changed, nothing sent twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def all_came_once(wanted: Mapping[str, str], kept: Iterable[Row]) -> None:
    """`wanted`: the text that each number sent, one of each; `kept`: what the office has of them."""
    rows = list(kept)
    assert Counter(row["number"] for row in rows) == Counter(wanted.keys()), "lost or doubled messages"
    assert {row["number"]: row["text"] for row in rows} == wanted, "changed messages"


def none_went_twice(sent: Sequence[Row], shown: Iterable[Row], *, most_unknown: int) -> Counter[str]:
    """`sent`: what the office says of its messages, no two of them alike; `shown`: what the telephones show.

    "unknown" is an honest answer where the line broke while a message was in the air: so often, and not more.
    Returns how many messages ended in which state.
    """
    on_air = Counter((message["to"], message["text"]) for message in shown)
    assert not on_air or max(on_air.values()) == 1, "a citizen got the same message twice"
    assert len({(row["number"], row["text"]) for row in sent}) == len(sent), "two messages of this story are alike"
    states = Counter(str(row["state"]) for row in sent)
    assert set(states) <= {"sent", "delivered", "unknown"}, f"messages in other states: {states}"
    for row in sent:
        is_shown = on_air[row["number"], row["text"]] == 1
        assert is_shown or row["state"] == "unknown", "called sent, but no telephone shows it"
    assert states["unknown"] <= most_unknown, f"{states['unknown']} unknown: more than were in the air"
    assert on_air.total() <= len(sent), "the telephones show more than was sent"
    return states


def at_percent(percent: int, times_s: Sequence[float]) -> float:
    """The time that so many percent of them don't exceed."""
    ordered = sorted(times_s)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]


def recovery_line(times_s: Sequence[float]) -> str:
    """For the one line that a story prints at its end."""
    p50, p95 = at_percent(50, times_s), at_percent(95, times_s)
    return f"recovery p50 {p50:.1f} s, p95 {p95:.1f} s, max {max(times_s):.1f} s"
