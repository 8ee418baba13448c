"""The office's telephone lines as the pages show them: state, advice, signal, what a person can do on each.

Keeps the latest LineChanged of every line; what happened on the wire is the telephone side's business.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import Clock, utc_text
from appliance.config import VOICE, ModemSettings
from appliance.feed import Feed
from appliance.forwarding import Forwarding
from appliance.outreach.budget import SmsBudget
from appliance.talk_paths import TalkPath, TalkPaths, Verdict
from db import outbox as outbox_rows
from db.store import Store
from modem.events import LineChanged, LineState

log = logging.getLogger(__name__)

ADVICE = {
    LineState.MISSING: "The modem isn't plugged in, or its device has another name. Check the cable and the device.",
    LineState.STARTING: "The modem is starting. Wait a minute.",
    LineState.READY: "The line works.",
    LineState.NO_NETWORK: "The SIM isn't in the network. Check the antenna, the signal and the SIM's plan.",
    LineState.NO_SIM: "No SIM was found. Put the card in again.",
    LineState.SIM_LOCKED: "The SIM card is locked. The technician's book, chapter 6, says how to unlock it.",
    LineState.SILENT: "The modem doesn't answer. Unplug it, wait ten seconds, and plug it in again.",
    LineState.GARBLED: "What answers isn't a modem, or the baud rate is wrong. Check both in config.ini.",
    LineState.IN_USE: "Another program or line has the modem. Stop the program; "
    "against ModemManager there is a udev rule.",
    LineState.NOT_ALLOWED: "The box may not open the port. Add the service's user to the group dialout.",
    LineState.BROKEN: "The port gives errors. Try another USB socket, cable or hub.",
    LineState.STOPPED: "The line was stopped.",
}

# Which telephone conversation is lost when the line is in one of these states.
DEAD = frozenset({
    LineState.MISSING, LineState.SILENT, LineState.GARBLED, LineState.IN_USE, LineState.NOT_ALLOWED, LineState.BROKEN,
    LineState.STOPPED, LineState.NO_SIM,
})  # fmt: skip

ANSWERED = frozenset({LineState.READY, LineState.NO_NETWORK, LineState.NO_SIM, LineState.SIM_LOCKED})
INCOMING_STORES = frozenset({"SM", "ME", "MT"})
NEARLY_FULL = 0.8  # of a message store; a full one keeps new messages in the network

# What a line that is ready may still lack; the gravest stands first.
WARNINGS = {
    "full": "The message store is full: new text messages wait in the network. The technician's book says what to do.",
    "forwarded": "The network sends every call of this line elsewhere.",
    "untested": "The box does not answer here before a test call has gone well.",
}

BARS_DBM = (-105, -93, -83, -73)  # one more bar from each of these on


@dataclass(frozen=True, slots=True)
class LineCard:
    name: str
    state: LineState
    advice: str  # message id
    detail: str
    maker: str
    model: str
    operator: str
    signal_dbm: int | None
    bars: int  # 0-4
    number: str
    talk_path: str
    tested: Verdict | None  # the newest test of its talk path
    needs_test: bool  # the software answers nothing before one went well
    forwarded_to: str  # where the network sends every call of this line
    roaming: bool
    queue: int  # messages that wait for this line; those without a wish are counted with the first one
    sent_today: int  # parts
    last_heard_at: datetime | None
    store_used: tuple[tuple[str, int, int], ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Keys of WARNINGS that hold for a line that is ready."""
        if self.state is not LineState.READY:
            return ()
        holds = {
            "full": any(used >= total > 0 for name, used, total in self.store_used if name in INCOMING_STORES),
            "forwarded": bool(self.forwarded_to),
            "untested": self.needs_test,
        }
        return tuple(key for key in WARNINGS if holds[key])

    @property
    def nearly_full(self) -> tuple[str, ...]:
        """The stores with little room."""
        return tuple(name for name, used, total in self.store_used if total and used >= NEARLY_FULL * total)


@dataclass(frozen=True, slots=True)
class Outage:
    """A line doesn't work since then; `key` names this outage and no other."""

    since: datetime
    key: str


@dataclass
class _Line:
    settings: ModemSettings
    picture: LineChanged
    since_s: float  # when it last became ready, or stopped being so
    noted_at: datetime  # the same by the clock of that moment, right or wrong
    heard_at: datetime | None = None


