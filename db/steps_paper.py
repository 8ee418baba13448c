"""Steps of the schema: paper. Rules: db/migrations.py."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

STEPS: tuple[Callable[[Database], None], ...] = ()
