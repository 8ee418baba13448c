"""How a person speaks on each line, and whether a test call has proven it both ways.

A line without a proven talk path is never answered by software: the citizen would hear silence. The proof is a row;
it holds while config.ini names the same path and devices. During a test of at most `TEST_WITHIN_S` the line may be
answered, because somebody sits there and asked for it. A test is one person's: nobody else begins, ends or judges it
in silence.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from appliance.clock import Clock, from_utc_text, utc_text
from appliance.config import ModemSettings
from appliance.errors import NotFound, OfficeError
from appliance.feed import Feed
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import talk_paths as rows
from db.store import Store

log = logging.getLogger(__name__)

TEST_WITHIN_S = 900.0
TAKE_OVER_AFTER_S = 300.0  # then whoever began it may have gone away, and somebody else may end it


class NoTestCall(OfficeError):
    message = "No call on line %(line)s was picked up during this test. Call it first, and speak."


class NothingWasHeard(OfficeError):
    message = "The box carries no sound on line %(line)s now: nobody can have heard anything. The page says why."


class NoTestRing(OfficeError):
    message = "No call has rung on line %(line)s during this test. Call it first, and speak."


class NotForwarded(OfficeError):
    message = "The network has told of no forwarding of line %(line)s. Set it first: page Lines, Call forwarding."


class BeingTested(OfficeError):
    message = "%(who)s has been testing line %(line)s since %(since)s. After 5 minutes anybody may give that test up."


class NothingToTest(OfficeError):
    message = "Line %(line)s has no talk path in config.ini yet. Set one there first."


class Proof(Enum):
    """What must have happened during a test, so that people can have spoken at all."""

    PICKED_UP = "picked_up"
    RANG = "rang"  # the pick-up is seen by nobody
    FORWARDED = "forwarded"  # not even the ring is


@dataclass(frozen=True, slots=True)
class TalkPath:
    """One way to speak on a line, and what it lets the software do and see."""

    key: str
    software_answers: bool  # once it is proven
    may_dial: bool
    pickup_is_seen: bool  # a pick-up by anybody shows on the wire
    proof: Proof = Proof.PICKED_UP


TALK_PATHS = {
    path.key: path
    for path in (
        TalkPath("none", software_answers=False, may_dial=False, pickup_is_seen=True),
        TalkPath("parallel", software_answers=False, may_dial=True, pickup_is_seen=False, proof=Proof.RANG),
        TalkPath("headset", software_answers=True, may_dial=True, pickup_is_seen=True),
        TalkPath("usb", software_answers=True, may_dial=True, pickup_is_seen=True),
        TalkPath("forward", software_answers=False, may_dial=False, pickup_is_seen=False, proof=Proof.FORWARDED),
    )
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest test of a line as it is set up now."""

    caller_hears: bool
    office_hears: bool
    tested_at: datetime
    tested_by: str

    @property
    def is_proven(self) -> bool:
        return self.caller_hears and self.office_hears


@dataclass(frozen=True, slots=True)
class Trial:
    """A test that goes on; `ref` names it and no other."""

    ref: int
    line: str
    by: str
    by_id: int
    since: datetime
    since_s: float
    has_rung: bool = False
    call_id: int | None = None  # the call that was picked up
    trouble: str = ""  # why the box carried no sound when it was last looked at

    def is_of(self, user: User) -> bool:
        return self.by_id == user.id


@dataclass(frozen=True, slots=True)
class SoundLevels:
    """How loud the last second was on both sides of a call that the box carries, in dB below full scale."""

    far_dbfs: float
    near_dbfs: float
    trouble: str = ""  # why a side is silent, in plain English


