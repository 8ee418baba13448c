"""News reaches every open screen, never blocks whoever announces, and a gap can be seen by counting."""

from __future__ import annotations

from appliance.feed import QUEUE_LENGTH, Feed


def test_every_subscription_gets_each_item() -> None:
    feed = Feed()
    one, two = feed.subscribe(), feed.subscribe()
    feed.announce("ring", 7, number="13800010001")
    for each in (one, two):
        (item,) = each.take(1)
        assert (item.kind, item.id, dict(item.extra)) == ("ring", 7, {"number": "13800010001"})
    assert one.take(0) == []


def test_a_browser_that_sleeps_costs_a_bounded_queue_and_sees_the_gap_by_counting() -> None:
    feed = Feed()
    slow = feed.subscribe()
    for number in range(QUEUE_LENGTH + 50):
        feed.announce("ticket", number)
    assert len(slow.take(0)) == QUEUE_LENGTH
    assert feed.told(["ticket"]) == QUEUE_LENGTH + 50
    assert feed.told(["ring"]) == 0


def test_one_browser_too_many_closes_the_oldest() -> None:
    feed = Feed(most=2)
    oldest, second = feed.subscribe(), feed.subscribe()
    third = feed.subscribe()
    assert (oldest.is_closed, second.is_closed, third.is_closed) == (True, False, False)


def test_who_left_hears_nothing_more_and_closing_ends_everybody() -> None:
    feed = Feed()
    gone, there = feed.subscribe(), feed.subscribe()
    feed.unsubscribe(gone)
    feed.announce("call", 1)
    assert not gone.items
    feed.close()
    assert there.is_closed
