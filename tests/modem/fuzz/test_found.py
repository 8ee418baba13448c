"""Cases that broke something once, each with what it was. They are tried again in every run."""

from __future__ import annotations

import pytest

from tests.modem.fuzz import drive

FOUND = {
    "the prompt's line was trimmed otherwise when it came in one piece": (
        "engine",
        "0100030204050011090907f6f6f60800f6080000150000000000000000000000f6f6f6f6f6f601f60200000000000000040d0a3ed3d3d3c3"
        "d3d3d3d3d3f6f6f6d31e1e1effffffff0a09f8f01e",
    ),
    "a +CMS ERROR of 5000 digits: int() refuses more than 4300": ("engine", "010003020104"),
    "AT+CREG? was refused once, and never asked again: no network for ever": (
        "conversation",
        "0803000803050605d20000492505d8520e08e8e8e8e8e80151035b",
    ),
}


@pytest.mark.parametrize(("target", "case"), FOUND.values(), ids=FOUND)
def test_what_was_found_is_mended(target: str, case: str) -> None:
    drive.load(target).try_one(bytes.fromhex(case))
