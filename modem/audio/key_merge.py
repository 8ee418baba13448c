"""Keys told twice: many modules say +DTMF about the very tone that is found in the sound as well. Pure."""

from __future__ import annotations

from collections import deque

TOGETHER_S = 0.5  # modules tell a key up to so long after it, or before its sound is here


class KeyMerge:
    """One line's keys from several sources, each press once."""

    def __init__(self) -> None:
        self._alone: deque[tuple[float, str, int, str]] = deque()  # told by one source only, so far

    def is_new(self, source: str, call: int, key: str, now_s: float) -> bool:
        """Whether this key is a press nobody told yet. The same source telling it again means it was pressed again."""
        while self._alone and now_s - self._alone[0][0] > TOGETHER_S:
            self._alone.popleft()
        for told in self._alone:
            _, told_by, *press = told
            if told_by != source and press == [call, key]:
                self._alone.remove(told)
                return False
        self._alone.append((now_s, source, call, key))
        return True
