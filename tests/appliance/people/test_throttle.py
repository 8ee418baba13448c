from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.people.throttle import RULES, wait_until

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=number) for number in minutes]


def test_four_failures_cost_nothing() -> None:
    assert wait_until(minutes_ago(0, 1, 2, 3), NOW) is None


def test_the_fifth_within_a_quarter_of_an_hour_costs_a_quarter_of_an_hour() -> None:
    wrong = minutes_ago(1, 2, 3, 4, 5)
    assert wait_until(wrong, NOW) == NOW + timedelta(minutes=14)
    assert wait_until(wrong, NOW + timedelta(minutes=14)) is None


def test_five_spread_over_the_day_cost_nothing() -> None:
    assert wait_until(minutes_ago(1, 6, 11, 14, 16), NOW) is None
    assert wait_until([], NOW) is None


def test_twenty_in_a_day_cost_an_hour_each() -> None:
    wrong = minutes_ago(*(30 + 60 * number for number in range(20)))
    assert wait_until(wrong, NOW) == NOW + timedelta(minutes=30)


def test_a_patient_guesser_gets_far_fewer_than_500_tries_a_day_and_the_wait_always_ends() -> None:
    now, wrong, tries = NOW, list[datetime](), 0
    while now < NOW + timedelta(days=1):
        until = wait_until([at for at in wrong[:20] if at > now - timedelta(hours=24)], now)
        if until is None:
            wrong.insert(0, now)
            tries += 1
            now += timedelta(seconds=1)
        else:
            assert until - now <= max(rule.wait for rule in RULES)
            now = until
    assert 20 <= tries <= 60
