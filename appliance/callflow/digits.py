"""A number that a caller keys in. Pure."""

from __future__ import annotations

from appliance.callflow.steps import Typing


class Digits:
    """`press` every key; `text` is what stands there."""

    def __init__(self, typing: Typing) -> None:
        self.typing, self.text = typing, ""
        self._length_before = 0  # at the end of the window before

    def press(self, key: str) -> bool:
        """Whether that was the key that ends a number; * begins anew."""
        if key == "*":
            self.text, self._length_before = "", 0
        elif key in "0123456789" and len(self.text) < self.typing.most:
            self.text += key
        return key == "#"

    def grows(self) -> bool:
        """A window has passed: whether something came in it, so that more may come."""
        before, self._length_before = self._length_before, len(self.text)
        return len(self.text) > before

    @property
    def is_whole(self) -> bool:
        return len(self.text) >= self.typing.fewest
