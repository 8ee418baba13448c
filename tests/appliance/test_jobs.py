"""Huey wakes the sweep; it neither takes our signals nor dies of a failing job."""

from __future__ import annotations

import logging
import signal
import threading

import pytest

from appliance.jobs import Jobs


def test_starting_the_jobs_leaves_our_signal_handlers_alone() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    jobs = Jobs({})
    jobs.start()
    try:
        assert {number: signal.getsignal(number) for number in before} == before
    finally:
        jobs.stop()


def test_whoever_asks_before_the_start_or_after_the_end_starts_nothing() -> None:
    """Pages serve before the jobs begin: a look at /healthz in that moment must not begin them, nor end the box."""
    jobs = Jobs({})
    assert not jobs.is_alive()
    jobs.start()
    assert jobs.is_alive()
    jobs.stop()
    assert not jobs.is_alive()
    assert jobs.join(60)


def test_the_first_tick_comes_by_itself_and_one_failing_job_does_not_stop_the_next() -> None:
    ticked = threading.Event()

    def fails() -> None:
        raise RuntimeError("seeded")

    jobs = Jobs({"fails": fails, "works": ticked.set})
    jobs.start()
    try:
        assert ticked.wait(75), "Huey's scheduler woke nobody within a minute"
        assert jobs.is_alive()
    finally:
        jobs.stop()


def test_a_failing_job_is_named_with_its_place_and_none_of_the_words_it_tripped_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails() -> None:
        raise RuntimeError("东街路灯不亮")

    ticked = threading.Event()
    with caplog.at_level(logging.ERROR):
        Jobs({"sweep": fails, "works": ticked.set}).tick()
    assert ticked.is_set()
    assert "the job sweep failed" in caplog.text
    assert "RuntimeError at test_jobs.py:" in caplog.text
    assert "路灯" not in caplog.text


def test_both_threads_end_when_asked() -> None:
    jobs = Jobs({})
    jobs.start()
    jobs.stop()
    assert jobs.join(5)
