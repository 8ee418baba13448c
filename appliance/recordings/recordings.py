"""All parts of recording, put together once: for the running process, for commands, for tests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path

from appliance.clock import Clock
from appliance.people.keys import BoxKey
from appliance.recordings.ageing import Ageing
from appliance.recordings.files import Files
from appliance.recordings.hearings import Hearings
from appliance.recordings.keeper import Keeper
from appliance.recordings.library import Library
from appliance.recordings.mending import Mending
from appliance.recordings.recorder import Recorder
from appliance.recordings.register import Register
from appliance.recordings.remaking import Polish, Remaking, as_it_is
from appliance.recordings.rules import RecordingRules
from appliance.recordings.sealing import PURPOSE, Sealer
from appliance.recordings.space import Look, room_of
from appliance.upkeep.audit import Audit
from db.store import Store

log = logging.getLogger(__name__)

FOLDER = "recordings"  # below the data folder


class Recordings:
    """`recorder` is for the lines, `register` for the desk, `library` for the pages, `keeper` works by itself."""

    def __init__(
        self,
        data_dir: Path,
        store: Store,
        clock: Clock,
        audit: Audit,
        key: BoxKey,
        *,
        zone: tzinfo,
        clock_ok: Callable[[], bool],
        polish: Polish = as_it_is,
        look: Look = room_of,
    ) -> None:
        """No thread runs and no file is made yet."""
        sealer = Sealer(key.secret_for(PURPOSE))
        files, hearings = Files(data_dir / FOLDER, sealer), Hearings(clock)
        self.files = files
        stop_asked = threading.Event()
        rules = RecordingRules(store, clock, audit)
        ageing = Ageing(store, clock, audit, files, rules=rules, clock_ok=clock_ok)
        self.recorder = Recorder(files.folder, sealer, clock, clock_ok=clock_ok, look=look)
        self.register = Register(store, clock, self.recorder.finished, self._new)
        self.library = Library(store, clock, audit, files, hearings=hearings, rules=rules, zone=zone)
        self.keeper = Keeper(
            store,
            clock,
            mending=Mending(store, files, self.register, self.recorder.open_names),
            remaking=Remaking(
                store,
                files,
                clock,
                stop_asked,
                polish=polish,
                betters_sound=lambda: rules.now().betters_sound,
            ),
            ageing=ageing,
            stop_asked=stop_asked,
            is_heard=hearings.goes_on,
        )

    def _new(self) -> None:
        self.keeper.wake()

    def start(self, *, warm: bool) -> None:
        """Before the lines. `warm`: one of them can record."""
        self.recorder.start(warm=warm)
        self.keeper.start()

    def is_alive(self) -> bool:
        return self.recorder.is_alive() and self.keeper.is_alive()

    def stop_recording(self) -> None:
        """After the lines, before the desk: every recording is closed and waits for its row."""
        if not self.recorder.stop():
            log.error("not every recording was closed in time; they are mended at the next start")

    def stop(self) -> None:
        """After the desk: the last rows, then the keeper."""
        self.register.settle()
        if not self.keeper.stop():
            log.error("the keeper of recordings did not end in time")
