"""Finds modules by IMEI, wherever USB has put them today. One per fleet: it asks every port once, for all lines.

A thread of its own looks while a line wants a module, and sleeps otherwise. Each port is asked in a thread of its own
too, because a broken one can hang in open() for ever; what it answered is remembered until its node vanishes. A line
never waits here: it comes again until its module is there.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from modem.claims import Claims, Wish, is_one_module
from modem.dialects import all_dialects
from modem.events import LineState
from modem.identify import LINE_STATES, Found, Seen, identify
from modem.nodes import SEARCH, Key, Node, find_nodes, node_at
from modem.port import Clock
from modem.serial_device import DeviceGone
from modem.trouble import where

LOOK_EVERY_S = 1.0
SETTLE_S = 0.9  # udev gives a new node its name and its group only now
HANGS_AFTER_S = 12.0
MOST_AT_ONCE = 8  # ports asked at one time
# A port that didn't answer is asked again when it is half as old again: soon while a module starts, seldom later.
SOONEST_AGAIN_S, LATEST_AGAIN_S, SELDOM_S = 2.0, 15.0, 60.0
OLD_AFTER_S = 600.0
MOST_NAMED = 4  # ports in one sentence

log = logging.getLogger(__name__)

Identify = Callable[[str, Sequence[int], Clock], Seen]


@dataclass
class _Record:
    """What is known of one node."""

    node: Node
    since_s: float  # when it was first seen
    is_settled: bool
    asked_s: float | None = None
    is_being_asked: bool = False
    seen: Seen | None = None


class Place:
    """Where one line finds its port."""

    def __init__(self, finder: Finder, line: str) -> None:
        self._finder, self._line = finder, line

    def take(self) -> str:
        """The node to open now; from here on it is this line's. Raises DeviceGone with what to do about it."""
        return self._finder.take(self._line)

    def leave(self) -> None:
        """The port is closed."""
        self._finder.leave(self._line)


