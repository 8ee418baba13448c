"""The SIM's PIN and its one try. A wrong PIN costs one of the card's three tries; the last but one is a person's."""

from __future__ import annotations

from collections.abc import Callable

LEAST_PIN_TRIES = 3  # with fewer left a person decides, not we


class SimPin:
    """The configured PIN, and whether it may still be given.

    `may_try` is asked right before the PIN goes out, with who holds the card ("imei:..." or "line:NAME"): it records
    for good that the try is spent, and says False if it was spent before. `was_right` hears that the card took it:
    its tries are three again, so that the same PIN may open it after the next power cut.
    """

    def __init__(self, digits: str | None, may_try: Callable[[str], bool], was_right: Callable[[str], None]) -> None:
        self.digits = digits
        self._may_try = may_try
        self._was_right = was_right
        self.is_spent = False  # in this process; what survives a restart is behind `may_try`

    def spend(self, holder: str) -> bool:
        """Whether the PIN may go out now. After True it must go out: the try is on record."""
        if self.is_spent or not self._may_try(holder):
            return False
        self.is_spent = True
        return True

    def was_taken(self, holder: str) -> None:
        """The card said OK to our PIN and is ready."""
        self.is_spent = False
        self._was_right(holder)
