"""The README of the simulator names every word, switch, fault, counter and profile of the landline modem."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from modem.simulator.voice.chips import CHIPS
from modem.simulator.voice.fault_words import FAULTS
from modem.simulator.voice.town import TownSwitches
from modem.simulator.voice.words import WORDS
from tests.modem.simulator.voice.bench import VoiceBench
from tests.support import ROOT

README = (ROOT / "modem/simulator/README.md").read_text(encoding="utf-8").partition("# The simulated landline modem")[2]
NAMED = set(re.findall(r"`([^`\n]+)`", README))
PLAIN_STATE = {"ok", "running", "mute", "has_client", "switches"}  # explained with the GSM module


@pytest.mark.parametrize("name", [*WORDS, *FAULTS, *CHIPS, *(field.name for field in fields(TownSwitches))])
def test_everything_that_can_be_said_is_named(name: str) -> None:
    assert name in NAMED


@pytest.mark.parametrize("name", sorted(set(VoiceBench().state()) - PLAIN_STATE))
def test_every_counter_is_named(name: str) -> None:
    assert name in NAMED
