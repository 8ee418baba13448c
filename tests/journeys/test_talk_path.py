"""How people speak on a line, from the mobile telephone of a citizen to the USB handset at the desk and back.

The module's PCM port is a pty; the handset is an ALSA card made of files, played and recorded by the real arecord and
aplay. Each side sends a tone of its own, and each must hear the other's.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from modem.audio.frames import FRAME_BYTES
from modem.audio.levels import dbfs
from modem.audio.tones import sine
from modem.simulator.tones import strongest_hz
from tests.journeys.box import Box, Seat, form_fields
from tests.needs import program
from tests.support import Simulator, eventually

CITIZEN_HZ, OPERATOR_HZ = 1000, 440
CITIZEN = "13900001111"
HEARD_WITHIN_S = 12.0
Program = tuple[str, ...]
APPLIANCE: Program = ("-m", "appliance")


class Desk:
    """A box with one line, the town behind it, and a handset made of files."""

    def __init__(self, folder: Path, town: Simulator, box: Box) -> None:
        self.town, self.box = town, box
        self.heard_in_handset = folder / "heard.raw"
        self.wang: Seat = box.seat("wang")

    def ring(self) -> int:
        """The citizen calls; the office's id of the call."""
        self.town.ask("ring", number=CITIZEN)
        return int(eventually(self._ringing))

    def _ringing(self) -> int:
        rows = [row for row in self.box.export("calls") if not row["ended_at"]]
        return rows[-1]["id"] if rows else 0

    def town_call(self) -> str:
        """How the citizen's telephone stands."""
        calls = self.town.ask("calls")["current"]
        return str(calls[-1]["state"]) if calls else ""

    def handset_hears(self) -> float:
        """The tone in the earpiece during the last half second; 0 for silence."""
        if not self.heard_in_handset.exists():
            return 0.0
        sound = self.heard_in_handset.read_bytes()[-25 * FRAME_BYTES :]
        loud = len(sound) == 25 * FRAME_BYTES and dbfs(sound[-FRAME_BYTES:]) > -50
        return strongest_hz(array("h", sound)) if loud else 0.0

    def citizen_hears(self) -> float:
        heard = self.town.ask("heard")
        return float(heard["hz"] or 0.0)


