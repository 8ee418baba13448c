"""However a call on a landline ends, and whatever breaks meanwhile: ten seconds after both sides have hung up the line
is free, the next caller is served, every call has its row and its one outcome, and nobody who was served is told sorry.

In fake time with everything that runs in a box; test_landline_endings_in_real_time.py has true ports and a process.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow.plan import Plan
from appliance.callflow.plan_form import typed_of
from appliance.errors import OfficeError
from appliance.intake.call_views import RingCard
from modem.audio.tones import sine
from modem.events import CallerKnown, CallRinging
from modem.simulator import tones
from modem.simulator.voice.hooks import TELEPHONE
from tests import rounds
from tests.journeys.call_endings import HANG_UPS, Ending, deal, plan
from tests.journeys.call_endings import tell as tell_ending
from tests.journeys.fast_landline_office import LINE, FastLandlineOffice
from tests.journeys.seeded_landline import BUGS
from tests.modem.fast_landline import PROFILES, clip, measured
from tests.modem.simulator.voice.bench import write_wav

EACH = rounds.count(12, soak=110)  # on each of ten modems
HELD_AT_MOST_S = 10.0
# Nothing tells a caller who has gone without a sound from one who listens: the box speaks to its end.
SPOKEN_AT_MOST_S = 120.0
SPOKE_S = 2.0  # with a person: he was served
READY_WITHIN_S = 90.0
ANSWERED_WITHIN_S = 30.0
AUDIBLE_DBFS = -50.0


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_the_line_is_never_held(profile: str, tmp_path: Path, tell: Callable[[str], None]) -> None:
    tell(tell_story(tmp_path, profile, EACH))


def tell_story(folder: Path, profile: str, count: int, **deals: Any) -> str:
    """So many random endings on one modem, and after each a caller who is served. Returns it as one line."""
    chance = random.Random(f"{profile} 20261122")
    scene = FastScene(folder, profile)
    longest_s = 0.0
    for turn in range(count):
        ending = deal(chance, f"138{turn:08d}", **deals)
        scene.office.new_round()
        before = len(scene.office.events)
        tell_ending(scene, ending)
        scene.later(HELD_AT_MOST_S + 15)
        try:
            scene.check(ending)
            scene.serves_the_next(f"139{turn:08d}")
        except AssertionError as failure:
            told = "\n".join(map(str, scene.office.events[before:][-40:]))
            raise AssertionError(f"{profile}, call {turn}: {failure}\n{ending}\n{told}") from failure
        longest_s = max(longest_s, scene.held_s(ending))
    scene.check_rows()
    return f"{count} endings of calls with {profile}: held at most {longest_s:.1f} s"


@pytest.mark.parametrize(
    ("bugs", "profile", "deals", "is_seen_as"),  # the kind of calls in which they show
    [
        (["no-busy-tone"], "plain", {"moment": "message", "how": "busy"}, "the line (was|is) held"),
        (["no-look-between-pieces"], "deaf", {"moment": "greeting", "how": "busy"}, "the line was held"),
        (["no-watchdog"], "deaf", {"moment": "goodbye", "how": "busy", "fault": {"office": ""}}, "the line was held"),
        (["no-watchdog", "forgets-to-hang-up"], "classy", {"moment": "goodbye", "how": "loop"}, "the line"),
        (["no-reset"], "standard", {"moment": "message", "how": "busy", "fault": {"never_ends": True}}, "the line"),
        (["swallows-an-end"], "standard", {"moment": "message"}, "the end of a sound is missing"),
        (["never-looks-at-the-line"], "plain", {"moment": "talk"}, "an apology to somebody who was served"),
        (["takes-every-end-for-none"], "standard", {"moment": "first ring"}, "calls without outcome"),
        (["no-second-start"], "cancel", {"moment": "menu", "fault": {"unplug": 1.0}}, "is not"),
    ],
)
def test_the_story_fails_on_a_seeded_bug(
    bugs: list[str], profile: str, deals: dict[str, Any], is_seen_as: str, request: pytest.FixtureRequest
) -> None:
    monkeypatch, tmp_path = request.getfixturevalue("monkeypatch"), request.getfixturevalue("tmp_path")
    measured(profile)  # with a sound mind
    for bug in bugs:
        BUGS[bug](monkeypatch.setattr)
    with pytest.raises(AssertionError, match=is_seen_as):
        tell_story(tmp_path, profile, 6, **deals)


def test_a_script_that_forgets_to_hang_up_does_not_hold_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The telephone looks after itself: one mistake is not enough."""
    BUGS["forgets-to-hang-up"](monkeypatch.setattr)
    tell_story(tmp_path, "classy", 4, moment="goodbye")


