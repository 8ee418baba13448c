"""A box with one landline whose plug is pulled in the midst of calls, and what must be left of them afterwards."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
import urllib.error
import wave
from array import array
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.journeys.box import PASSWORDS, Box
from tests.journeys.landlines import AFTER_HOURS, HOURS_FIELDS, SPEECH, SPEECH_S
from tests.support import VoiceSimulator, eventually

LINE = "land"
RING_EVERY_S = 2.2
LOST_AT_MOST_S = 2.0
LISTENS_FOR_S = 1.2  # then it is no look between two pieces of a prompt
LOUD = 300  # of 32,767: what a telephone line never has by itself
WORD_S = 1.0  # less is no message
FRAME = 160  # samples
FEWEST_FRAMES, MOST_FRAMES = 20, 250  # that are compared; where in a recording the speech may begin
LEAST_ALIKE = 0.7
MOMENTS = ("message", "message", "talk", "message", "ringing", "message", "greeting", "message", "hung up", "dialling")
SERVED = ("talk", "dialling")
KEPT = ("message", "talk", "hung up")


@dataclass
class Killed:
    """One call that the box did not live to see the end of."""

    number: str
    moment: str
    spoke_from_s: float = 0.0  # since it was answered
    spoken: array[int] = field(default_factory=lambda: array("h"))  # by the far side, to the moment of the kill
    recorded_s: float = 0.0  # how long the modem had listened

    @property
    def said(self) -> array[int]:
        """From its first word on."""
        return from_first_word(self.spoken[round(8000 * self.spoke_from_s) :])


class KilledBox:
    """One folder, one simulated landline, one box that is killed again and again."""

    def __init__(self, folder: Path, like: Path, profile: str, chance: random.Random, *program: str) -> None:
        """`like` is a data folder with its people."""
        folder.mkdir()
        shutil.copytree(like, folder / "data")
        self.name, self._folder, self._chance = folder.name, folder, chance
        self._profile, self._program = profile, program or ("-m", "appliance")
        self.killed: list[Killed] = []
        self.kills = 0
        self.lost_s = 0.0  # the most speech that was missing of a recording

    def story(self, moments: Iterable[str]) -> None:
        """`moments` may be shared: who is done with one call takes the next."""
        with VoiceSimulator(self._folder, "--profile", self._profile, "--number", "057185330000") as self.town:
            self.town.ask("set", ring_interval_s=RING_EVERY_S)
            self.box = Box(self._folder, {}, landlines={LINE: self.town.link}, hours=AFTER_HOURS, program=self._program)
            with self.box:
                self._first_start()
                for moment in moments:
                    self._one(moment)
                self._settled()
                self._check()

    def _first_start(self) -> None:
        log = self.box.log.read_text
        eventually(lambda: f"{LINE}: the modem was measured" in log("utf-8", "replace"), 90.0, every_s=0.2)
        fields = {f"{prefix}_{name}": value for prefix in ("in", "after") for name, value in HOURS_FIELDS.items()}
        boxes = [(f"after_{name}", "on") for name in ("acts", "takes_messages", "menu_on")]
        flow = [*fields.items(), ("brand", ""), ("duty_phone", ""), ("do", "save"), ("records_talks", "on"), *boxes]
        self.box.seat("li").post_list(f"/lines/{LINE}/flow", [*flow, ("after_menu", "1")])

    # -- one call

    def _one(self, moment: str) -> None:
        self._is_free()
        call = Killed(f"137{len(self.killed):08d}", moment)
        self.killed.append(call)
        if moment == "dialling":
            self.box.seat("wang").post("/calls/dial", {"number": call.number, "line": LINE}, page="/")
        else:
            self.town.ask("ring", number=call.number)
        eventually(lambda: self._rows("SELECT 1 FROM call_number WHERE raw = ?", call.number), every_s=0.03)
        getattr(self, f"_{moment.replace(' ', '_')}")(call)
        self.box.kill()
        self.kills += 1
        wav = self._folder / "spoken.wav"
        if self.town.say("spoken", wav=str(wav))["ok"]:
            call.spoken = samples(wav.read_bytes())
        self.town.say("hangup")
        self.town.say("put_down")
        self.box.start()
        if self._chance.random() < 0.15:  # and once more in the midst of mending
            time.sleep(self._chance.uniform(0.0, 1.0))
            self.box.kill()
            self.kills += 1
            self.box.start()

    def _is_free(self) -> None:
        self.box.ready(LINE, within_s=60.0)
        eventually(lambda: self.town.state()["line"] == "idle", 30.0, every_s=0.1)

    def _ringing(self, call: Killed) -> None:
        time.sleep(self._chance.uniform(0.0, 0.7))

    def _dialling(self, call: Killed) -> None:
        time.sleep(self._chance.uniform(0.5, 6.0))

    def _greeting(self, call: Killed) -> None:
        self._until_answered()
        time.sleep(self._chance.uniform(0.2, 5.0))

    def _message(self, call: Killed) -> None:
        self._until_answered()
        for key in ("1", "5"):  # who knows it does not listen to the end
            time.sleep(0.7)
            self.town.say("dtmf", digits=key)
        self._speak(call, self._chance.uniform(0.3, SPEECH_S - 0.5))

    def _hung_up(self, call: Killed) -> None:
        self._message(call)
        self.town.ask("hangup")
        time.sleep(self._chance.uniform(0.0, 3.5))

    def _talk(self, call: Killed) -> None:
        self.town.ask("lift")  # before the box answers
        self._speak(call, self._chance.uniform(0.3, SPEECH_S - 0.5))

    def _until_answered(self) -> None:
        eventually(lambda: self.town.state()["off_hook"], every_s=0.1)

    def _speak(self, call: Killed, seconds: float) -> None:
        """As soon as it is listened to."""
        since_s = [0.0]

        def listens() -> bool:
            if self.town.state()["stream"] != "record" or not any(self._sealed.glob("*.part")):
                since_s[0] = 0.0
            elif not since_s[0]:
                since_s[0] = time.monotonic()
            return since_s[0] > 0 and time.monotonic() - since_s[0] > LISTENS_FOR_S

        eventually(listens, 60.0, every_s=0.1)
        call.spoke_from_s = self.town.ask("spoken", wav=str(self._folder / "spoken.wav"))["seconds"]
        self.town.ask("say", wav=str(SPEECH))
        time.sleep(seconds)
        call.recorded_s = time.monotonic() - since_s[0]

    # -- afterwards

    @property
    def _sealed(self) -> Path:
        return self._folder / "data" / "recordings"

    def _settled(self) -> None:
        """Nothing of the crashes is left to do."""
        self._is_free()
        waits = "SELECT 1 FROM call WHERE outcome = '' UNION ALL SELECT 1 FROM recording WHERE needs_ticket = 1"
        until_s = time.monotonic() + 30
        while time.monotonic() < until_s and (self._rows(waits) or any(self._sealed.glob("*.part"))):
            time.sleep(0.3)

    def _check(self) -> None:
        seat = self.box.seat("li")
        rows = self._rows("SELECT c.*, n.raw FROM call c JOIN call_number n ON n.call_id = c.id")
        assert sorted(row["raw"] for row in rows) == sorted(call.number for call in self.killed), "not one row a call"
        left = [row["raw"] for row in rows if not row["outcome"]]
        assert left == [], f"calls without an outcome: {left}"
        for call in self.killed:
            (row,) = (row for row in rows if row["raw"] == call.number)
            heard_s = self._check_recordings(seat, call, row["id"]) if call.moment in KEPT else 0.0
            tickets = self._rows(
                "SELECT t.no FROM ticket t JOIN citizen z ON z.id = t.citizen_id WHERE z.phone = ?", call.number
            )
            what = f"{call.moment} {call.number} ({row['outcome']})"
            assert len(tickets) <= 1, f"more than one ticket: {what}"
            if call.moment != "talk" and heard_s >= WORD_S:
                assert tickets, f"a message without a ticket: {what}, {heard_s:.1f} s of it kept"
            owed = self._rows(
                "SELECT 1 FROM callback b JOIN citizen z ON z.id = b.citizen_id WHERE z.phone = ?", call.number
            )
            assert tickets or owed or call.moment in SERVED, f"a caller nobody remembers: {what}"

    def _check_recordings(self, seat: Any, call: Killed, call_id: int) -> float:
        """Seconds of speech that are there."""
        found = self._rows("SELECT * FROM recording WHERE call_id = ?", call_id)
        what = f"{call.moment} {call.number}, recorded for {call.recorded_s:.1f} s"
        if not found:
            assert call.recorded_s <= LOST_AT_MOST_S, f"a recording is missing: {what}"
            return 0.0
        assert len(found) == 1, f"{len(found)} recordings: {what}"
        try:
            with seat._opener.open(f"{seat.url}/recordings/{found[0]['id']}/sound", timeout=15) as answer:
                heard = samples(answer.read())
        except (urllib.error.HTTPError, wave.Error) as trouble:
            raise AssertionError(f"a recording cannot be played: {what}: {trouble}") from trouble
        assert abs(len(heard) / 8000 - found[0]["seconds"]) < 0.1, f"it is not as long as its row says: {what}"
        began_s, likeness = place(call.said, heard)
        there_s = len(heard) / 8000 - began_s if likeness > LEAST_ALIKE else 0.0
        lost_s = len(call.said) / 8000 - there_s
        assert lost_s <= LOST_AT_MOST_S, f"{lost_s:.1f} s of speech are missing ({likeness:.2f} alike): {what}"
        self.lost_s = max(self.lost_s, lost_s)
        return max(0.0, min(there_s, len(call.said) / 8000))

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(f"file:{self._folder}/data/hotline.db?mode=ro", uri=True)) as rows:
            rows.row_factory = sqlite3.Row
            return list(rows.execute(sql, values))


def people(folder: Path) -> Path:
    """A data folder with the people of an office, to be copied; the folder."""
    box = Box(folder, {})
    for name, role in (("li", "lead"), ("wang", "operator")):
        box.hotline("user", "add", name, "--role", role, "--password-stdin", stdin=PASSWORDS[name])
    return box.data


def samples(wav: bytes) -> array[int]:
    with wave.open(BytesIO(wav), "rb") as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        return array("h", file.readframes(file.getnframes()))


def from_first_word(sound: array[int]) -> array[int]:
    return sound[next((at for at, sample in enumerate(sound) if abs(sample) > LOUD), len(sound)) :]


def place(said: array[int], heard: array[int]) -> tuple[float, float]:
    """At which second of the recording the speech begins, as loud and quiet follow each other; and how alike they are:
    1 = the same, 0 = nothing to do with it. Only what is there is compared.
    """
    of_said, of_heard = loudness(said), loudness(heard)
    last = max(0, len(of_heard) - FEWEST_FRAMES)
    found = [(alike(of_said, of_heard[at:]), at) for at in range(min(last, MOST_FRAMES) + 1)]
    likeness, at = max(found)
    return at * FRAME / 8000, likeness


def alike(one: list[float], other: list[float]) -> float:
    most = min(len(one), len(other))
    if most < FEWEST_FRAMES:
        return 0.0
    a, b = one[:most], other[:most]
    mean_a, mean_b = sum(a) / most, sum(b) / most
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return float(both / spread**0.5) if spread else 0.0


def loudness(sound: array[int]) -> list[float]:
    return [float(sum(map(abs, sound[at : at + FRAME]))) for at in range(0, len(sound) - FRAME + 1, FRAME)]
