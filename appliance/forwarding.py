"""Call forwarding by the network (3GPP 27.007 7.11): asked for by a person, shown as the network told it last.

It is the network that forwards: it goes on while the box is off, and whoever forgets it wonders why nobody rings.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, LineBusy
from appliance.feed import Feed
from appliance.people.numbers import kind_of, mask, may_dial, normalise
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import forwarding as rows
from db.store import Store
from modem.commands import AskForwarding, Command, SetForwarding
from modem.events import CommandRefused, ForwardingTold, ForwardReason

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 150.0  # longer than all questions of the modem's own together; then another try is allowed
NO_ANSWER = "the network did not answer; ask again how it stands"
FORWARDABLE = frozenset({"mobile", "landline", "international"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One forwarding as the network told it."""

    reason: ForwardReason
    is_active: bool
    number: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class LineForwarding:
    rules: tuple[Rule, ...] = ()
    is_waiting: bool = False  # the network has been asked
    refused: str = ""  # why it said no, in plain English

    @property
    def active(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.is_active)


class Forwarding:
    """`on_*` are for the desk thread, the rest for the pages."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        feed: Feed,
        audit: Audit,
        *,
        send: Callable[[str, Command], bool],
        own_numbers: Sequence[str],
        region_code: str,
    ) -> None:
        self._store, self._clock, self._feed, self._audit = store, clock, feed, audit
        self._send, self._region_code = send, region_code
        self._own = frozenset(normalise(number, region_code) for number in own_numbers if number)
        self._refs = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[int, float]] = {}  # line -> ref, until when
        self._refused: dict[str, str] = {}

    def of(self, line: str) -> LineForwarding:
        """What is known of this line."""
        rules = tuple(
            Rule(ForwardReason(row["reason"]), bool(row["is_active"]), row["number"], from_utc_text(row["told_at"]))
            for row in rows.rows(self._store)
            if row["line"] == line
        )
        with self._lock:
            return LineForwarding(rules, self._is_waiting(line), self._refused.get(line, ""))

    def active_numbers(self) -> dict[str, str]:
        """Lines whose every call goes elsewhere, and where to."""
        return {
            row["line"]: row["number"]
            for row in rows.rows(self._store)
            if row["is_active"] and row["reason"] == ForwardReason.ALWAYS
        }

    def ask(self, line: str) -> None:
        """Have the network tell. Raises LineBusy."""
        self._command(line, AskForwarding)

    def set(self, line: str, reason: str, number: str, by: User) -> None:
        """Forward calls to `number`. Raises FieldWrong, LineBusy."""
        why = _reason(reason)
        if not number:
            raise FieldWrong("number", "Write the number that calls are forwarded to.")
        to = normalise(number, self._region_code)
        if not (kind_of(to) in FORWARDABLE and may_dial(to)):
            raise FieldWrong("number", "This is not a telephone number.")
        if to in self._own:
            raise FieldWrong("number", "This is a line of the office itself: calls would go round in a circle.")
        self._change(line, why, to, by)

    def end(self, line: str, reason: str, by: User) -> None:
        """Forward calls no longer. Raises FieldWrong, LineBusy."""
        self._change(line, _reason(reason), "", by)

    def _change(self, line: str, why: ForwardReason, to: str, by: User) -> None:
        with self._store.transaction() as tx:  # before it goes out: the network keeps it, and somebody has asked for it
            self._audit.write(tx, "forwarding_set", "line", None, by, words=(line, str(why), to))
        self._command(line, lambda ref: SetForwarding(ref, why, to))
        log.info("%s: forwarding %s to %s asked for", line, why, mask(to) if to else "nobody")

    def on_told(self, event: ForwardingTold) -> None:
        """The network has told."""
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            for rule in event.rules:
                rows.tell(tx, event.line, str(rule.reason), is_active=rule.is_active, number=rule.number, at=now)
        self._landed(event.line, event.ref, "")

    def on_refused(self, event: CommandRefused) -> None:
        """The line, or the network, did not do it."""
        command = event.command
        if isinstance(command, SetForwarding | AskForwarding):
            self._landed(event.line, command.ref, event.reason)

    def _command(self, line: str, make: Callable[[int], Command]) -> None:
        ref = next(self._refs)
        with self._lock:
            if self._is_waiting(line):
                raise LineBusy(line=line, reason="the network has not answered yet")
            self._waiting[line] = (ref, self._clock.monotonic_s() + ANSWER_WITHIN_S)
            self._refused.pop(line, None)
        if not self._send(line, make(ref)):
            with self._lock:
                self._waiting.pop(line, None)
            raise LineBusy(line=line, reason="it takes no commands")
        self._feed.announce("line", 0)

    def look(self) -> None:
        """Give up on answers that will not come."""
        with self._lock:
            silent = [line for line in self._waiting if not self._is_waiting(line)]
            for line in silent:
                del self._waiting[line]
                self._refused[line] = NO_ANSWER
        for _ in silent:
            self._feed.announce("line", 0)

    def _landed(self, line: str, ref: int, refused: str) -> None:
        with self._lock:
            if self._waiting.get(line, (0, 0.0))[0] != ref:
                return  # an answer to an earlier question: the latest decides what is shown
            del self._waiting[line]
            self._refused[line] = refused
        self._feed.announce("line", 0)

    def _is_waiting(self, line: str) -> bool:
        return self._waiting.get(line, (0, 0.0))[1] > self._clock.monotonic_s()


def _reason(word: str) -> ForwardReason:
    try:
        return ForwardReason(word)
    except ValueError:
        raise FieldWrong("reason", "Choose when calls are forwarded.") from None
