"""Cases that broke something once, each with what it was. They are tried again in every run."""

from __future__ import annotations

import pytest

from tests.modem.fuzz import drive

FOUND = {
    "AT+CLCC got no answer twice, and was never asked again: a call without end": (
        "conversation",
        "007303110008030682010052058b8b8b0008030200058b018b0679740052058b8b8b0008030200058b018b067974747401008b8b8b058b8b8b0008030200058b018b067974747401008b8b8b8b8b8b8b8b8b8b8b0700747401008b8b8b8b8b8b8b8b8b8b8b07008b8b8b8b",
    ),
    "the prompt's line was trimmed otherwise when it came in one piece": (
        "engine",
        "01000302040500063e411e1e0a00",
    ),
    "a +CMS ERROR of 5000 digits: int() refuses more than 4300": ("engine", "010003020104"),
    "sixteen headers waited for their hex, and the one of an answer came on top": (
        "engine",
        (
            "01000302040200042f0d0000000000000000000000000000000000000000000000000000000000000001001c1c"
            "1c1c7e7e7ec1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c13dc1c1c1c1"
            "cac1c1c1c1c1c1c17e7e7e7e7e7e7e1c1c1c1c1cf600000000000000003e0000"
        ),
    ),
    "AT+CREG? was refused once, and never asked again: no network for ever": (
        "conversation",
        "0803000803050605d20000492505d8520e08e8e8e8e8e80151035b",
    ),
    "a message whose status came garbled once was a draft for ever, and never told": (
        "conversation",
        (
            "0003020003000302000303003000ffd9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d9d901032b43"
            "00ff080b0b0b0b0b0b0b0b0b0b0b0b0b0b00000000000000010b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0bd9d9d9d9d9d9d9d903000601d901000506"
            "d9d9d9ffff00ff07ff00ff11"
        ),
    ),
}


@pytest.mark.parametrize(("target", "case"), FOUND.values(), ids=FOUND)
def test_what_was_found_is_mended(target: str, case: str) -> None:
    drive.load(target).try_one(bytes.fromhex(case))
