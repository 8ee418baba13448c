"""`./install.sh bench [NAME ...]`: run the measurements and print one table. Compare only inside one run."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import casework, flood8, idle, peers_intake, peers_outbox, ring, start
from tests.bench.figure import Figure, SideBySide, tables
from tests.bench.programs import OURS, PEERS
from tests.modem.audio import bench as voice

MEASUREMENTS: dict[str, Callable[[Path], Sequence[Figure | SideBySide]]] = {
    "start": start.measure,
    "ring": ring.measure,
    "peers_intake": peers_intake.measure,
    "peers_outbox": peers_outbox.measure,
    "flood8": flood8.measure,
    "idle": idle.measure,
    "casework": casework.measure,
    "voice": voice.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./install.sh bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(MEASUREMENTS)}; default: all")
    chosen = parser.parse_args().names or list(MEASUREMENTS)
    unknown = [name for name in chosen if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}. There are: {', '.join(MEASUREMENTS)}")
    sys.stderr.write(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: a busy machine makes the fast look slow\n"
    )
    figures: list[Figure | SideBySide] = []
    for name in chosen:
        begun = time.monotonic()
        sys.stderr.write(f"measuring {name} ...\n")
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            figures += MEASUREMENTS[name](Path(folder))
        sys.stderr.write(f"  took {time.monotonic() - begun:.0f} s\n")
    sys.stdout.write(tables(figures, OURS, PEERS) + "\n")


if __name__ == "__main__":
    main()
