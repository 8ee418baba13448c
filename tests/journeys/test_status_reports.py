"""Status reports as networks send them: late by hours, twice, in any order, before the module's own answer, or never.

Each message ends in the state that is true, and "still trying" is never shown as failed. In fake time over the wire.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import rounds
from tests.journeys.fast_office import FastOffice
from tests.journeys.seeded_box import BUGS

TWO_PARTS = "东街路灯已修复，请查看。" * 8
HOUR_S = 3600.0
DELIVERED, TRYING, TRYING_LAST, FAILED, EXPIRED = 0x00, 0x20, 0x3F, 0x45, 0x46
MESSAGES = rounds.count(60, soak=2000)


@dataclass(frozen=True, slots=True)
class Case:
    """One message: the reports that its parts get, and where it must end."""

    name: str
    ends: str
    switches: dict[str, Any] = field(default_factory=dict)
    second: dict[str, Any] = field(default_factory=dict)  # other switches for its second part
    fault: str = ""  # "early": the report before the answer; "swallowed": no answer at all
    wait_s: float = 60.0


CASES = (
    Case("delivered", "delivered"),
    Case("late by hours", "delivered", {"report_delay_s": 9 * HOUR_S}, wait_s=10 * HOUR_S),
    Case("repeated", "delivered", {"report_copies": 3}),
    Case("out of order", "delivered", {"report_delay_s": 600}, {"report_delay_s": 1}, wait_s=700),
    Case("never", "sent", {"report_copies": 0}),
    Case("one of two never", "sent", {}, {"report_copies": 0}),
    Case("trying, then delivered", "delivered", {"report_trying": True, "report_delay_s": 300}, wait_s=700),
    Case("trying, then failed", "failed", {"report_trying": True, "report_status": FAILED}),
    Case("trying for ever", "sent", {"report_status": TRYING}),
    Case("trying for ever, by the last of its codes", "sent", {"report_status": TRYING_LAST}),
    Case("trying, repeated and late", "delivered", {"report_trying": True, "report_copies": 2, "report_delay_s": 5000},
         wait_s=11000),
    Case("failed", "failed", {"report_status": EXPIRED}),
    Case("one of two failed", "failed", {}, {"report_status": FAILED}),
    Case("one of two failed, the other late", "failed", {"report_delay_s": 900}, {"report_status": FAILED},
         wait_s=1000),
    Case("before the answer", "delivered", {"report_copies": 0}, {"report_copies": 1}, "early"),
    Case("no answer, but a report", "delivered", {}, {}, "swallowed", wait_s=300),
    Case("no answer, but it is trying", "sent", {"report_status": TRYING}, {}, "swallowed", wait_s=300),
    Case("no answer, no report", "unknown", {"report_copies": 0}, {}, "swallowed", wait_s=300),
)  # fmt: skip
SELDOM: Any = {"baud": 0, "look_every_s": 5.0, "poll_stores_s": 600.0}
QUIET = {"report_delay_s": 0.5, "report_status": DELIVERED, "report_trying": False, "report_copies": 1}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_message_ends_in_the_state_that_is_true(case: Case, tmp_path: Path) -> None:
    ends_rightly(FastOffice(tmp_path, **SELDOM), case)


@pytest.mark.slow
def test_many_messages_in_one_day_each_end_rightly(tmp_path: Path, tell: Callable[[str], None]) -> None:
    tell(tell_story(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize(
    "bug", ["trying-is-failed", "first-report-stands", "early-report-is-lost", "one-part-is-enough"]
)
def test_the_story_fails_on_a_seeded_bug(bug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[bug](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=r"ended as|was shown as failed"):
        tell_story(tmp_path, len(CASES))


def ends_rightly(town: FastOffice, case: Case, number: str = "13900001111") -> None:
    """Send one message of two parts under this case's switches, and watch what is shown of it meanwhile."""
    outbox_id = begin(town, case, number)
    shown = set()
    until_s = town.now_s + case.wait_s
    while town.now_s < until_s:
        town.later(max(5.0, case.wait_s / 20))
        shown.add(state_of(town, outbox_id))
    assert case.ends == "failed" or "failed" not in shown, f"{case.name} was shown as failed"
    assert state_of(town, outbox_id) == case.ends, f"{case.name} ended as {state_of(town, outbox_id)}"


def begin(town: FastOffice, case: Case, number: str) -> int:
    """Hand the message over and see both of its parts out; a part without an answer ends a message there."""
    text = TWO_PARTS if case.fault != "swallowed" else "路灯已修复"
    town.ask("set", **QUIET)
    town.ask("set", **case.switches)
    if case.fault == "early":
        town.report_early(number)
    if case.fault == "swallowed":
        town.ask("fault", swallow_next_send_result=1)
    outbox_id = town.small.office.messages.write(number, text, town.small.li)
    first = town.ask("state")["sent"]
    while town.ask("state")["sent"] == first:
        town.later(0.1)
    if case.fault != "swallowed":
        town.ask("set", **case.second)
        while town.ask("state")["sent"] == first + 1:
            town.later(0.1)
    town.later(1)
    return outbox_id


def state_of(town: FastOffice, outbox_id: int) -> str:
    return str(town.small.one("SELECT state FROM outbox WHERE id = ?", outbox_id)["state"])


def tell_story(folder: Path, messages: int = MESSAGES) -> str:
    """Every case and then any mixture, their reports all coming among each other. Returns the ends, counted."""
    chance = random.Random(20261122)
    town = FastOffice(folder, **SELDOM)
    cases = [*CASES, *(some_case(chance) for _ in range(messages - len(CASES)))]
    chance.shuffle(cases)
    began = [(case, begin(town, case, f"137{serial:08d}")) for serial, case in enumerate(cases)]
    town.ask("set", **QUIET)
    town.later(13 * HOUR_S)
    for case, outbox_id in began:
        assert state_of(town, outbox_id) == case.ends, f"{case} ended as {state_of(town, outbox_id)}"
    return f"status reports of {len(began)} messages: {dict(Counter(case.ends for case in cases))}, each as it must"


def some_case(chance: random.Random) -> Case:
    """Two parts with any reports each; what is true of the message follows from the worst of them."""
    parts = [
        {
            "report_status": chance.choice((DELIVERED, DELIVERED, DELIVERED, TRYING, FAILED)),
            "report_delay_s": chance.choice((0.5, 5.0, 600.0, 5 * HOUR_S)),
            "report_copies": chance.choice((0, 1, 1, 1, 3)),
            "report_trying": chance.random() < 0.3,
        }
        for _ in range(2)
    ]
    said = [part["report_status"] if part["report_copies"] else TRYING for part in parts]
    ends = "failed" if FAILED in said else "delivered" if said == [DELIVERED] * 2 else "sent"
    return Case(f"{parts}", ends, parts[0], parts[1])
