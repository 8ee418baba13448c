"""The hotline command with one bug put in on purpose: `python -m tests.journeys.seeded_box BUG ...`.

A reliability test that passes on these proves nothing. Each bug takes away the one reason for which a promise holds.
Stories in fake time put the same bugs in with `monkeypatch.setattr`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from appliance import cli
from tests.journeys import seeded_lines, seeded_office, seeded_recordings

Put = Callable[[Any, str, Any], None]  # setattr, or one that takes it back afterwards

BUGS: dict[str, Callable[[Put], None]] = {**seeded_office.BUGS, **seeded_lines.BUGS, **seeded_recordings.BUGS}

if __name__ == "__main__":
    BUGS[sys.argv.pop(1)](setattr)
    cli.main()
