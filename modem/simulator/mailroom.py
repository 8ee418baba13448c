"""Messages inside the module: its stores, what comes in from the network, and what it tells the client about it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modem.simulator import network_pdu
from modem.simulator.answers import cms
from modem.simulator.sim_store import MessageState, Store, Stored
from modem.simulator.text_mode import report_line, stored_lines

if TYPE_CHECKING:
    from modem.simulator.equipment import Equipment

STORES = ("SM", "ME", "MT", "SR")
ACKNOWLEDGE_WITHIN_S = 20.0  # +CNMA after a direct +CMT (27.005 3.4.4 leaves the time to the network)


class Mailroom:
    """SM on the SIM, ME in the module, SR for status reports; MT is SM and ME in one numbering."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        identity = equipment.identity
        self.stores = {
            "SM": Store(identity.sim_slots),
            "ME": Store(identity.module_slots),
            "SR": Store(identity.report_slots),
        }
        self.memories = ["SM", "SM", "SM"]  # read and delete; write and send; receive
        self.service = 0  # +CSMS; 1 = a direct +CMT wants +CNMA
        self.service_centre = identity.service_centre
        self.reference = 0  # TP-MR of the next part sent
        self.reports_unheard = 0  # status reports that no +CNMI setting wanted
        self.deleted = 0
        self.last_delete_at_s: float | None = None
        self._held_back: list[str] = []  # indications while +CNMI mode is 0
        self._unacknowledged: deque[bytes] = deque()

    def reset(self) -> None:
        """What does not survive a restart. The stores do."""
        self.memories = ["SM", "SM", "SM"]
        self.service = 0
        self._held_back.clear()
        self._unacknowledged.clear()

    # stores

    def size(self, memory: str) -> tuple[int, int]:
        """(used, total)"""
        members = self._members(memory)
        return sum(len(store) for _, store, _ in members), sum(store.size for _, store, _ in members)

    def entries(self, memory: str) -> Iterator[tuple[int, Stored]]:
        for _, store, offset in self._members(memory):
            for index, stored in store:
                yield index + offset, stored

    def find(self, memory: str, index: int) -> tuple[Store, int]:
        """The store and its own index; +CMS ERROR 321 for a number that no slot has."""
        for _, store, offset in self._members(memory):
            if store.valid(index - offset):
                return store, index - offset
        raise cms(321)

    def _members(self, memory: str) -> list[tuple[str, Store, int]]:
        if memory == "MT":
            return [("SM", self.stores["SM"], 0), ("ME", self.stores["ME"], self.stores["SM"].size)]
        return [(memory, self.stores[memory], 0)]

    def keep(self, memory: str, stored: Stored) -> tuple[str, int] | None:
        """(store, its own index) where the message lies now; None if there is no room."""
        for name, store, _ in self._members(memory):
            index = store.put(stored)
            if index is not None:
                return name, index
        return None

    def room_made(self, count: int, now_s: float) -> None:
        """Slots were freed: the module tells the network that it has memory again (RP-SMMA)."""
        if count:
            self.deleted += count
            self.last_delete_at_s = now_s
            self._equipment.network.smsc.hand_over(now_s)

    # from the network

    def take_message(self, tpdu: bytes, now_s: float) -> bool:
        """False: no room, the service centre keeps the message."""
        way = self._equipment.settings.numbers["+CNMI"][1]
        sort = _message_class(tpdu)
        if (way == 2 and sort != 2) or (way == 3 and sort == 3):
            return self._pass_on(tpdu, now_s)
        stored = Stored(network_pdu.encode_service_centre(self.service_centre), tpdu, MessageState.UNREAD)
        memory = "SM" if sort == 2 else self.memories[2]
        place = self.keep(memory, stored)
        if place is None:
            self._say_full(memory)
            return False
        if way:
            self._indicate(f'+CMTI: "{place[0]}",{place[1]}')
        return True

    def _say_full(self, memory: str) -> None:
        make = self._equipment.profile.make
        if not make.full_switch or make.full_switch in self._equipment.settings.indications:
            for words in make.full_words:
                self._equipment.say(words.format(store=memory))

    def _pass_on(self, tpdu: bytes, now_s: float) -> bool:
        if self.service == 1:
            if self._unacknowledged:
                return False
            self._unacknowledged.append(tpdu)
            self._equipment.timers.at(now_s + ACKNOWLEDGE_WITHIN_S, self._not_acknowledged)
        stored = Stored(network_pdu.encode_service_centre(self.service_centre), tpdu, MessageState.UNREAD)
        if self._equipment.settings["+CMGF"]:
            self._equipment.say("\r\n".join(stored_lines("+CMT", stored, self._equipment, "")))
        else:
            self._equipment.say(f"+CMT: ,{len(tpdu)}\r\n{pdu_text(stored)}")
        return True

    def acknowledge(self, *, taken: bool, now_s: float) -> None:
        """+CNMA; CMS ERROR 340 if nothing waits for it. Not taken = the network gets the message back."""
        if not self._unacknowledged:
            raise cms(340)
        tpdu = self._unacknowledged.popleft()
        if not taken:
            self._equipment.network.smsc.give_back(tpdu)
        self._equipment.network.smsc.hand_over(now_s)

    def _not_acknowledged(self, now_s: float) -> None:
        """27.005 3.4.4: without +CNMA in time the module stops passing messages on."""
        if self._unacknowledged:
            self._equipment.network.smsc.give_back(self._unacknowledged.popleft())
            numbers = self._equipment.settings.numbers["+CNMI"]
            numbers[1] = numbers[3] = 0

    def take_report(self, tpdu: bytes, now_s: float) -> bool:
        """A status report goes where +CNMI <ds> says; to nobody if it says 0."""
        way = self._equipment.settings.numbers["+CNMI"][3]
        stored = Stored(network_pdu.encode_service_centre(self.service_centre), tpdu, MessageState.UNREAD)
        if way == 1:
            if self._equipment.settings["+CMGF"]:
                self._equipment.say(report_line("+CDS", stored))
            else:
                self._equipment.say(f"+CDS: {len(tpdu)}\r\n{pdu_text(stored)}")
        elif way == 2:
            place = self.keep("SR", stored)
            if place is None:
                return False
            self._indicate(f'+CDSI: "{place[0]}",{place[1]}')
        else:
            self.reports_unheard += 1
        return True

    def _indicate(self, text: str) -> None:
        faults = self._equipment.faults
        if faults.lost_indications:
            faults.lost_indications -= 1
        elif self._equipment.settings.numbers["+CNMI"][0] == 0:
            self._held_back.append(text)
        else:
            self._equipment.say(text)

    def indications_changed(self) -> None:
        """+CNMI was set: what was held back is said, or dropped if <bfr> is 1."""
        numbers = self._equipment.settings.numbers["+CNMI"]
        if numbers[0] == 0:
            return
        if numbers[4] == 0:
            for text in self._held_back:
                self._equipment.say(text)
        self._held_back.clear()

    def next_reference(self) -> int:
        reference = self.reference
        self.reference = (reference + 1) & 0xFF
        return reference


def pdu_text(stored: Stored) -> str:
    return (stored.service_centre + stored.tpdu).hex().upper()


def _message_class(tpdu: bytes) -> int | None:
    """Class of a DELIVER (23.038 4); None without one or if the TPDU is too broken to tell."""
    if len(tpdu) < 2 or tpdu[0] & 0x03:
        return None
    place = 1 + 2 + (tpdu[1] + 1) // 2 + 1
    if place >= len(tpdu):
        return None
    coding = tpdu[place]
    has_class = (coding & 0xC0 == 0 and coding & 0x10) or coding & 0xF0 == 0xF0
    return coding & 0x03 if has_class else None