@pytest.fixture
def handset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an ALSA card whose microphone says a tone and whose earpiece writes a file."""
    program("arecord", package="alsa-utils")
    (tmp_path / "says.raw").write_bytes(sine(OPERATOR_HZ, seconds=60.0))
    nothing = "slave.pcm { type null } format raw"
    card = (
        f'pcm.ear {{ type file {nothing} file "{tmp_path}/heard.raw" }}\n'
        f'pcm.mouth {{ type file {nothing} file "/dev/null" infile "{tmp_path}/says.raw" }}\n'
        "pcm.handset { type asym playback.pcm ear capture.pcm mouth }\n"
    )
    (tmp_path / "alsa.conf").write_text(card)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
    return "handset"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path, "line1", "--profile", "quectel", "--pcm-link", str(tmp_path / "pcm.tty")) as running:
        yield running


def box_with(folder: Path, town: Simulator, modem: str, program: Program = APPLIANCE) -> Box:
    box = Box(folder, {"line1": town.link}, modem=modem, program=program)
    box.staff()
    return box


def usb(folder: Path, handset: str) -> str:
    return f"talk_path = usb\naudio_device = {folder}/pcm.tty\nhandset_device = {handset}\n"


def test_citizen_and_handset_hear_each_other_and_that_proves_the_line(
    tmp_path: Path, town: Simulator, handset: str
) -> None:
    tell_a_test_call(tmp_path, town, usb(tmp_path, handset))


@pytest.mark.parametrize("bug", ["sound-left-on", "deaf-microphone"])
def test_the_story_fails_on_a_seeded_bug(tmp_path: Path, town: Simulator, handset: str, bug: str) -> None:
    with pytest.raises(AssertionError, match="still"):
        tell_a_test_call(tmp_path, town, usb(tmp_path, handset), ("-m", "tests.journeys.seeded_sound", bug))


def tell_a_test_call(folder: Path, town: Simulator, modem: str, program: Program = APPLIANCE) -> None:
    """A test call proves the line; then two calls are answered with one key each."""
    with box_with(folder, town, modem, program) as box:
        box.ready("line1")
        desk = Desk(folder, town, box)
        talk = "/lines/line1/talk"
        desk.wang.post(f"{talk}/begin", {}, page=talk)
        desk.ring()
        desk.wang.post(f"{talk}/pick-up", {}, page=talk)
        eventually(lambda: desk.town_call() == "active")
        hears_each_other(desk)
        eventually(lambda: "<meter" in desk.wang.get(f"{talk}/state"))
        desk.wang.post(f"{talk}/judge", {"caller_hears": "yes", "office_hears": "yes"}, page=talk)
        town.ask("hangup")
        eventually(lambda: not desk.town_call())
        # From now on one key answers; on a module that is mute in the next call if the last one's sound wasn't ended.
        for _ in range(2):
            call_id = desk.ring()
            desk.wang.post(f"/calls/{call_id}/take", {}, page="/")
            eventually(lambda: desk.town_call() == "active")
            hears_each_other(desk)
            desk.wang.post(f"/calls/{call_id}/release", {}, page="/")
            eventually(lambda: not desk.town_call())
        assert box.stop() == 0


def hears_each_other(desk: Desk) -> None:
    desk.town.ask("tone", hz=CITIZEN_HZ, seconds=20)
    eventually(lambda: abs(desk.handset_hears() - CITIZEN_HZ) < 20, HEARD_WITHIN_S)
    eventually(lambda: abs(desk.citizen_hears() - OPERATOR_HZ) < 20, HEARD_WITHIN_S)


def test_keys_that_the_citizen_presses_are_heard_in_the_sound(tmp_path: Path, town: Simulator, handset: str) -> None:
    """The module tells them in words as well: each press counts once."""
    box = box_with(tmp_path, town, usb(tmp_path, handset))
    box.prove_talk_paths()
    with box:
        box.ready("line1")
        desk = Desk(tmp_path, town, box)
        call_id = desk.ring()
        desk.wang.post(f"/calls/{call_id}/take", {}, page="/")
        eventually(lambda: desk.town_call() == "active")
        assert town.ask("dtmf", digits="1203#") == {"ok": True, "heard": True, "played": True}
        eventually(lambda: "1203#" in desk.wang.get("/calls/ringing"))
        time.sleep(1.0)
        assert "1203#<" in desk.wang.get("/calls/ringing")
        desk.wang.post(f"/calls/{call_id}/keys", {"keys": "42*"}, page="/")
        eventually(lambda: town.ask("calls")["current"][0]["keys_heard"] == "42*")


@pytest.mark.parametrize("talk_path", ["none", "usb", "headset"])
def test_without_a_proven_talk_path_nothing_answers(
    tmp_path: Path, town: Simulator, handset: str, talk_path: str
) -> None:
    tell_of_a_line_that_may_not_answer(tmp_path, town, usb(tmp_path, handset).replace("= usb", f"= {talk_path}"))


def test_the_silent_story_fails_on_a_seeded_bug(tmp_path: Path, town: Simulator, handset: str) -> None:
    bug = ("-m", "tests.journeys.seeded_sound", "answers-unproven")
    with pytest.raises(AssertionError, match="answered a citizen with silence"):
        tell_of_a_line_that_may_not_answer(tmp_path, town, usb(tmp_path, handset), bug)


def tell_of_a_line_that_may_not_answer(folder: Path, town: Simulator, modem: str, program: Program = APPLIANCE) -> None:
    """It rings, no page offers to answer, an older page says "I have it", and still the box picks up nothing."""
    with box_with(folder, town, modem, program) as box:
        box.ready("line1")
        desk = Desk(folder, town, box)
        call_id = desk.ring()
        page = desk.wang.get("/")
        assert f"/calls/{call_id}/take" not in page or program != APPLIANCE
        desk.wang.post(f"/calls/{call_id}/take", form_fields(page, f"/calls/{call_id}/missed"), page="/")
        until_s = time.monotonic() + 3.0
        while time.monotonic() < until_s:
            assert desk.town_call() == "incoming", "answered a citizen with silence"
            time.sleep(0.1)
        town.ask("hangup")
        eventually(lambda: not desk.town_call())
        assert box.stop() == 0
