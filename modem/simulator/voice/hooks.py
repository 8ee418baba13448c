"""Who is off the hook on one analog line, and for how long the modem held it alone. Pure."""

from __future__ import annotations

MODEM, TELEPHONE = "modem", "telephone"


class _Stretch:
    """A state that comes and goes: how long it lasts now or lasted the last time, and the longest of all."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._last_s = 0.0
        self._longest_s = 0.0

    def turn(self, on: bool, now_s: float) -> None:
        if on and self._since_s is None:
            self._since_s = now_s
        elif not on and self._since_s is not None:
            self._last_s = now_s - self._since_s
            self._longest_s = max(self._longest_s, self._last_s)
            self._since_s = None

    def last_s(self, now_s: float) -> float:
        return self._last_s if self._since_s is None else now_s - self._since_s

    def longest_s(self, now_s: float) -> float:
        return max(self._longest_s, self.last_s(now_s))


class Hooks:
    """Both sets on the line. `far_gone`: there was a far side and it has left, or the exchange has given up."""

    def __init__(self) -> None:
        self.holders: set[str] = set()
        self.far_gone = False
        self._held, self._alone = _Stretch(), _Stretch()

    def move(self, who: str, *, off: bool, now_s: float) -> None:
        (self.holders.add if off else self.holders.discard)(who)
        if not self.holders:
            self.far_gone = False
        self._measure(now_s)

    def far_left(self, now_s: float) -> None:
        self.far_gone = bool(self.holders)
        self._measure(now_s)

    def far_came(self, now_s: float) -> None:
        self.far_gone = False
        self._measure(now_s)

    def _measure(self, now_s: float) -> None:
        self._held.turn(MODEM in self.holders, now_s)
        self._alone.turn(self.holders == {MODEM} and self.far_gone, now_s)

    def picture(self, now_s: float) -> dict[str, object]:
        return {
            "off_hook": MODEM in self.holders,
            "off_hook_s": round(self._held.last_s(now_s), 3),
            "both_gone_s": round(self._alone.last_s(now_s), 3),
            "both_gone_longest_s": round(self._alone.longest_s(now_s), 3),
            "telephone_lifted": TELEPHONE in self.holders,
        }
