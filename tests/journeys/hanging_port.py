"""The hotline command on a computer with a broken port: opening it never comes back, as some USB drivers do it.

`python -m tests.journeys.hanging_port NODE ...` - only the system call is pretended, all of the program is real.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from appliance import cli

really_open = os.open


def open_or_hang(path: Any, *rest: Any, **words: Any) -> int:
    if isinstance(path, str) and os.path.realpath(path) == NODE:
        threading.Event().wait()
    return really_open(path, *rest, **words)


if __name__ == "__main__":
    NODE = os.path.realpath(sys.argv.pop(1))
    os.open = open_or_hang
    cli.main()
