"""Cases that broke something once, each with what it was. They are tried again in every run."""

from __future__ import annotations

import pytest

from tests.modem.fuzz import drive

FOUND = {
    "a +CMS ERROR of 5000 digits: int() refuses more than 4300": ("engine", "010003020104"),
    "AT+CREG? was refused once, and never asked again: no network for ever": (
        "conversation",
        "0803000803050605d20000492505d8520e08e8e8e8e8e80151035b",
    ),
}


@pytest.mark.parametrize(("target", "case"), FOUND.values(), ids=FOUND)
def test_what_was_found_is_mended(target: str, case: str) -> None:
    drive.load(target).try_one(bytes.fromhex(case))
