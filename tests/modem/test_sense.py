"""Silence, nonsense and a modem are told apart, because each has another cure."""

from __future__ import annotations

import pytest

from modem.sense import ENOUGH_BYTES, Ear, Sense


@pytest.mark.parametrize(
    ("heard", "sense"),
    [
        (b"", Sense.NOTHING),
        (b"AT\r\r\nOK\r\n", Sense.MODEM),
        (b"\r\nERROR\r\n", Sense.MODEM),
        (b"\r\n+CME ERROR: 10\r\n", Sense.MODEM),
        (b"\r\nRING\r\n", Sense.MODEM),
        (b"\r\n^RSSI: 18\r\n", Sense.MODEM),
        (b"AT\r", Sense.NONSENSE),  # an echo alone: two wires crossed
        (b"$GPGGA,092204.999,4250.5589,S,14718.5084,E,1\r\n", Sense.NONSENSE),
        (bytes(range(128, 256)), Sense.NONSENSE),
        (b"\x00\xff" * 10, Sense.NONSENSE),
    ],
)
def test_what_is_heard_is_known_for_what_it_is(heard: bytes, sense: Sense) -> None:
    whole, by_bytes = Ear(), Ear()
    whole.hear(heard)
    for byte in heard:
        by_bytes.hear(bytes([byte]))
    assert whole.sense is by_bytes.sense is sense


def test_a_modem_once_heard_stays_one() -> None:
    ear = Ear()
    ear.hear(b"\r\nOK\r\n")
    ear.hear(b"\xaa" * 5000)
    assert ear.sense is Sense.MODEM


def test_endless_nonsense_is_not_listened_to_for_ever() -> None:
    ear = Ear()
    ear.hear(b"\xaa\r\n" * ENOUGH_BYTES)
    ear.hear(b"\r\nOK\r\n")
    assert ear.sense is Sense.NONSENSE