class Lines:
    """The latest picture of each line. Called by the desk thread, read by all."""

    def __init__(
        self,
        modems: Sequence[ModemSettings],
        store: Store,
        clock: Clock,
        feed: Feed,
        budget: SmsBudget,
        *,
        talk_paths: TalkPaths,
        forwarding: Forwarding,
    ) -> None:
        self._store, self._clock, self._feed, self._budget = store, clock, feed, budget
        self._talk_paths, self._forwarding = talk_paths, forwarding
        self._lock = threading.Lock()
        self._lines = {
            modem.name: _Line(modem, LineChanged(modem.name, LineState.STARTING), clock.monotonic_s(), clock.now())
            for modem in modems
        }

    def on_changed(self, event: LineChanged) -> None:
        """Take the new picture; whether it is ready now, and since when, is kept with it."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        with self._lock:
            line = self._lines.get(event.line)
            if line is None:
                return
            before = line.picture
            if (before.state is LineState.READY) != (event.state is LineState.READY):
                line.since_s, line.noted_at = now_s, now
            line.picture = event
            if event.state in ANSWERED:
                line.heard_at = now
        if before.state is not event.state:
            log.info("%s became %s: %s", event.line, event.state, event.detail or "-")
        self._feed.announce("line", 0)

    def heard(self, name: str) -> None:
        """Something came from this line."""
        with self._lock:
            if name in self._lines:
                self._lines[name].heard_at = self._clock.now()

    def cards(self) -> tuple[LineCard, ...]:
        queues = outbox_rows.queue_lengths(self._store)
        forwarded = self._forwarding.active_numbers()
        with self._lock:
            lines = [(line.settings, line.picture, line.heard_at) for line in self._lines.values()]
        first = lines[0][0].name if lines else ""
        return tuple(
            LineCard(
                name=settings.name,
                state=picture.state,
                advice=ADVICE[picture.state],
                detail=picture.detail,
                maker=picture.maker,
                model=picture.model,
                operator=picture.operator,
                signal_dbm=picture.signal_dbm,
                bars=bars(picture.signal_dbm),
                number=settings.number,
                talk_path=settings.talk_path,
                tested=self._talk_paths.result(settings.name),
                needs_test=self._talk_paths.needs_test(settings.name),
                forwarded_to=forwarded.get(settings.name, ""),
                roaming=picture.roaming,
                queue=queues.get(settings.name, 0) + (queues.get("", 0) if settings.name == first else 0),
                sent_today=self._budget.sent_today(settings.name),
                last_heard_at=heard_at,
                store_used=picture.store_used,
            )
            for settings, picture, heard_at in lines
        )

    def pictures(self) -> tuple[LineChanged, ...]:
        """How each line stands, in the telephones' own words."""
        with self._lock:
            return tuple(line.picture for line in self._lines.values())

    def names(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def talk_path(self, name: str) -> TalkPath:
        """How a person speaks on this line; an unknown line has no talk path."""
        return self._talk_paths.path(name)

    def may_answer(self, name: str) -> bool:
        """Whether the software may pick up when an operator says so."""
        return self._talk_paths.may_answer(name)

    def needs_test(self, name: str) -> bool:
        """Whether the software could answer here, if only a test call had gone well."""
        return self._talk_paths.needs_test(name)

    def may_dial(self, name: str) -> bool:
        """Whether whoever is called on this line would hear somebody."""
        return self._talk_paths.may_dial(name)

    def has_voice(self, name: str) -> bool:
        """Whether its modem can do more than tell who calls, as far as is known."""
        with self._lock:
            line = self._lines.get(name)
            return line is None or line.picture.has_voice

    def is_landline(self, name: str) -> bool:
        """Whether the office's own telephone stands beside a modem on this line, and may take calls unseen."""
        line = self._lines.get(name)
        return line is not None and line.settings.kind == VOICE

    def carries_sound(self, name: str) -> bool:
        """Whether what is said on this line can come to the box."""
        line = self._lines.get(name)
        return line is not None and (line.settings.kind == VOICE or bool(line.settings.audio_device))

    def pickup_is_seen(self, name: str) -> bool:
        """Whether somebody's picking up shows on the wire, so that an unanswered call is known to be one.

        Of a landline it depends on the modem and on the moment: the end of each call tells it (EndReason).
        """
        return self.talk_path(name).pickup_is_seen and not self.is_landline(name)

    def is_ready(self, name: str) -> bool:
        with self._lock:
            line = self._lines.get(name)
            return line is not None and line.picture.state is LineState.READY

    def texting(self) -> tuple[str, ...]:
        """Lines that could carry messages, ready or not: landlines can't."""
        return tuple(name for name, line in self._lines.items() if line.settings.kind != VOICE)

    def not_ready_for_s(self, name: str) -> float:
        """Seconds since it was last ready, or since the start; 0 when it is ready."""
        with self._lock:
            line = self._lines[name]
            return 0.0 if line.picture.state is LineState.READY else self._clock.monotonic_s() - line.since_s

    def ready_for_s(self, name: str) -> float:
        """Seconds since it became ready; 0 when it isn't."""
        with self._lock:
            line = self._lines[name]
            return self._clock.monotonic_s() - line.since_s if line.picture.state is LineState.READY else 0.0

    def outages(self) -> dict[str, Outage]:
        """Lines that don't work. Since when is worked out from how long it lasts: clocks are set, time passes."""
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        with self._lock:
            return {
                name: Outage(now - timedelta(seconds=now_s - line.since_s), utc_text(line.noted_at))
                for name, line in self._lines.items()
                if line.picture.state is not LineState.READY
            }


def bars(signal_dbm: int | None) -> int:
    """Signal as one to four bars, 0 for none or unknown."""
    return 0 if signal_dbm is None else sum(signal_dbm >= least for least in BARS_DBM)
