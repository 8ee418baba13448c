"""Writes what is recorded, on a thread of its own: a slow card never holds up the call.

`expect` and `open` are called on the line's thread, `Track.write` on the one that carries the sound; none of them
waits for the disk. What a crash or a power cut may cost is what came since the last flush: a second, never two.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from appliance.clock import Clock, utc_text
from appliance.recordings import sealing
from appliance.recordings.layout import Finished, Header
from appliance.recordings.sealing import Sealer
from appliance.recordings.space import Look, Water, room_of, water
from appliance.recordings.track import BROKEN, FULL, Track
from appliance.recordings.writer import SealedWriter
from appliance.trouble import where

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25  # while something is recorded
IDLE_S = 30.0
ROOM_EVERY_S = 2.0
MOST_EXPECTED = 64
STOP_WITHIN_S = 2.0
TROUBLE_SHOWN_S = 900.0  # or until a recording went well again


@dataclass(frozen=True, slots=True)
class Expected:
    call_id: int
    kind: str


class Recorder:
    """All recordings that are going on. What is finished waits in `finished` for the desk."""

    def __init__(
        self, folder: Path, sealer: Sealer, clock: Clock, *, clock_ok: Callable[[], bool], look: Look = room_of
    ) -> None:
        """`folder` is made when it is first needed."""
        self.finished: SimpleQueue[Finished] = SimpleQueue()
        self._folder, self._sealer, self._clock = folder, sealer, clock
        self._clock_ok, self._look = clock_ok, look
        self._lock = threading.Lock()
        self._expected: OrderedDict[tuple[str, int], Expected] = OrderedDict()
        self._tracks: list[Track] = []
        self._wake, self._stop_asked = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._is_warm = False
        self._water, self._looked_at_s = Water.LOW, float("-inf")
        self._trouble_until_s = float("-inf")

    # --- for the lines ---

    def expect(self, line: str, ref: int, *, call_id: int, kind: str) -> None:
        """The Listen with this `ref`, sent right after this, is to be kept: what it is about."""
        with self._lock:
            self._expected[line, ref] = Expected(call_id, kind)
            while len(self._expected) > MOST_EXPECTED:
                self._expected.popitem(last=False)
        self._wake.set()  # the room on the disk is looked at before it is needed

    def open(self, line: str, call: int, ref: int) -> Track | None:
        """Where the sound of this Listen goes. None: nobody expected it, or the disk has no room for it."""
        with self._lock:
            expected = self._expected.pop((line, ref), None)
        if expected is None:
            log.error("%s: nobody told what the recording %d of call %d is about", line, ref, call)
            return None
        if not self.has_room:
            log.error("%s call %d is not recorded: the disk is too full", line, call)
            return None
        header = Header(
            name=secrets.token_hex(16),
            call_id=expected.call_id,
            kind=expected.kind,
            started_at=utc_text(self._clock.now()),
            clock_ok=self._clock_ok(),
        )
        track = Track(header, self._clock, self._wake.set)
        with self._lock:
            self._tracks.append(track)
        self._wake.set()
        return track

    def mark(self, call_id: int, kind: str, note: str = "") -> bool:
        """Remember the present place of this call's recording; False where none is going on."""
        marked = [track.mark(kind, note) for track in self._tracks_of(call_id)]
        return any(marked)

    @property
    def has_room(self) -> bool:
        return self._water not in (Water.STOP, Water.FULL)

    @property
    def state(self) -> str:
        """For the desk: "" all is well; "filling"; "full": nothing is recorded; "broken": the disk was not writable."""
        if not self.has_room:
            return "full"
        if self._clock.monotonic_s() < self._trouble_until_s:
            return "broken"
        return "filling" if self._water is Water.WARN else ""

    def open_names(self) -> frozenset[str]:
        """The recordings that are being written: nobody else may touch their files."""
        with self._lock:
            return frozenset(track.header.name for track in self._tracks)

    # --- the thread ---

    def start(self, *, warm: bool = False) -> None:
        """`warm`: load what sealing needs (9 MB) now, not while the first caller speaks."""
        self._is_warm = warm
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, timeout_s: float = STOP_WITHIN_S) -> bool:
        """Close every recording and end; True if that was done in time. What wasn't is mended at the next start."""
        self._stop_asked.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def round(self) -> None:
        """Write what is due. The thread calls it; a test without a thread may."""
        self._look_at_room()
        with self._lock:
            tracks = list(self._tracks)
        for track in tracks:
            try:
                self._carry(track)
            except OSError as trouble:
                self._fail(track, type(trouble).__name__)
            except Exception as bug:
                self._fail(track, where(bug))
        done = [track for track in tracks if track.is_done]
        if done:
            with self._lock:
                self._tracks = [track for track in self._tracks if track not in done]

    def _run(self) -> None:
        if self._is_warm:
            sealing.load()
        while not self._stop_asked.is_set():
            self._round_safely()
            self._clock.wait(self._wake, LOOK_EVERY_S if self._tracks else IDLE_S)
            self._wake.clear()
        with self._lock:
            tracks = list(self._tracks)
        for track in tracks:
            track.close()
        self._round_safely()

    def _round_safely(self) -> None:
        try:
            self.round()
        except Exception as bug:  # the thread never dies quietly
            log.error("a round of the recorder failed: %s", where(bug))

    def _carry(self, track: Track) -> None:
        if track.writer is None and not track.is_done:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            track.writer = SealedWriter(self._folder, track.header, self._sealer)
        if self._water is Water.FULL:
            track.refuse(FULL)
        track.flush()
        if track.is_over:
            finished = track.end()
            if finished is not None:
                self.finished.put(finished)
                log.info("call %d: %.1f s were recorded", finished.header.call_id, finished.seconds)
            self._trouble_until_s = float("-inf")

    def _fail(self, track: Track, what: str) -> None:
        """The disk took no more. What is on it is kept; the call goes on."""
        log.error("call %d is no longer recorded: %s", track.header.call_id, what)
        self._trouble_until_s = self._clock.monotonic_s() + TROUBLE_SHOWN_S
        self._looked_at_s = float("-inf")
        finished = track.fail(BROKEN)
        if finished is not None:
            self.finished.put(finished)

    def _look_at_room(self) -> None:
        now_s = self._clock.monotonic_s()
        if now_s - self._looked_at_s < ROOM_EVERY_S:
            return
        self._looked_at_s = now_s
        folder = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        try:
            found = water(self._look(folder))
        except OSError as trouble:
            log.error("the room on the disk could not be asked for: %s", type(trouble).__name__)
            return
        if found is not self._water:
            log.log(logging.INFO if found is Water.LOW else logging.ERROR, "the disk for recordings: %s", found)
        self._water = found

    def _tracks_of(self, call_id: int) -> list[Track]:
        with self._lock:
            return [track for track in self._tracks if track.header.call_id == call_id and not track.is_closing]
