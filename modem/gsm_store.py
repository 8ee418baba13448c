"""One message store of the module: which messages lie in it, as far as its listings can be believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto

from modem.events import Undecodable
from modem.pdu import decode, tpdu_octets

SAID_AGAIN = 2  # listings with the same wrong length: the module counts so, if the PDU can be read
SAID_OFTEN = 5  # the same, if it cannot


class Due(IntEnum):
    NOTHING = 0
    NEW = 1
    ALL = 2


class Trust(Enum):
    """How far a listed PDU is believed."""

    SOUND = auto()
    NONE = auto()  # not told: listed again
    KEPT = auto()  # it does not get better: told, never deleted


@dataclass(slots=True)
class Entry:
    """One slot as listed."""

    pdu: str
    session: int  # no two messages have the same, not even one after the other in the same slot
    is_draft: bool
    is_read: bool  # the module counts it among those that CMGD=1,1 deletes
    listed_at_s: float
    told_at_s: float | None = None
    is_committed: bool = False
    is_doubtful: bool = False  # news of another message came for its slot
    is_kept: bool = False  # never deleted: what we have of it is not all

    @property
    def may_be_deleted(self) -> bool:
        return not self.is_draft and not self.is_kept


@dataclass(slots=True)
class Store:
    name: str
    due: Due = Due.ALL
    again_at_s: float | None = None  # list all of it then
    must_select: bool = True
    entries: dict[int, Entry] = field(default_factory=dict)
    expected: set[int] = field(default_factory=set)  # slots named by +CMTI since the last listing began
    awaited: set[int] = field(default_factory=set)  # those that the running listing must show
    seen: set[int] = field(default_factory=set)  # by the listing that runs
    suspects: dict[int, tuple[str, int]] = field(default_factory=dict)  # slot -> PDU of wrong length, how often
    is_clean: bool = False
    failures: int = 0
    unclean_listings: int = 0  # in a row
    listed_at_s: float = 0.0
    asked_at_s: float = 0.0
    usage: tuple[int, int] | None = None

    @property
    def is_open(self) -> bool:
        """False while it is left alone after a refusal."""
        return not (self.failures and self.again_at_s is not None)

    def list_again(self, at_s: float) -> None:
        self.again_at_s = at_s if self.again_at_s is None else min(at_s, self.again_at_s)

    def committed(self) -> list[int]:
        return [index for index, entry in self.entries.items() if entry.is_committed and not entry.is_doubtful]

    def read(self) -> list[int]:
        return [index for index, entry in self.entries.items() if entry.is_read]

    def trust(self, index: int, pdu: str, length: int) -> Trust:
        """Whether the hex is what the module meant to say. A wrong length means that the wire lost something, or a
        module that counts wrongly: then the PDU can be read nevertheless, and is said the same again.
        """
        if tpdu_octets(pdu) == length:
            self.suspects.pop(index, None)
            return Trust.SOUND
        said, times = self.suspects.get(index, ("", 0))
        times = times + 1 if said == pdu else 1
        self.suspects[index] = (pdu, times)
        if times >= SAID_AGAIN and not isinstance(decode(pdu), Undecodable):
            return Trust.SOUND
        self.is_clean = False
        return Trust.KEPT if times >= SAID_OFTEN else Trust.NONE
