"""A day without network, in fake time: everything waits, and afterwards each message goes once, first things first.

The network flickers now and then during the day: the module says that it is there, and takes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from appliance.clock import from_utc_text
from appliance.config import ModemSettings
from appliance.outreach.purposes import PURPOSES, waiting_for_morning
from appliance.outreach.purposes import purpose as rank_of
from modem.events import LineState
from tests import rounds
from tests.appliance.small_office import MORNING, NIGHT
from tests.journeys.counting import all_came_once, none_went_twice
from tests.journeys.fast_office import FastOffice
from tests.journeys.seeded_box import BUGS

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_S, HOUR_S, FLICKER_S = 86400, 3600, 15
BEGINS = [MORNING, NIGHT] if rounds.is_soak() else [NIGHT]
PACE = 4  # parts a minute
NO_NETWORK = 331  # +CMS ERROR
TEXTS = ("您好", "路灯" * 60)  # one part and two


@pytest.mark.slow
@pytest.mark.parametrize("begins", BEGINS, ids=lambda begins: f"{begins:%H%M}")
def test_each_message_goes_once_after_a_day_without_network(
    begins: datetime, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    tell(tell_story(tmp_path, begins))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "is_seen_as"),
    [
        ("outage-counts-as-tries", "messages in other states"),
        ("no-quiet-hours", "woken at night"),
        ("first-come", "overtook"),
        ("pace-is-for-one", "overtook"),
    ],
)
def test_the_story_fails_on_a_seeded_bug(
    bug: str, is_seen_as: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BUGS[bug](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=is_seen_as):
        tell_story(tmp_path, NIGHT, hours=8)


def tell_story(folder: Path, begins: datetime, hours: int = 24) -> str:
    """Every purpose is queued and citizens write while the network is away. Returns what was counted, as one line."""
    modem = ModemSettings("line1", number="13600000001", talk_path="headset", sms_per_minute=PACE)
    town = FastOffice(
        folder, modem=modem, now=begins, profile="instant", baud=0, look_every_s=15.0, poll_stores_s=600.0
    )
    town.ask("set", cmgs_delay_s=2.5)
    put(town, 0, "manual", TEXTS[0])
    town.later(2)  # one is in the air when the network goes
    town.ask("set", registered=False)
    wanted: dict[str, str] = {}
    for hour in range(hours):
        for purpose in reversed(PURPOSES[hour % 2 :: 2]):  # the least urgent first
            put(town, hour + 1, purpose.key, TEXTS[hour // 2 % 2])
        number = f"135{hour:08d}"
        wanted[number] = f"第{hour}件"
        assert town.ask("sms", number=number, text=wanted[number])["parts"] == 1
        for _ in range(2):
            town.later(HOUR_S / 4)
            flicker(town)
            town.later(HOUR_S / 4 - FLICKER_S)
    assert town.state is LineState.NO_NETWORK
    assert not town.small.count("outbox WHERE state IN ('failed', 'unknown')"), "messages in other states"
    held = town.small.count("outbox WHERE state = 'queued'")
    town.ask("set", registered=True)
    back_at = town.clock.now()
    town.settle(2 * DAY_S)
    all_came_once(wanted, town.kept())
    states = none_went_twice(town.sent(), town.shown(), most_unknown=1)
    assert not town.small.count("reminder WHERE kind IN ('sms_failed', 'sms_unknown')"), "trouble that was none"
    assert not town.small.count("callback"), "calls that nobody owes"
    tries = tries_of(town)
    nobody_overtook(tries)
    nobody_was_woken(tries)
    the_pace_was_kept(tries)
    last_h = (max(each.at for each in tries) - back_at).total_seconds() / HOUR_S
    return (
        f"{hours} h without network from {begins.astimezone(SHANGHAI):%H:%M}: {held} messages held,"
        f" {len(town.sent())} went, 0 twice, {dict(states)}, the last {last_h:.1f} h after; {len(wanted)} came in"
    )


def put(town: FastOffice, serial: int, purpose: str, text: str) -> None:
    """Queue one as the services do, to a number that nothing else goes to."""
    place = [row.key for row in PURPOSES].index(purpose)
    with town.small.store.transaction() as tx:
        town.small.office.messages._outbox.queue(
            tx,
            purpose=purpose,
            number=f"137{serial:04d}{place:04d}",
            text=f"{serial} {purpose} {text}",
            idem_key=f"{purpose}:{serial}",
        )


def flicker(town: FastOffice) -> None:
    """The module finds a network that takes nothing, and loses it again."""
    town.ask("fault", fail_next_sends=[NO_NETWORK] * 100)
    town.ask("set", registered=True, hold_messages=True)
    town.later(FLICKER_S)
    town.ask("set", registered=False, hold_messages=False)
    town.ask("fault", fail_next_sends=[])


@dataclass(frozen=True, slots=True)
class Try:
    """The try that was the last one of a message."""

    id: int
    rank: int
    purpose: str
    parts: int
    due_at: datetime
    at: datetime


def tries_of(town: FastOffice) -> list[Try]:
    rows: Sequence[Any] = town.small.store.rows("SELECT * FROM outbox ORDER BY sending_at")
    return [
        Try(
            row["id"],
            rank_of(row["purpose"]).rank,
            row["purpose"],
            row["parts"],
            from_utc_text(row["not_before_at"]),
            from_utc_text(row["sending_at"]),
        )
        for row in rows
    ]


def is_night(at: datetime) -> bool:
    local = at.astimezone(SHANGHAI).time()
    return local >= time(21) or local < time(7, 30)


def nobody_overtook(tries: Sequence[Try]) -> None:
    """When one was taken, nothing more urgent, or as urgent and older, was waiting that might have gone then."""
    for place, taken in enumerate(tries):
        for left in tries[place + 1 :]:
            might_go = left.due_at <= taken.at and not (is_night(taken.at) and left.purpose in waiting_for_morning())
            is_before = (left.rank, left.id) < (taken.rank, taken.id)
            assert not (might_go and is_before), f"{taken} overtook {left}"


def nobody_was_woken(tries: Sequence[Try]) -> None:
    woken = [each for each in tries if each.purpose in waiting_for_morning() and is_night(each.at)]
    assert not woken, f"woken at night: {woken}"


def the_pace_was_kept(tries: Sequence[Try]) -> None:
    for taken in tries:
        minute = [each for each in tries if taken.at <= each.at < taken.at + timedelta(minutes=1)]
        assert sum(each.parts for each in minute) <= PACE, f"too many a minute: {minute}"
