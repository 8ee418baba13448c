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
        ("ring from:13812345678", "ring from:138****5678"),
        ("ring from 0571-88880000", "ring from 0571-88****00"),
        ("来电13812345678。", "来电138****5678。"),
        ("call 88880000", "call 88****00"),
        ("started at 2026-11-23T01:30:00.123456+00:00", "started at 2026-11-23T01:30:00.123456+00:00"),
        ("serving http://127.0.0.1:12345/", "serving http://127.0.0.1:12345/"),
        ("0.1234567890 s", "0.1234567890 s"),
        ("gave up\n2026 ERROR forged", "gave up\\n2026 ERROR forged"),
        ("one\r\x1b[2Jtwo", "one\\r\\x1b[2Jtwo"),
    ],
)
def test_long_numbers_are_masked(said: str, written: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, said, (), None)
    assert MaskingFormatter("%(message)s").format(record) == written


def test_a_trace_keeps_its_lines_and_masks_its_numbers() -> None:
    try:
        raise ValueError("13812345678")
    except ValueError as bug:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "one\ntwo", (), (type(bug), bug, bug.__traceback__))
    first, *others = MaskingFormatter("%(message)s").format(record).splitlines()
    assert first == "one\\ntwo"
    assert others[0] == "Traceback (most recent call last):"
    assert others[-1] == "ValueError: 138****5678"
