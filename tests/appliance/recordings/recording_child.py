"""A process that records on several lines until it is killed; how far each got stands in a file that survives it.

python -m tests.appliance.recordings.recording_child FOLDER PROGRESS LINES [seconds between flushes]
"""

from __future__ import annotations

import mmap
import struct
import sys
import time
from pathlib import Path

from appliance.clock import RealClock
from appliance.recordings import track
from tests.appliance.recordings.sounds import frame, recorder


def main() -> None:
    folder, progress, lines = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    if len(sys.argv) > 4:  # the seeded bug: flush seldom
        track.FLUSH_AFTER_S = float(sys.argv[4])
        track.FLUSH_BYTES = track.MOST_WAITING_BYTES
    keeper = recorder(folder, RealClock())
    keeper.start(warm=True)
    with progress.open("r+b") as file, mmap.mmap(file.fileno(), 4 * lines) as told:
        sinks = []
        for line in range(lines):
            keeper.expect(f"line{line}", line, call_id=line + 1, kind="voicemail")
            sink = keeper.open(f"line{line}", 1, line)
            assert sink is not None
            sinks.append(sink)
        started_s, number = time.monotonic(), 0
        while True:
            for line, sink in enumerate(sinks):
                assert sink.write([frame(number)])
                struct.pack_into("<I", told, 4 * line, number + 1)
            number += 1
            time.sleep(max(0.0, started_s + number * 0.02 - time.monotonic()))


if __name__ == "__main__":
    main()
