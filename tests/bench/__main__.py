"""`./install.sh bench [NAME ...]`: run the measurements and print one table. Compare only inside one run."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import idle, intake, outbox, ring, start
from tests.bench.figure import Figure, table

MEASUREMENTS: dict[str, Callable[[Path], list[Figure]]] = {
    "start": start.measure,
    "ring": ring.measure,
    "intake": intake.measure,
    "outbox": outbox.measure,
    "idle": idle.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./install.sh bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(MEASUREMENTS)}; default: all")
    chosen = parser.parse_args().names or list(MEASUREMENTS)
    unknown = [name for name in chosen if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)}. There are: {', '.join(MEASUREMENTS)}")
    figures: list[Figure] = []
    for name in chosen:
        sys.stderr.write(f"measuring {name} ...\n")
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            figures += MEASUREMENTS[name](Path(folder))
    sys.stdout.write(table(figures) + "\n")


main()
