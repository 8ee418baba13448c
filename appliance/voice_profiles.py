"""What the landline modems were found to do: kept, handed to the lines, and found out with a person's help.

The telephone side measures; here it is remembered by line and modem, so that a restart measures nothing again. Two
steps need somebody: lifting the telephone beside the modem, and calling the line to see whether its number comes.
"""

from __future__ import annotations

import itertools
import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from appliance import __version__
from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.config import VOICE, ModemSettings
from appliance.errors import LineBusy, NotFound
from appliance.feed import Feed
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from appliance.voice_words import Row, advice_for, in_words, read, report
from db import voice_profiles as rows
from db.store import Store
from modem.commands import Command, Measure
from modem.events import CallEnded, CallerKnown, CallRang, CallRinging, CommandRefused, Event, ProfileMeasured

log = logging.getLogger(__name__)

MEASURED_WITHIN_S = 60.0  # a measurement takes half a minute at most; a call in between makes it begin anew
TELEPHONE_WITHIN_S = 90.0
CALL_WITHIN_S = 600.0  # a test call: somebody fetches a telephone
NO_ANSWER = "the modem did not end its measurement in time"
NOT_NOW = "the line does not run"


@dataclass(frozen=True, slots=True)
class CallTrial:
    """A test call that is awaited, or has come."""

    ref: int
    by: str
    by_id: int
    since_s: float
    call: int | None = None
    rings: int = 0
    caller_id: str = "none"  # "number", "withheld" or "none"
    ending: str = ""  # of the number, so that the caller knows it again and nobody else does
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class CallerIdTest:
    """The newest test call that came."""

    rings: int
    caller_id: str
    tested_at: datetime


@dataclass(frozen=True, slots=True)
class Landline:
    """What is known of one line and the modem that is on it."""

    line: str
    identity: str = ""
    profile: dict[str, Any] = field(default_factory=dict)
    stopped: str = ""
    measured_at: datetime | None = None
    telephone_at: datetime | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    telephone_evidence: tuple[tuple[str, str], ...] = ()
    is_measuring: bool = False
    is_watching: bool = False  # the telephone is to be lifted now
    refused: str = ""  # why the last measurement was not made, in plain English
    trial: CallTrial | None = None
    tested: CallerIdTest | None = None

    @property
    def words(self) -> tuple[Row, ...]:
        return in_words(self.profile)

    @property
    def has_voice(self) -> bool:
        return bool(self.profile.get("has_voice", True))

    @property
    def sees_telephone(self) -> str:
        """The event that came when it was lifted; "" where none did, or nobody tried."""
        return str(self.profile.get("sees_telephone", ""))[-1:]

    @property
    def advice(self) -> tuple[str, ...]:
        """Keys of voice_words.ADVICE."""
        tested = self.tested.caller_id if self.tested else ""
        return advice_for(self.profile, stopped=self.stopped, caller_id=tested)


@dataclass(frozen=True, slots=True)
class _Wait:
    ref: int
    until_s: float
    with_telephone: bool


