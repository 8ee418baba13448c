"""The plug is pulled a hundred times in the midst of landline calls: every call has its row, every recording that had
begun can be played and lacks two seconds at most, every message is one ticket, the line is free, nobody is forgotten.

Ten boxes at the same time, each on another kind of modem: most of it is waiting for people to speak.
"""

from __future__ import annotations

import random
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from tests import rounds
from tests.journeys.kill_calls import MOMENTS, KilledBox, people
from tests.journeys.landlines import PROFILES

KILLS = rounds.count(100, soak=1000)
MODEMS = (*PROFILES, "standard")
WITHIN_S = 120 + 6.0 * KILLS


@pytest.mark.slow
def test_what_was_said_outlives_kill_9(tmp_path: Path, tell: Callable[[str], None]) -> None:
    like = people(tmp_path)
    boxes = [
        KilledBox(tmp_path / f"{place} {profile}", like, profile, random.Random(f"{place} 20261122"))
        for place, profile in enumerate(MODEMS)
    ]
    shared = OneForAll(MOMENTS[turn % len(MOMENTS)] for turn in range(KILLS))
    failures = together(boxes, [shared] * len(boxes))
    assert not failures, "\n".join(f"--- {name}\n{told}" for name, told in failures.items())
    calls = [call for box in boxes for call in box.killed]
    assert len(calls) == KILLS
    kept = sum(call.recorded_s > 0 for call in calls)
    tell(
        f"{sum(box.kills for box in boxes)} kills, {len(calls)} of them during calls: {len(calls)} rows;"
        f" {kept} recordings, all playable, at most {max(box.lost_s for box in boxes):.1f} s missing"
    )


@pytest.mark.slow
def test_the_story_fails_on_seeded_bugs(tmp_path: Path) -> None:
    like = people(tmp_path)
    wanted = {
        "writes-at-the-end": "is missing|are missing",
        "parts-stay": "a recording is missing",
        "rows-without-recordings": "cannot be played",
        "tickets-by-event": "a message without a ticket",
        "crash-forgets-callers": "without an outcome",
    }
    boxes = [
        KilledBox(tmp_path / bug, like, "standard", random.Random(bug), "-m", "tests.journeys.seeded_box", bug)
        for bug in wanted
    ]
    failures = together(boxes, [["message", "message"]] * len(boxes))
    for bug, is_seen_as in wanted.items():
        with pytest.raises(AssertionError, match=is_seen_as):
            raise AssertionError(failures.get(bug, "nothing was seen"))


class OneForAll:
    """What comes next, for whichever thread asks first."""

    def __init__(self, items: Iterable[str]) -> None:
        self._items, self._lock = iter(items), threading.Lock()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        with self._lock:
            return next(self._items)


def together(boxes: Sequence[KilledBox], moments: Sequence[Iterable[str]]) -> dict[str, str]:
    """Tell all the stories at the same time; what failed, by name."""
    failures: dict[str, str] = {}

    def tell_one(box: KilledBox, its: Iterable[str]) -> None:
        try:
            box.story(its)
        except BaseException:
            failures[box.name] = traceback.format_exc(limit=-4)

    threads = [
        threading.Thread(target=tell_one, args=(box, its), name=box.name, daemon=True)
        for box, its in zip(boxes, moments, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN_S)
    return failures | {thread.name: "it never ended" for thread in threads if thread.is_alive()}
