"""The hotline command with one bug in how it speaks: `python -m tests.journeys.seeded_sound BUG ...`."""

from __future__ import annotations

import sys
from dataclasses import replace

from appliance import cli
from appliance.talk_paths import TalkPaths
from modem.audio.frames import SILENCE
from modem.audio.handset import Handset
from modem.dialects import quectel


def sound_left_on() -> None:
    """Nothing ends the module's sound: the next call is mute."""
    way = quectel.DIALECT.pcm[0]
    quectel.DIALECT = replace(quectel.DIALECT, pcm=(replace(way, stop=""),))


def deaf_microphone() -> None:
    """What the operator says goes nowhere."""
    Handset.take = lambda handset, count: [SILENCE] * count  # type: ignore[method-assign, assignment]


def answers_unproven() -> None:
    """Any line whose path could be answered on is."""
    TalkPaths.may_answer = lambda paths, line: paths.path(line).software_answers  # type: ignore[method-assign, assignment]


BUGS = {"sound-left-on": sound_left_on, "deaf-microphone": deaf_microphone, "answers-unproven": answers_unproven}

if __name__ == "__main__":
    BUGS[sys.argv.pop(1)]()
    cli.main()
