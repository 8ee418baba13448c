"""The box speaks with callers of a small office: the real script and the real recorder, its landline made of events.

line = BoxOnLine(office)                    # a landline whose box answers after two rings
line.answers(from_=WANG)                    # it rings, nobody comes, the box goes off the hook
line.plays(); line.records(voice(3))        # the greeting, then what the caller says
line.hangs_up()
"""

from __future__ import annotations

import random
import struct
from typing import Any

from appliance.callflow.loaded import FlowData
from appliance.callflow.plan import HoursPlan, Plan
from appliance.callflow.runner import Runner
from modem.commands import Answer, Join, Listen, Play, Wake
from modem.events import (
    CallAnswered,
    CallEnded,
    CallRang,
    EndReason,
    KeyPressed,
    SoundEnd,
    SoundEnded,
    TelephoneMoved,
    TimeUp,
)
from tests.appliance.small_office import WANG, SmallOffice

FRAME_SAMPLES = 160
MENU = HoursPlan(acts=True, rings=2, menu=("1", "2", "3", "0"), asks_number=True)
PLAIN = HoursPlan(acts=True, rings=2)
WAITS = HoursPlan(acts=True, rings=2, waits=True, wait_s=60)


def voice(seconds: float) -> list[bytes]:
    """Frames that sound like somebody speaking: bursts with pauses."""
    noise = random.Random(7)
    frames = []
    for number in range(round(seconds * 50)):
        loud = 4000 if number % 25 < 15 else 12
        samples = [noise.randint(-loud, loud) for _ in range(FRAME_SAMPLES)]
        frames.append(struct.pack(f"<{FRAME_SAMPLES}h", *samples))
    return frames


def hum(seconds: float) -> list[bytes]:
    """A line on which nobody speaks."""
    noise = random.Random(8)
    return [
        struct.pack(f"<{FRAME_SAMPLES}h", *(noise.randint(-12, 12) for _ in range(FRAME_SAMPLES)))
        for _ in range(round(seconds * 50))
    ]


class BoxOnLine:
    def __init__(
        self,
        office: SmallOffice,
        hours: HoursPlan = PLAIN,
        *,
        line: str = "land",
        announcement: str = "",
        **plan: Any,
    ) -> None:
        self.office, self.line, self._rings = office, line, hours.rings
        self._plan = Plan(line, hours, hours, **plan)
        self._news = {line: announcement} if announcement else {}
        self.load()
        self.call = 0
        self._ended: set[int] = set()

    @property
    def flow(self) -> Runner:
        return self.office.office.calls._flow

    def load(self) -> None:
        """As after a start."""
        self.flow._prompts.replace({(key, ""): bytes(800) for key in self._news.values()})  # type: ignore[attr-defined]
        self.flow.load(FlowData({self.line: self._plan}, self._news))

    def rings(self, from_: str | None = WANG) -> int:
        """It rings as often as the box waits; it has not answered yet. Returns the office's id of the call."""
        self.call = self.office.ring(from_=from_, line=self.line)
        for number in range(2, self._rings + 1):
            self.office.handle(CallRang(self.line, self.call, number))
        return max(card.call_id for card in self.office.office.calls.board())

    def answers(self, from_: str | None = WANG) -> int:
        call_id = self.rings(from_)
        self.wakes()
        assert self.last(Answer).call == self.call
        self.office.handle(CallAnswered(self.line, self.call))
        return call_id

    def wakes(self) -> None:
        """The time of the latest Wake has come."""
        self.office.handle(TimeUp(self.line, self.last(Wake).ref))

    def last(self, kind: type[Any]) -> Any:
        return next(command for _, command in reversed(self.office.commands) if isinstance(command, kind))

    def sound(self) -> Play | Listen:
        """What the box plays or listens to now."""
        sounds = [command for _, command in self.office.commands if isinstance(command, Play | Listen)]
        assert sounds[-1].ref not in self._ended, "the box neither plays nor listens"
        return sounds[-1]

    def ends(self, why: SoundEnd, seconds: float = 1.0) -> None:
        """What plays or listens now is over."""
        now = self.sound()
        self._ended.add(now.ref)
        self.office.handle(SoundEnded(self.line, self.call, now.ref, why, seconds))

    def plays(self) -> None:
        """Everything that the box has to say is said, until it listens."""
        for _ in range(20):
            if isinstance(self.sound(), Listen):
                return
            self.ends(SoundEnd.PLAYED)
        raise AssertionError("the box never listens")

    def records(self, frames: list[bytes], why: SoundEnd = SoundEnd.KEY) -> None:
        """The box listens, and keeps what is said; `why` is how it ends."""
        self.begins_to_record(frames).close()
        recorder = self.office.services.recordings.recorder
        recorder.round()
        self.ends(why, len(frames) / 50)

    def begins_to_record(self, frames: list[bytes]) -> Any:
        now = self.sound()
        assert isinstance(now, Listen)
        assert now.keep
        recorder = self.office.services.recordings.recorder
        track = recorder.open(self.line, self.call, now.ref)
        assert track is not None
        for at in range(0, len(frames), 50):
            track.write(frames[at : at + 50])
            self.office.clock.advance(1)
            recorder.round()
        return track

    def leaves_message(self, frames: list[bytes]) -> None:
        """Greeting, message, goodbye."""
        self.plays()
        self.records(frames)
        self.hangs_up()

    def presses(self, key: str) -> None:
        """A key, which ends what plays or listens."""
        self.office.handle(KeyPressed(self.line, self.call, key))
        sounds = [command for _, command in self.office.commands if isinstance(command, Play | Listen)]
        if sounds[-1].ref not in self._ended:
            self.ends(SoundEnd.KEY)

    def hangs_up(self, reason: EndReason = EndReason.REMOTE) -> None:
        self.office.handle(CallEnded(self.line, self.call, reason))
        self.office.wait(1)

    def moves(self, *, is_lifted: bool) -> None:
        """The telephone beside the modem."""
        self.office.handle(TelephoneMoved(self.line, is_lifted))

    def joins(self) -> None:
        """The modem goes off the hook beside the telephone."""
        assert self.last(Join).call == self.call
        self.office.handle(CallAnswered(self.line, self.call))
