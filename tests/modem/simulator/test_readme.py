"""The README of the simulator names every word, switch, fault, counter and option there is."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from modem.simulator.control_words import WORDS
from modem.simulator.fault_words import FAULTS
from modem.simulator.makes import MAKES
from modem.simulator.profiles import PACES
from modem.simulator.switches import Switches
from tests.modem.simulator.bench import Bench
from tests.support import ROOT

README = (ROOT / "modem/simulator/README.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", README))
PLAIN_STATE = {"ok", "running", "mute", "has_client", "registered", "stores", "switches"}


@pytest.mark.parametrize("name", [*WORDS, *FAULTS, *PACES, *MAKES, *(field.name for field in fields(Switches))])
def test_everything_that_can_be_said_is_named(name: str) -> None:
    assert name in NAMED


@pytest.mark.parametrize("name", sorted(set(Bench().ask("state")) - PLAIN_STATE))
def test_every_counter_is_named(name: str) -> None:
    assert name in NAMED
