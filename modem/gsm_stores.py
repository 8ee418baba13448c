"""The module's message stores: what lies where, telling it once, deleting only what the office has committed.

The theory. A listing is believed within one session; a new session begins whenever the module may have changed its
mind (port opened, restart, time-out), and everything is listed again before anything is deleted. Every message found
gets a number of its own, `Slot.session`, and a slot is deleted only if the office named it with the number of the
message that lies there now: the office may be late, or ask twice, and the slot hold another message by then.
`AT+CMGD=1,1` (all read messages) goes out only if every message that a clean listing has turned to "read" is
committed; anything unreadable on the wire while listing makes it unclean, because an entry may have been lost that
the module now calls read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from modem.at import Ask, Done, Listed
from modem.at_words import fields_of, number, number_in
from modem.events import Slot, SmsStored
from modem.gsm_store import Due, Entry, Store, Trust
from modem.pdu import OwnDraft, decode

LIST_TIMEOUT_S = 20.0
DELETE_TIMEOUT_S = 20.0
TELL_AGAIN_S = 60.0  # a message told and still not deleted: perhaps the office missed it
BATCH_LEAST = 3
BATCH_PATIENCE_S = 0.2  # how long the next commit is waited for before slots are deleted one by one...
BATCH_PATIENCE_WHOLE_S = 1.0  # ...and all of them together
LATE_NEWS_S = 5.0  # +CMTI of a message that a listing has already shown comes this much later at most
MISSING_AGAIN_S = 1.0  # +CMTI came, the message did not: list again after this
GARBLED_AGAIN_S = 0.5
FAILED_AGAIN_S = 2.0
MOST_FAILURES = 3  # of a store in a row; then it is asked at the polls only

NEW_ONLY, EVERYTHING = "0", "4"  # <stat> of AT+CMGL in PDU mode (27.005 3.4.2)
RECEIVED = (0, 1)  # <stat>: unread, read; others are drafts and sent messages


class _Rank(IntEnum):
    """What goes first. A flood in the selected store (NEWS_HERE) does not keep the other one waiting for ever."""

    DELETE_HERE = 0
    LIST_HERE = 1
    GO_THERE = 2
    NEWS_HERE = 3
    NEWS_THERE = 4
    NOTHING = 5


class Stores:
    """Which command the stores need next, and what its answer means."""

    def __init__(self, line: str, poll_s: float, session: int = 0) -> None:
        self._line = line
        self._poll_s = poll_s
        self._stores: dict[str, Store] = {}
        self._selected: str | None = None
        self._poll_at_s: float | None = None
        self._deleting: tuple[Store, tuple[int, ...]] | None = None
        self._batch_works = True
        self.session = session
        self.identity = f"line:{line}"

    # -- sessions

    def begin(self, names: Sequence[str], identity: str, now_s: float, *, batch_works: bool) -> None:
        """A new session: everything known is forgotten, everything will be listed."""
        self.end()
        self.session += 1
        self.identity = identity
        self._stores = {name: Store(name) for name in names}
        self._batch_works = batch_works
        self._poll_at_s = now_s + self._poll_s

    def end(self) -> None:
        """No store can be reached, and no slot is trusted any more."""
        self._stores = {}
        self._selected = None
        self._deleting = None
        self._poll_at_s = None

    @property
    def usage(self) -> tuple[tuple[str, int, int], ...]:
        """(store, used, total) as the module last said."""
        return tuple((store.name, *store.usage) for store in self._stores.values() if store.usage)

    @property
    def are_refused(self) -> bool:
        """No store can be read, and not for the first time."""
        return bool(self._stores) and all(store.failures >= MOST_FAILURES for store in self._stores.values())

    # -- what the office and the network say

    def list_all(self) -> None:
        """Everything once more, and how full it is."""
        for store in self._stores.values():
            store.due = Due.ALL
            store.must_select = True

    def look_for_new(self) -> None:
        """+CMTI has stopped, or does not say where: anything may have come."""
        for store in self._stores.values():
            store.due = max(store.due, Due.NEW)

    def delete(self, slots: Iterable[Slot], now_s: float) -> None:
        """These are committed. Slots of another session, or no longer known, are ignored."""
        for slot in slots:
            store = self._stores.get(slot.store)
            entry = store.entries.get(slot.index) if store else None
            if store and entry and entry.session == slot.session and entry.may_be_deleted:
                entry.is_committed = True
                store.asked_at_s = now_s

    def arrived(self, name: str, index: int | None, now_s: float) -> None:
        """+CMTI or +CDSI. An unknown store ("MT") means any."""
        store = self._stores.get(name)
        if store is None or index is None:
            self.look_for_new()
            return
        entry = store.entries.get(index)
        is_leaving = self._deleting is not None and self._deleting[0] is store and index in self._deleting[1]
        if entry is None or is_leaving:
            store.expected.add(index)
        elif now_s - entry.listed_at_s > LATE_NEWS_S:  # the network has put another message in its place
            entry.is_doubtful = True
            store.due = Due.ALL

    # -- commands

    def next_ask(self, now_s: float) -> Ask | None:
        self._fall_due(now_s)
        store = self._store_to_serve(now_s)
        if store is None:
            return None
        if self._selected != store.name or store.must_select:
            return Ask(f'AT+CPMS="{store.name}"', names=("+CPMS",))
        slots = self._slots_to_delete(store, now_s)
        if slots:
            self._deleting = (store, slots)
            return Ask("AT+CMGD=1,1" if len(slots) > 1 else f"AT+CMGD={slots[0]}", DELETE_TIMEOUT_S)
        wanted = EVERYTHING if store.due is Due.ALL or not store.is_clean else NEW_ONLY
        if wanted == EVERYTHING:
            store.is_clean = True
            store.seen.clear()
        store.due = Due.NOTHING
        store.awaited, store.expected = store.expected, set()
        return Ask(f"AT+CMGL={wanted}", LIST_TIMEOUT_S, ("+CMGL",), is_listing=True)

    def next_deadline(self) -> float | None:
        """When something falls due that is not due now."""
        stores = self._stores.values()
        times = [store.again_at_s for store in stores]
        times += [self._patience_ends_s(store) for store in stores if store.is_open and store.committed()]
        times.append(self._poll_at_s if self._stores else None)
        return min((time for time in times if time is not None), default=None)

    def wants_to_delete(self, now_s: float) -> bool:
        """Whether something can be deleted at once."""
        return any(self._slots_to_delete(store, now_s) for store in self._stores.values() if store.is_open)

    def commits_due_s(self, now_s: float) -> float | None:
        """Until when the commits of what was just listed are waited for; None if none are."""
        ends = [self._patience_ends_s(store) for store in self._stores.values() if store.is_open and store.read()]
        return min((end_s for end_s in ends if end_s > now_s), default=None)

    def _fall_due(self, now_s: float) -> None:
        if self._poll_at_s is not None and now_s >= self._poll_at_s:
            self._poll_at_s = now_s + self._poll_s
            self.list_all()
        for store in self._stores.values():
            if store.again_at_s is not None and now_s >= store.again_at_s:
                store.again_at_s = None
                store.due = Due.ALL

    def _store_to_serve(self, now_s: float) -> Store | None:
        """The one with the most urgent thing to do; the selected one first, because selecting costs a command."""
        ranked = [(self._rank(store, now_s), store) for store in self._stores.values() if store.is_open]
        busy = [(rank, store) for rank, store in ranked if rank is not _Rank.NOTHING]
        return min(busy, key=lambda pair: pair[0])[1] if busy else None

    def _rank(self, store: Store, now_s: float) -> _Rank:
        is_selected = store.name == self._selected
        if self._slots_to_delete(store, now_s):
            return _Rank.DELETE_HERE if is_selected else _Rank.GO_THERE
        if (store.due is Due.NOTHING and not store.expected) or self._is_patient(store, now_s):
            return _Rank.NOTHING
        if store.due is Due.ALL:
            return _Rank.LIST_HERE if is_selected else _Rank.GO_THERE
        return _Rank.NEWS_HERE if is_selected else _Rank.NEWS_THERE

    def _slots_to_delete(self, store: Store, now_s: float) -> tuple[int, ...]:
        committed = store.committed()
        if not committed:
            return ()
        if self._may_batch(store) and set(store.read()) == set(committed):
            return tuple(committed)
        return () if self._is_patient(store, now_s) else (committed[0],)

    def _may_batch(self, store: Store) -> bool:
        return self._batch_works and store.is_clean and len(store.read()) >= BATCH_LEAST

    def _is_patient(self, store: Store, now_s: float) -> bool:
        """Most of what was listed is committed, and the rest may follow at once: one command instead of many."""
        return bool(store.committed()) and now_s < self._patience_ends_s(store)

    def _patience_ends_s(self, store: Store) -> float:
        if not self._may_batch(store) or set(store.read()) == set(store.committed()):
            return 0.0
        asked_s = max(store.asked_at_s, store.listed_at_s)
        return min(asked_s + BATCH_PATIENCE_S, store.listed_at_s + BATCH_PATIENCE_WHOLE_S)

    # -- answers

    def listed(self, entry: Listed, now_s: float) -> list[SmsStored]:
        """One entry of the running listing."""
        store = self._stores.get(self._selected or "")
        if store is None:
            return []
        fields = fields_of(entry.text)
        index, stat, length = number_in(fields, 0), number_in(fields, 1), number_in(fields, len(fields) - 1)
        if index is None or stat is None or length is None:
            store.is_clean = False
            return []
        if not entry.pdu and length == 0:
            return []  # an empty slot, as some modules list it
        pdu = entry.pdu.upper()
        trust = store.trust(index, pdu, length)
        if trust is Trust.NONE:
            return []
        store.seen.add(index)
        store.expected.discard(index)
        store.awaited.discard(index)
        return self._tell(store, index, pdu, stat, now_s, is_kept=trust is Trust.KEPT)

    def done(self, done: Done, now_s: float) -> None:
        command = done.ask.text
        if command.startswith("AT+CPMS"):
            self._selected_answer(done, now_s)
        elif command.startswith("AT+CMGD"):
            self._deleted(done)
        else:
            self._listing_ended(done, now_s)

    def _tell(self, store: Store, index: int, pdu: str, stat: int, now_s: float, *, is_kept: bool) -> list[SmsStored]:
        entry = store.entries.get(index)
        if entry is None or entry.pdu != pdu:
            self.session += 1
            entry = Entry(pdu, self.session, stat not in RECEIVED, stat in RECEIVED, now_s)
            store.entries[index] = entry
        elif entry.is_draft and stat in RECEIVED:  # its status was garbled when it was listed first
            entry.is_draft, entry.is_read = False, True
        entry.listed_at_s = now_s
        entry.is_doubtful = False
        if entry.told_at_s is not None and (is_kept or now_s - entry.told_at_s < TELL_AGAIN_S):
            return []
        entry.is_kept = is_kept
        message = None if entry.is_draft else decode(pdu)
        if message is None or isinstance(message, OwnDraft):
            entry.is_draft = True
            return []
        if self._lies_elsewhere(store, pdu):
            return []
        entry.told_at_s = now_s
        return [SmsStored(self._line, self.identity, Slot(store.name, index, entry.session), pdu, message)]

    def _lies_elsewhere(self, store: Store, pdu: str) -> bool:
        """Some modules show the same message in two stores: one of them speaks for both."""
        others = (other for other in self._stores.values() if other is not store)
        return any(entry.pdu == pdu and entry.told_at_s is not None for other in others
                   for entry in other.entries.values())  # fmt: skip

    def _selected_answer(self, done: Done, now_s: float) -> None:
        name = done.ask.text.split('"')[1]
        store = self._stores.get(name)
        if store is None:
            return
        if not done.final.is_ok:
            self._refused(store, now_s)
            return
        self._selected = name
        was_asked, store.must_select = store.must_select, False
        if not was_asked:
            return  # only changed over: the count is told at every poll, not at every turn
        fields = fields_of(done.lines[0]) if done.lines else []
        numbers = [value for value in map(number, fields) if value is not None]
        if len(numbers) >= 2:
            store.usage = (numbers[0], numbers[1])

    def _deleted(self, done: Done) -> None:
        if self._deleting is None:
            return
        (store, slots), self._deleting = self._deleting, None
        was_batch = len(slots) > 1
        if was_batch and not done.final.is_ok:
            self._batch_works = False  # the slots stay committed and go one by one
            return
        for index in slots:
            if done.final.is_ok:
                store.entries.pop(index, None)
            else:
                store.entries[index].is_committed = False  # told again in a while, asked for again

    def _listing_ended(self, done: Done, now_s: float) -> None:
        store = self._stores.get(self._selected or "")
        if store is None:
            return
        store.listed_at_s = now_s
        store.is_clean = store.is_clean and done.is_clean
        if not done.final.is_ok:
            self._refused(store, now_s)
            return
        store.failures = 0
        store.unclean_listings = 0 if store.is_clean else store.unclean_listings + 1
        if store.unclean_listings == 1:  # the second time it waits for the poll: this module is never clean
            store.list_again(now_s + GARBLED_AGAIN_S)
        if done.ask.text.endswith(EVERYTHING) and store.is_clean:
            store.entries = {index: entry for index, entry in store.entries.items() if index in store.seen}
        if store.awaited:
            store.is_clean = False
            store.list_again(now_s + MISSING_AGAIN_S)

    def _refused(self, store: Store, now_s: float) -> None:
        """A store that is not there, or not yet: tried again a few times at once, then at every poll."""
        store.is_clean = False
        store.failures += 1
        store.again_at_s = now_s + FAILED_AGAIN_S if store.failures < MOST_FAILURES else self._poll_at_s
