"""How a line stands now, as one picture; tells when it has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from modem.events import LineChanged, LineState


class Picture:
    """The latest LineChanged. Changing it is free; `changed` gives an event only when it differs from the last."""

    def __init__(self, line: str) -> None:
        self.now = LineChanged(line, LineState.STARTING)
        self._told: LineChanged | None = None

    def set(self, **fields: Any) -> None:
        """Change some fields of LineChanged."""
        self.now = replace(self.now, **fields)

    def changed(self) -> list[LineChanged]:
        if self.now == self._told:
            return []
        self._told = self.now
        return [self.now]
