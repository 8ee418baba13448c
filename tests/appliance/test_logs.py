"""Logs mask telephone numbers and stay one line a record."""

from __future__ import annotations

import logging

import pytest

from appliance.logs import MaskingFormatter


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ring from 13812345678", "ring from 138****5678"),
        ("ring from +8613812345678.", "ring from +861****5678."),
        ("ticket 004512 was closed", "ticket 004512 was closed"),
        ("line1 came back after 1200 ms", "line1 came back after 1200 ms"),
    ],
)
def test_long_numbers_are_masked(said: str, written: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, said, (), None)
    assert MaskingFormatter("%(message)s").format(record) == written
