"""Measuring a whole simulated landline modem at the end of a pty: every profile is found out as it is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from appliance.clock import RealClock
from modem.commands import Measure
from modem.events import LineState, ProfileMeasured
from modem.fleet import Fleet, LineSettings
from modem.probe import ProbeFailed, measure
from modem.voice_measure import LEAVE_S, MOST_S, Stopped
from modem.voice_profile import SampleFormat, VoiceProfile
from tests.support import VoiceSimulator, eventually

ULAW, UNSIGNED = SampleFormat.ULAW, SampleFormat.UNSIGNED

# What each profile must be found to be; a field that is not named may be anything.
TRUE: dict[str, dict[str, object]] = {
    "standard": {
        "sample_format": ULAW,
        "vsm": "4,8000",
        "cancel_ends": False,
        "has_duplex": True,
        "stop_recording": "!",
    },
    "mislabelled": {"sample_format": ULAW, "stop_recording": "^", "has_duplex": False},
    "deaf": {"sample_format": ULAW, "stop_recording": "!", "has_duplex": False, "hears_while_playing": False},
    "cancel": {"sample_format": ULAW, "cancel_ends": True},
    "usr": {"sample_format": UNSIGNED, "vsm": "128,8000", "tone_shape": "[{hz},{hz},{ticks}]", "stop_recording": "!"},
    "conexant": {"sample_format": UNSIGNED, "vsm": "1,8000,0,0"},
    "chatty": {"sample_format": ULAW, "hears_while_playing": True},
    "classy": {"sample_format": ULAW, "id_needs_voice": True, "stop_recording": "!!!"},
    "plain": {"tone_shape": "", "has_duplex": False, "sample_format": ULAW},
}


@pytest.mark.parametrize("name", TRUE)
def test_every_profile_is_found_out_and_left_on_hook(tmp_path: Path, name: str) -> None:
    clock = RealClock()
    with VoiceSimulator(tmp_path, "--profile", name) as town:
        began_s = clock.monotonic_s()
        outcome = measure(str(town.link), 115200, clock)
        assert clock.monotonic_s() - began_s < MOST_S + LEAVE_S
        assert not town.state()["off_hook"]
        if outcome.profile.hears_while_playing is not TRUE[name].get("hears_while_playing", False):
            outcome = measure(str(town.link), 115200, clock)  # on a busy machine the modem's word may come too late
    assert outcome.stopped is Stopped.NO
    found = outcome.profile
    assert {field: getattr(found, field) for field in TRUE[name]} == TRUE[name], outcome.evidence
    assert {"has_voice", "sample_format", "vsm", "stop_recording", "cancel_ends"} <= {*found.measured}
    assert outcome.identity


def test_a_modem_without_voice_is_found_to_have_none(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path, "--profile", "novoice") as town:
        outcome = measure(str(town.link), 115200, RealClock())
    assert outcome.profile == VoiceProfile().found(has_voice=False)


@pytest.mark.parametrize(("name", "code"), [("standard", "P"), ("conexant", "P"), ("chatty", "H"), ("plain", "")])
def test_a_lifted_telephone_is_seen_where_the_modem_sees_it(tmp_path: Path, name: str, code: str) -> None:
    with VoiceSimulator(tmp_path, "--profile", name) as town:
        person = threading.Timer(2.0, lambda: town.ask("lift"))
        person.start()
        outcome = measure(str(town.link), 115200, RealClock(), with_telephone=True)
        person.join()
        assert not town.state()["off_hook"]
    assert outcome.profile.sees_telephone[-1:] == code
    assert "vls_join" in outcome.profile.measured


def test_a_call_in_between_is_left_to_ring(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        town.ask("ring", number="13900001111")
        outcome = measure(str(town.link), 115200, RealClock())
        assert town.state()["off_hook"] is False
    assert outcome.stopped is Stopped.RANG
    assert "13900001111" not in str(outcome.evidence)


def test_a_port_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProbeFailed, match="isn't there"):
        measure(str(tmp_path / "nothing"), 115200, RealClock())


def told(fleet: Fleet) -> ProfileMeasured:
    """The next profile that a line tells."""
    deadline_s = RealClock().monotonic_s() + 60.0
    while RealClock().monotonic_s() < deadline_s:
        event = fleet.inbox.get(0.5)
        if isinstance(event, ProfileMeasured):
            return event
    raise AssertionError("no profile was told")


def test_a_line_measures_an_unknown_modem_by_itself_and_the_telephone_when_it_is_asked(tmp_path: Path) -> None:
    with VoiceSimulator(tmp_path) as town:
        fleet = Fleet([LineSettings("land", str(town.link), kind="voice")], RealClock())
        fleet.start()
        try:
            first = told(fleet)
            assert (first.ref, first.stopped, bool(first.identity)) == (None, "", True)
            assert ("AT+FCLASS=8", "OK") in first.evidence
            fleet.send("land", Measure(7, with_telephone=True))
            threading.Timer(2.0, lambda: town.ask("lift")).start()
            second = told(fleet)
        finally:
            fleet.stop(2.0)
        assert not town.state()["off_hook"]
    assert (second.ref, second.identity) == (7, first.identity)
    known = VoiceProfile.from_json(second.profile)
    assert known.sees_telephone == "pP"
    assert {*VoiceProfile.from_json(first.profile).measured} < {*known.measured}


def test_a_modem_that_is_known_is_not_measured_again(tmp_path: Path) -> None:
    known, asked = VoiceProfile().found(sample_format=ULAW), []

    def profile_of(line: str, identity: str) -> str:
        asked.append((line, identity))
        return known.as_json()

    with VoiceSimulator(tmp_path) as town:
        fleet = Fleet([LineSettings("land", str(town.link), kind="voice")], RealClock(), profile_of=profile_of)
        fleet.start()
        try:
            eventually(lambda: fleet.lines()[0].state is LineState.READY)
            fleet.send("land", Measure(3))
            assert told(fleet).ref == 3
        finally:
            fleet.stop(2.0)
    assert asked[0][0] == "land"
    assert "VOICE MODEM" in asked[0][1]