class TalkPaths:
    """Which line may be answered, or dialled on, by the software. Called by any thread."""

    def __init__(
        self,
        modems: Sequence[ModemSettings],
        store: Store,
        clock: Clock,
        audit: Audit,
        feed: Feed,
        *,
        is_forwarded: Callable[[str], bool],
        sound_of: Callable[[str], SoundLevels | None] = lambda line: None,
    ) -> None:
        self._store, self._clock, self._audit, self._feed, self._sound_of = store, clock, audit, feed, sound_of
        self._is_forwarded, self._refs = is_forwarded, itertools.count(1)
        self._modems = {modem.name: modem for modem in modems}
        self._lock = threading.Lock()
        self._tests: dict[str, Trial] = {}
        self._results = self._read()

    def path(self, line: str) -> TalkPath:
        """How a person speaks on this line; an unknown line has no talk path."""
        modem = self._modems.get(line)
        return TALK_PATHS[modem.talk_path if modem else "none"]

    def may_answer(self, line: str) -> bool:
        """Whether the software may pick up when an operator says so."""
        return self.path(line).software_answers and self._is_heard(line)

    def may_dial(self, line: str) -> bool:
        """Whether whoever is called would hear somebody."""
        path = self.path(line)
        return path.may_dial and (not path.software_answers or self._is_heard(line))

    def _is_heard(self, line: str) -> bool:
        """Both sides hear each other, or somebody sits there to find out."""
        return self.is_proven(line) or self.test(line) is not None

    def is_proven(self, line: str) -> bool:
        result = self.result(line)
        return result is not None and result.is_proven

    def result(self, line: str) -> Verdict | None:
        with self._lock:
            return self._results.get(line)

    def test(self, line: str) -> Trial | None:
        """The test that goes on on this line."""
        with self._lock:
            return self._going_on(line)

    def needs_test(self, line: str) -> bool:
        """Whether the software could answer here, if only a test call had gone well."""
        return self.path(line).software_answers and not self.is_proven(line)

    def levels(self, line: str) -> SoundLevels | None:
        """What the box hears on both sides now; None where it carries no call on this line."""
        found = self._sound_of(line)
        with self._lock:
            test = self._going_on(line)
            if test is not None and found is not None:  # what was wrong with the sound outlives the call
                self._tests[line] = replace(test, trouble=found.trouble)
        return found

    def begin(self, line: str, by: User) -> Trial:
        """Start a test: calls on this line may be picked up; begun twice it is one.

        Raises NotFound, NothingToTest, BeingTested.
        """
        if line not in self._modems:
            raise NotFound
        if self.path(line).key == "none":
            raise NothingToTest(line=line)
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        with self._lock:
            going_on = self._going_on(line)
            if going_on is None:
                self._tests[line] = test = Trial(next(self._refs), line, by.display_name, by.id, now, now_s)
        if going_on is not None:
            return _own(going_on, by)
        self._feed.announce("line", 0)
        return test

    def rang(self, line: str) -> None:
        """A call rings on this line: the port's thread says so, and waits for nothing."""
        with self._lock:
            test = self._going_on(line)
            if test is None:
                return
            self._tests[line] = replace(test, has_rung=True)
        self._feed.announce("line", 0)  # the technician, who tests, hears of lines alone

    def hung_up(self, line: str) -> None:
        """A call on this line is over: the page of a test that goes on says so."""
        if self.test(line) is not None:
            self._feed.announce("line", 0)

    def picked_up(self, line: str, call_id: int) -> None:
        """A call on this line was answered; a test that goes on takes it for its own."""
        with self._lock:
            test = self._going_on(line)
            if test is None:
                return
            self._tests[line] = replace(test, call_id=call_id)
        self._feed.announce("line", 0)

    def may_give_up(self, test: Trial, by: User) -> bool:
        """One's own at any time; somebody else's once it is so old that they may have gone away."""
        return test.is_of(by) or self._clock.monotonic_s() - test.since_s > TAKE_OVER_AFTER_S

    def give_up(self, line: str, by: User) -> None:
        """Leave the test without a result. Raises BeingTested."""
        test = self.test(line)
        if test is None:
            return
        if not self.may_give_up(test, by):
            raise _being_tested(test)
        self._end(test)
        self._feed.announce("line", 0)

    def judge(self, line: str, by: User, *, caller_hears: bool, office_hears: bool) -> Verdict:
        """Both sides have said whether they heard each other.

        Raises NotFound, BeingTested; NoTestCall, NoTestRing, NotForwarded, NothingWasHeard where they can't have
        heard each other.
        """
        modem, test = self._modems.get(line), self.test(line)
        if modem is None:
            raise NotFound
        if test is None:
            raise NoTestCall(line=line)
        self._refuse_unspoken(_own(test, by))
        self.levels(line)
        if caller_hears and office_hears and (self.test(line) or test).trouble:
            raise NothingWasHeard(line=line)
        now = self._clock.now()
        with self._store.transaction() as tx:
            test_id = rows.add(
                tx,
                line=line,
                talk_path=modem.talk_path,
                audio_device=modem.audio_device,
                handset_device=modem.handset_device,
                call_id=test.call_id,
                caller_hears=int(caller_hears),
                office_hears=int(office_hears),
                tested_at=utc_text(now),
                tested_by=by.id,
            )
            self._audit.write(tx, "talk_path_tested", "talk_path_test", test_id, by, words=(line, modem.talk_path))
        result = Verdict(caller_hears, office_hears, now, by.display_name)
        with self._lock:
            self._results[line] = result
        self._end(test)
        log.info("%s: talk path %s %s", line, modem.talk_path, "proven" if result.is_proven else "not proven")
        self._feed.announce("line", 0)
        return result

    def _refuse_unspoken(self, test: Trial) -> None:
        proof = self.path(test.line).proof
        if proof is Proof.PICKED_UP and test.call_id is None:
            raise NoTestCall(line=test.line)
        if proof is Proof.RANG and not test.has_rung:
            raise NoTestRing(line=test.line)
        if proof is Proof.FORWARDED and not self._is_forwarded(test.line):
            raise NotForwarded(line=test.line)

    def _end(self, test: Trial) -> None:
        """This one: another may have begun meanwhile."""
        with self._lock:
            now = self._tests.get(test.line)
            if now is not None and now.ref == test.ref:
                del self._tests[test.line]

    def _going_on(self, line: str) -> Trial | None:
        test = self._tests.get(line)
        if test is not None and self._clock.monotonic_s() - test.since_s > TEST_WITHIN_S:
            del self._tests[line]
            return None
        return test

    def _read(self) -> dict[str, Verdict]:
        found = {}
        for row in rows.latest(self._store):
            modem = self._modems.get(row["line"])
            if modem is not None and (modem.talk_path, modem.audio_device, modem.handset_device) == (
                row["talk_path"],
                row["audio_device"],
                row["handset_device"],
            ):
                found[modem.name] = Verdict(
                    bool(row["caller_hears"]),
                    bool(row["office_hears"]),
                    from_utc_text(row["tested_at"]),
                    row["tested_by_name"] or "",
                )
        return found


def _own(test: Trial, by: User) -> Trial:
    if not test.is_of(by):
        raise _being_tested(test)
    return test


def _being_tested(test: Trial) -> BeingTested:
    return BeingTested(who=test.by, line=test.line, since=test.since)