class FastScene:
    """One office on one modem, and what it counts."""

    look_every_s = 0.2

    def __init__(self, folder: Path, profile: str) -> None:
        self.office = FastLandlineOffice(folder, profile)
        self.small = self.office.small
        self._served: set[str] = set()
        self._dialled = 0
        self.speech = write_wav(folder / "speech.wav", tones.sine(300, 3.0, -12))
        announcements, prompts = self.small.office.announcements, self.small.office.studio._prompts
        key = announcements.add("停水", "今天停水。", self.small.lead)
        prompts.replace({(f"announcement:{key}", ""): clip(sine(400, seconds=4.0))})
        announcements.switch_on(key, LINE, self.small.lead)

    @property
    def now_s(self) -> float:
        return self.office.now_s

    def later(self, seconds: float) -> None:
        self.office.later(seconds)

    def set_plan(self, plan: Plan) -> None:
        self.small.office.call_flows.save(LINE, typed_of(plan), self.small.lead)

    def is_telephone_lifted(self) -> bool:
        return TELEPHONE in self.office.town.line.hooks.holders

    def step(self) -> str:
        cards = [card for card in self.small.office.calls.board(self.small.li) if card.state != "ended"]
        if not cards:
            return ""
        card = cards[0]
        if card.recording_since is not None and not card.by_box:
            return "recording"
        if card.is_on_telephone:
            return "telephone"
        return card.dialled or (card.box_step if card.by_box else card.state)

    def do(self, word: str, value: Any = None) -> None:
        if word in PRESSED:
            self._press(word)
        elif word == "dial":
            with suppress(OfficeError):
                self.small.office.calls.dial(value, self.small.li, line=LINE)
                self._dialled += 1
        elif word == "fault" and "office" in value:
            self.office.drops_commands = True
        else:
            self.office.town.say(word, **self._fields(word, value))  # not everything is possible any more
        self.office._exchange()

    # -- what must hold

    def held_s(self, ending: Ending) -> float:
        """How long the modem alone held the line, where somebody could have known."""
        return 0.0 if ending.how == "silence" else self.office.longest_alone_s

    def check(self, ending: Ending) -> None:
        """Nobody but the modem could hold the line now."""
        office = self.office
        state, most_s = office.state(), HELD_AT_MOST_S
        if ending.how == "silence" and not self._was_beside_telephone(ending):
            most_s = SPOKEN_AT_MOST_S
            while self.office.state()["off_hook"] and office.longest_alone_s < most_s:
                self.later(1.0)
            self.later(5.0)
            state = office.state()
        assert office.longest_alone_s <= most_s, f"the line was held for {office.longest_alone_s:.1f} s"
        assert (state["off_hook"], state["line"]) == (False, "idle"), "the line is held"
        assert office.missing_ends() == [], "the end of a sound is missing"
        assert set(office.begun()) == set(office.ended()), "the end of a call is missing"
        self._note_served()

    def serves_the_next(self, number: str) -> None:
        """Whatever broke is whole again: the next caller is greeted."""
        self.office.new_round()
        self.set_plan(plan())
        self.do("fault", {"never_ends": False, "swallow_results": 0, "drop_bytes": 0, "drop_sent_bytes": 0})
        self.do("fault", {"ignore_stop": 0, "late_result": 0})
        self._until(lambda: self.office.is_ready, READY_WITHIN_S, "the line is not ready")
        self.later(3.0)
        self.do("ring", number)
        if not self.office.conversation.profile.has_voice:
            self.later(10.0)
            self.do("hangup", "busy")
            self.later(15.0)
            self.do("ring", number)  # once more: a modem that fell on its back is set up again behind each call
            self.office.until(CallerKnown, ANSWERED_WITHIN_S, number=number)
            self.do("hangup", "busy")
            self.later(15.0)
            return
        self._until(lambda: self.step() == "greeting", ANSWERED_WITHIN_S, "the next caller is not answered")
        self.later(1.5)
        assert self.office.ask("heard", seconds=1)["level_dbfs"] > AUDIBLE_DBFS, "the next caller hears nothing"
        self.do("hangup", "busy")
        self.later(HELD_AT_MOST_S)
        assert not self.office.state()["off_hook"], "the line is held by the next caller"

    def check_rows(self) -> None:
        """Of every call one row, of every row one outcome; no apology to anybody who was served."""
        self.later(70.0)
        rows = list(self.small.store.rows("SELECT id, outcome, ended_at FROM call ORDER BY id"))
        assert len(rows) == len(self.office.of(CallRinging)) + self._dialled, "lost or doubled calls"
        assert [row["id"] for row in rows if not row["outcome"] or not row["ended_at"]] == [], "calls without outcome"
        sorry = {row["number"] for row in self.small.outbox(purpose="missed")}
        assert sorry & self._served == set(), "an apology to somebody who was served"
        owed = self.small.store.rows(
            "SELECT c.id FROM call c JOIN citizen z ON z.id = c.citizen_id WHERE c.direction = 'in' AND c.outcome IN"
            " ('missed', 'interrupted', 'unclear') AND NOT EXISTS (SELECT 1 FROM callback b WHERE b.citizen_id = z.id)"
        )
        assert [row["id"] for row in owed] == [], "somebody whom nobody calls back"

    def _was_beside_telephone(self, ending: Ending) -> bool:
        """The modem was with two people, so that it must hear when they have gone. Who is to rate may think it over."""
        if ending.moment == "rating":
            return False
        call = self.office.town.line.calls[-1] if self.office.town.line.calls else None
        return call is not None and call.answered_by == TELEPHONE

    def _note_served(self) -> None:
        """Whoever spoke with a person, as far as anybody in the office or the modem could know of it."""
        for call in self.office.town.line.calls:
            if self.office.with_person_s.get(call.id, 0.0) < SPOKE_S or call.outgoing:
                continue
            taken = self.small.count(
                "call c JOIN call_number n ON n.call_id = c.id WHERE n.raw = ? AND c.taken_by IS NOT NULL", call.number
            )
            if call.answered_by == TELEPHONE or taken:
                self._served.add(call.number)

    def _until(self, what: Callable[[], bool], within_s: float, else_: str) -> None:
        until_s = self.now_s + within_s
        while not what():
            assert self.now_s < until_s, else_
            self.later(0.2)

    # -- deeds

    def _fields(self, word: str, value: Any) -> dict[str, Any]:
        match word:
            case "ring":
                return {"number": value}
            case "hangup":
                return HANG_UPS[value]
            case "say":
                return {"wav": self.speech}
            case "dtmf":
                return {"digits": value}
            case "fault":
                return dict(value)
        return {}

    def _press(self, key: str) -> None:
        cards = self.small.office.calls.board(self.small.li)
        if cards:
            with suppress(OfficeError):  # it is not possible now: the page says so
                PRESSED[key](self, cards[0])

    def f2(self, card: RingCard) -> None:
        if card.dialled:
            self.small.office.during_calls.lifted(card.call_id, self.small.li)
        else:
            self.small.office.calls.take(card.call_id, self.small.li)

    def f4(self, card: RingCard) -> None:
        if card.recording_since:
            self.small.office.during_calls.stop_recording(card.call_id, self.small.li)
        else:
            self.small.office.during_calls.record(card.call_id, self.small.li)

    def f8(self, card: RingCard) -> None:
        self.small.office.calls.release(card.call_id, self.small.li)


PRESSED: dict[str, Callable[[FastScene, RingCard], None]] = {"F2": FastScene.f2, "F4": FastScene.f4, "F8": FastScene.f8}
