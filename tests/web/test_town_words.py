"""What somebody new to the demo is told to do next on its landline."""

from __future__ import annotations

import pytest

from web.town_words import NEXT, next_step

RINGS = {"state": "ringing", "direction": "in"}
TALKS = {"state": "talking", "direction": "in"}
OURS = {"state": "alerting", "direction": "out"}


@pytest.mark.parametrize(
    ("call", "is_lifted", "box_step", "key"),
    [
        (None, False, None, "free"),
        (None, True, None, "lifted"),
        (RINGS, False, None, "ringing"),
        (TALKS, False, "greeting", "box"),
        (TALKS, False, "", "box"),
        (TALKS, False, "message", "message"),
        (TALKS, False, "menu", "keys"),
        (TALKS, True, "message", "desk"),  # lifted while the box still listens
        (TALKS, False, None, "box"),  # the card comes a moment after the line
        (OURS, False, None, "called"),
        ({**OURS, "state": "talking"}, False, None, "picked_up"),
        ({**OURS, "state": "talking"}, True, None, "desk"),
    ],
)
def test_the_next_step_follows_what_goes_on(
    call: dict[str, object] | None, is_lifted: bool, box_step: str | None, key: str
) -> None:
    assert next_step(call, is_lifted=is_lifted, box_step=box_step) == key
    assert key in NEXT
