"""ALSA without a sound card: alsa-lib's own file devices, for the real arecord and aplay."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from modem.audio.frames import FRAME_S, SILENCE

# Capture is read from `said`, a FIFO: whoever writes to it has the clock. Playback goes to the file `heard`.
ASOUNDRC = """\
pcm.null {{ type null }}
pcm.mouth {{ type file slave.pcm null infile "{said}" file "/dev/null" format "raw" }}
pcm.ear {{ type file slave.pcm null file "{heard}" format "raw" }}
pcm.headset {{ type asym capture.pcm mouth playback.pcm ear }}
pcm.flood {{ type null }}
pcm.earphone {{ type asym playback.pcm null }}
"""


class AlsaBench:
    """A headset whose microphone says what `speak` is given and whose loudspeaker's sound lies in `heard`."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.said, self._heard = folder / "said", folder / "heard"
        config = folder / "asoundrc"
        config.write_text(ASOUNDRC.format(said=self.said, heard=self._heard))
        patch.setenv("ALSA_CONFIG_PATH", str(config))
        os.mkfifo(self.said)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def speak(self, frames: Iterable[bytes]) -> None:
        """Say frames in real time, then silence."""
        self._thread = threading.Thread(target=self._run, args=(iter(frames),), daemon=True)
        self._thread.start()

    @property
    def heard(self) -> bytes:
        return self._heard.read_bytes() if self._heard.exists() else b""

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self, frames: Iterable[bytes]) -> None:
        fd = os.open(self.said, os.O_RDWR | os.O_NONBLOCK)  # both, so that it opens and lasts without a reader
        source, next_s = iter(frames), time.monotonic()
        while not self._stopping.is_set():
            with suppress(BlockingIOError):
                os.write(fd, next(source, SILENCE))
            next_s += FRAME_S
            self._stopping.wait(max(0.0, next_s - time.monotonic()))
        os.close(fd)