class Finder(threading.Thread):
    """Gives each line its port."""

    def __init__(
        self,
        wishes: Sequence[Wish],
        clock: Clock,
        *,
        search: Sequence[str] = SEARCH,
        avoid: Sequence[str] = (),
        baudrates: Sequence[int] = (115200,),
        identify: Identify = identify,
    ) -> None:
        """`avoid` are paths that carry sound: not one byte is written to them."""
        super().__init__(name="finder", daemon=True)
        vendors = (dialect.last_port_vendors for dialect in all_dialects())
        self._claims = Claims(wishes, frozenset[str]().union(*vendors))
        self._clock = clock
        self._search, self._avoid = tuple(search), tuple(avoid)
        self._baudrates, self._identify = tuple(baudrates), identify
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}
        self._told: dict[str, tuple[Key, str]] = {}  # what lines heard at nodes, also at those outside `search`
        self._wanting: set[str] = set()
        self._has_looked = False
        self._poke = threading.Event()
        self._stopping = threading.Event()

    @property
    def is_needed(self) -> bool:
        """Whether any line wants to be found a module."""
        return any(not wish.path for wish in self._claims.wishes.values())

    def stop(self) -> None:
        self._stopping.set()
        self._poke.set()

    # -- called by the lines' threads

    def place(self, line: str) -> Place:
        return Place(self, line)

    def take(self, line: str) -> str:
        path = self._claims.wishes[line].path
        return self._take_path(line, path) if path else self._take_found(line)

    def leave(self, line: str) -> None:
        with self._lock:
            self._claims.release(line)

    def told(self, line: str, imei: str) -> list[str]:
        """The module on this line told its IMEI. Returns the lines that must let go of their ports."""
        with self._lock:
            held = self._claims.held.get(line)
            if held is None:
                return []
            self._told[held.node.path] = (held.node.key, imei)
            record = self._records.get(held.node.path)
            if record is not None and record.node.key == held.node.key:
                record.seen = Seen(Found.MODULE, imei)
            return self._claims.told(line, imei)

    def _take_path(self, line: str, path: str) -> str:
        if not Path(path).exists():
            raise DeviceGone(LineState.MISSING, f"there is no device {path}")
        node = node_at(path)
        if node is None:
            return path  # opening it says what is wrong with it
        with self._lock:
            self._claims.named[line] = node
            key, imei = self._told.get(node.path, (node.key, ""))
            imei = imei if key == node.key else ""
            owner = self._claims.owner(node, imei, besides=line)
            if owner is not None and owner in self._claims.held:
                raise DeviceGone(LineState.IN_USE, f"{path} is a port of the module that line {owner} has open")
            self._claims.hold(line, node, imei)
        return path

    def _take_found(self, line: str) -> str:
        with self._lock:
            known = self._claims.choose(line, self._modules())
        node = node_at(known.path) if known else None
        with self._lock:
            if known and (node is None or node.key != known.key):  # it has gone; there may be another by that name now
                self._records.pop(known.path, None)
            modules = self._modules()
            chosen = self._claims.choose(line, modules)
            if chosen is None or chosen != known:
                self._wanting.add(line)
                self._poke.set()
                raise self._why(line)
            self._wanting.discard(line)
            self._claims.hold(line, chosen, dict(modules)[chosen])
            return chosen.path

    def _modules(self) -> list[tuple[Node, str]]:
        """The ports of modules whose every port was asked, in order."""
        unasked = {
            record.node.usb for record in self._records.values() if record.seen is None and not self._is_taken(record)
        }
        return [
            (record.node, record.seen.imei)
            for record in self._records.values()
            if record.seen is not None and record.seen.imei and (not record.node.usb or record.node.usb not in unasked)
        ]

    def _why(self, line: str) -> DeviceGone:
        """Why there is no module for this line, and what is wrong with the ports that might have it."""
        imei = self._claims.wishes[line].imei
        wanted = f"the module with IMEI {imei}" if imei else "a module that is free"
        records = [record for record in self._records.values() if not self._is_taken(record)]
        if not self._has_looked or any(record.seen is None for record in records):
            return DeviceGone(LineState.MISSING, f"looking for {wanted}")
        troubles = [record.seen for record in records if record.seen is not None and not record.seen.imei]
        told = "; ".join([seen.detail for seen in troubles[:MOST_NAMED]] + ["..."] * (len(troubles) > MOST_NAMED))
        said = f"{wanted} is not plugged in" if not told else f"{wanted} is not found: {told}"
        states = {LINE_STATES.get(seen.found, LineState.MISSING) for seen in troubles}
        is_all_there_is = len(states) == 1 and len(troubles) == len(records)
        return DeviceGone(states.pop() if is_all_there_is else LineState.MISSING, said)

    # -- the thread

    def run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                is_wanted = bool(self._wanting)
            if is_wanted:
                try:
                    self._look()
                except Exception as error:  # the top of a thread: a bug must not leave the lines without modules
                    log.error("looking for modules failed: %s", where(error))
            self._clock.wait(self._stopping if is_wanted else self._poke, LOOK_EVERY_S if is_wanted else SELDOM_S)
            self._poke.clear()  # only now, and both reasons for it are looked at after: none is overheard

    def _look(self) -> None:
        avoided = {os.path.realpath(path) for path in self._avoid}
        nodes = [node for node in find_nodes(self._search) if node.path not in avoided]
        named = {line: node_at(wish.path) for line, wish in self._claims.wishes.items() if wish.path}
        now_s = self._clock.monotonic_s()
        with self._lock:
            self._claims.named = {line: node for line, node in named.items() if node is not None}
            self._note(nodes, now_s)
            due = [record for record in self._records.values() if self._is_due(record, now_s)]
            busy = sum(record.is_being_asked and record.seen is None for record in self._records.values())
            for record in due[: max(0, MOST_AT_ONCE - busy)]:
                record.is_being_asked, record.asked_s = True, now_s
                threading.Thread(target=self._ask, args=(record,), name=f"ask-{record.node.path}", daemon=True).start()

    def _note(self, nodes: Sequence[Node], now_s: float) -> None:
        """Bring the records into line with the nodes there are, in their order."""
        before, self._records = self._records, {}
        for node in nodes:
            record = before.get(node.path)
            if record is None or record.node.key != node.key:
                record = _Record(node, now_s, is_settled=not self._has_looked)
            elif now_s - record.since_s >= SETTLE_S:
                record.is_settled = True
            record.node = node
            if record.is_being_asked and record.asked_s is not None and now_s - record.asked_s >= HANGS_AFTER_S:
                record.seen = Seen(Found.HANGS, detail=f"{node.path} hangs: unplug it, count to ten, plug it in")
            self._records[node.path] = record
        self._has_looked = True

    def _is_due(self, record: _Record, now_s: float) -> bool:
        if record.is_being_asked or not record.is_settled or self._is_taken(record):
            return False
        if record.seen is None or record.asked_s is None:
            return True
        if record.seen.found is Found.MODULE:
            return False
        age_s = now_s - record.since_s
        longest_s = LATEST_AGAIN_S if age_s < OLD_AFTER_S else SELDOM_S
        return now_s - record.asked_s >= min(max(SOONEST_AGAIN_S, age_s / 2), longest_s)

    def _is_taken(self, record: _Record) -> bool:
        """A line has it open, or claims it by path: it is left alone."""
        claims = self._claims
        taken = [*(held.node for held in claims.held.values()), *claims.named.values()]
        return any(is_one_module(record.node, node) for node in taken)

    def _ask(self, record: _Record) -> None:
        path = record.node.path
        seen = Seen(Found.BROKEN, detail=f"{path} cannot be opened: internal error, see the log")
        try:
            seen = self._identify(path, self._baudrates, self._clock)
        except Exception as error:  # the top of a thread: this port is asked again later, as any that is broken
            log.error("asking %s failed: %s", path, where(error))
        finally:
            with self._lock:
                is_news = self._records.get(path) is record and record.seen != seen
                record.seen, record.is_being_asked = seen, False
        if is_news:
            log.info("%s: %s", path, seen.detail or f"a module, {seen.imei}")