class VoiceProfiles:
    """`on_*` and `hear` are for the desk thread, `profile_of` for the lines' own, the rest for pages."""

    def __init__(
        self,
        modems: Sequence[ModemSettings],
        store: Store,
        clock: Clock,
        feed: Feed,
        audit: Audit,
        *,
        send: Callable[[str, Command], bool],
    ) -> None:
        self._store, self._clock, self._feed, self._audit, self._send = store, clock, feed, audit, send
        self._names = frozenset(modem.name for modem in modems if modem.kind == VOICE)
        self._refs = itertools.count(1)
        self._lock = threading.Lock()
        self._known = {(each.line, each.identity): each for each in _read(store)}
        self._present = {line: identity for line, identity in self._known}  # noqa: C416  (the newest of each line)
        self._tested = {
            row["line"]: CallerIdTest(row["rings"], row["id"], from_utc_text(row["tested_at"]))
            for row in rows.tests(store)
        }
        self._waits: dict[str, _Wait] = {}
        self._refused: dict[str, str] = {}
        self._trials: dict[str, CallTrial] = {}

    # -- for the lines

    def profile_of(self, line: str, identity: str) -> str:
        """The JSON of what this modem does, by what it says of itself; "" where it was never measured on this line."""
        with self._lock:
            self._present[line] = identity
            known = self._known.get((line, identity))
        return json.dumps(known.profile, sort_keys=True) if known else ""

    # -- for the desk

    def on_measured(self, event: ProfileMeasured) -> None:
        """Keep what was found out, whether somebody asked for it or a call showed it."""
        now = self._clock.now()
        evidence = json.dumps(event.evidence, ensure_ascii=False)
        with self._lock:
            wait = self._waits.get(event.line)
            is_answer = wait is not None and event.ref == wait.ref
        with_telephone = wait is not None and is_answer and wait.with_telephone
        with self._store.transaction() as tx:
            rows.keep(tx, event.line, event.identity, event.profile, utc_text(now))
            if with_telephone:
                rows.watched_telephone(tx, event.line, event.identity, evidence=evidence, at=utc_text(now))
            elif event.evidence:
                rows.measured(
                    tx, event.line, event.identity, evidence=evidence, stopped=event.stopped, at=utc_text(now)
                )
        known = {(each.line, each.identity): each for each in _read(self._store)}
        with self._lock:
            self._known = known
            self._present[event.line] = event.identity
            if is_answer:
                del self._waits[event.line]
                self._refused.pop(event.line, None)
        log.info("%s: the modem was measured%s", event.line, f", until {event.stopped}" if event.stopped else "")
        self._feed.announce("line", 0)

    def on_refused(self, event: CommandRefused) -> None:
        """The line can't measure now."""
        ref = event.command.ref if isinstance(event.command, Measure) else None
        with self._lock:
            wait = self._waits.get(event.line)
            if wait is None or wait.ref != ref:
                return
            del self._waits[event.line]
            self._refused[event.line] = event.reason
        self._feed.announce("line", 0)

    def hear(self, event: Event) -> None:
        """A call on a line on which a test call is awaited."""
        with self._lock:
            trial = self._trial(event.line)
            heard = _heard(trial, event) if trial is not None and not trial.is_over else None
            if trial is None or heard is None or heard == trial:
                return
            self._trials[event.line] = heard
        if heard.is_over:
            self._keep_test(event.line, heard)
        self._feed.announce("line", 0)

    def _keep_test(self, line: str, trial: CallTrial) -> None:
        now = self._clock.now()
        with self._store.transaction() as tx:
            rows.tested(tx, line, rings=trial.rings, caller_id=trial.caller_id, at=utc_text(now), by=trial.by_id)
        with self._lock:
            self._tested[line] = CallerIdTest(trial.rings, trial.caller_id, now)

    # -- for pages

    def is_landline(self, line: str) -> bool:
        return line in self._names

    def of(self, line: str) -> Landline:
        """What is known of this line. Raises NotFound where it is no landline."""
        self._must_be_landline(line)
        with self._lock:
            identity = self._present.get(line, "")
            known = self._known.get((line, identity), Landline(line, identity))
            wait = self._wait(line)
            return replace(
                known,
                is_measuring=wait is not None and not wait.with_telephone,
                is_watching=wait is not None and wait.with_telephone,
                refused=self._refused.get(line, ""),
                trial=self._trial(line),
                tested=self._tested.get(line),
            )

    def measure(self, line: str, by: User, *, with_telephone: bool = False) -> None:
        """Have the modem measured; `with_telephone`: somebody lifts the telephone now. Asked twice it is one.

        Raises NotFound, LineBusy.
        """
        self._must_be_landline(line)
        within_s = TELEPHONE_WITHIN_S if with_telephone else MEASURED_WITHIN_S
        with self._lock:
            if self._wait(line) is not None:
                return
            wait = _Wait(next(self._refs), self._clock.monotonic_s() + within_s, with_telephone)
            self._waits[line] = wait
            self._refused.pop(line, None)
        if not self._send(line, Measure(wait.ref, with_telephone)):
            with self._lock:
                self._waits.pop(line, None)
            raise LineBusy(line=line, reason=NOT_NOW)
        with self._store.transaction() as tx:
            self._audit.write(tx, "landline_measured", "line", None, by, words=(line,))
        self._feed.announce("line", 0)

    def await_call(self, line: str, by: User) -> None:
        """The next call on this line is a test of whether its number comes. Raises NotFound."""
        self._must_be_landline(line)
        with self._lock:
            self._trials[line] = CallTrial(next(self._refs), by.display_name, by.id, self._clock.monotonic_s())
        self._feed.announce("line", 0)

    def give_up_call(self, line: str) -> None:
        """No test call comes. Raises NotFound."""
        self._must_be_landline(line)
        with self._lock:
            self._trials.pop(line, None)
        self._feed.announce("line", 0)

    def report(self, line: str) -> dict[str, Any]:
        """The report file of the modem on this line. Raises NotFound."""
        known = self.of(line)
        tested = known.tested
        return report(
            known.identity,
            known.profile,
            known.evidence,
            version=__version__,
            stopped=known.stopped,
            telephone=known.telephone_evidence,
            caller_id={"rings": tested.rings, "number": tested.caller_id} if tested else None,
        )

    # -- with the lock held

    def _wait(self, line: str) -> _Wait | None:
        wait = self._waits.get(line)
        if wait is not None and self._clock.monotonic_s() > wait.until_s:
            del self._waits[line]
            self._refused[line] = NO_ANSWER
            return None
        return wait

    def _trial(self, line: str) -> CallTrial | None:
        trial = self._trials.get(line)
        if trial is not None and self._clock.monotonic_s() - trial.since_s > CALL_WITHIN_S:
            del self._trials[line]
            return None
        return trial

    def _must_be_landline(self, line: str) -> None:
        if line not in self._names:
            raise NotFound


def _heard(trial: CallTrial, event: Event) -> CallTrial | None:
    """The trial after this event; None where it has nothing to do with it."""
    if isinstance(event, CallRinging) and trial.call is None:
        return _with_number(replace(trial, call=event.call, rings=1), event.number)
    call = getattr(event, "call", None)
    if trial.call is None or call != trial.call:
        return None
    if isinstance(event, CallRang):
        return replace(trial, rings=event.rings)
    if isinstance(event, CallerKnown):
        return _with_number(trial, event.number)
    return replace(trial, is_over=True) if isinstance(event, CallEnded) else None


def _with_number(trial: CallTrial, number: str | None) -> CallTrial:
    if number is None:
        return trial
    return replace(trial, caller_id="number" if number else "withheld", ending=number[-2:])


def _read(store: Store) -> list[Landline]:
    return [
        Landline(
            row["line"],
            row["identity"],
            read(row["profile"]),
            row["stopped"],
            moment_or_none(row["measured_at"]),
            moment_or_none(row["telephone_at"]),
            _pairs(row["evidence"]),
            _pairs(row["telephone_evidence"]),
        )
        for row in rows.rows(store)
    ]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(asked), str(answered)) for asked, answered in json.loads(text))
