"""Message stores of the module: numbered slots that outlive every reset. Knows no AT."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class MessageState(IntEnum):
    """<stat> of 27.005 3.1 in PDU mode; TEXT_WORDS has the text mode words."""

    UNREAD = 0
    READ = 1
    UNSENT = 2
    SENT = 3


ALL_STATES = 4
TEXT_WORDS = ("REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL")


@dataclass(slots=True)
class Stored:
    """One occupied slot: service centre field and TPDU apart, as +CMGR counts them apart."""

    service_centre: bytes
    tpdu: bytes
    state: MessageState


class Store:
    """Slots `first`..`first + size - 1`; a new message takes the lowest free one."""

    def __init__(self, size: int, first: int = 1) -> None:
        self.size = size
        self.first = first
        self._slots: dict[int, Stored] = {}
        self._lowest_free = first

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[tuple[int, Stored]]:
        return iter(sorted(self._slots.items()))

    @property
    def is_full(self) -> bool:
        return len(self._slots) >= self.size

    def valid(self, index: int) -> bool:
        return self.first <= index < self.first + self.size

    def get(self, index: int) -> Stored | None:
        return self._slots.get(index)

    def put(self, stored: Stored) -> int | None:
        """The slot it took, or None if the store is full."""
        if self.is_full:
            return None
        index = self._lowest_free
        while index in self._slots:
            index += 1
        self._slots[index] = stored
        self._lowest_free = index + 1
        return index

    def delete(self, index: int) -> bool:
        """True if there was something."""
        if self._slots.pop(index, None) is None:
            return False
        self._lowest_free = min(self._lowest_free, index)
        return True

    def fill(self) -> None:
        """Fill what is free with drafts (fault `sim_full`); `drain_filling` takes them out again."""
        while not self.is_full:
            self.put(Stored(b"\0", FILLING, MessageState.SENT))

    def drain_filling(self) -> None:
        for index in [index for index, stored in self if stored.tpdu is FILLING]:
            self.delete(index)


# An SMS-SUBMIT to 10000 with the text "-": what fault `sim_full` puts into free slots.
FILLING = bytes.fromhex("01000581" + "0100F0" + "0000" + "012D")
