"""All that belongs to messages, in its order: those that lie in the module's stores, and those that go out.

In and out go by turns, so that a flood of either does not stop the other. One part takes the network seconds, a full
store is listed and deleted in less: so where a listing brought a heap, a few more go before the next part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from modem.at import Ask, Done, Listed, News
from modem.at_words import fields_of, name_of, number_in
from modem.commands import SendSms
from modem.dialect import NEWS_WITH_PDU, Dialect
from modem.events import MessageEvent, Slot
from modem.gsm_sms import Outgoing
from modem.gsm_stores import Stores
from modem.gsm_unasked import came_directly

FULL_AGAIN_S = 15.0  # between two looks that a full store caused; the polls go on
HEAP = 10  # messages of one listing: more wait in the network, because a SIM holds few
MOST_LISTINGS = 3  # of heaps, with their deletes, before one part goes out


class Mail:
    """Takes commands and news of messages; says what to ask next."""

    def __init__(self, line: str, poll_s: float, session: int) -> None:
        self._line = line
        self._stores = Stores(line, poll_s, session)
        self._outgoing = Outgoing(line)
        self._listings = 0  # since the last part went out
        self._came = 0  # messages of the listing that runs, or ran last
        self._hold_until_s: float | None = None  # parts wait: a heap is being committed, its delete comes first
        self._full_again_s = 0.0
        self.asks_to_send = False  # the command asked for last sends a part

    @property
    def session(self) -> int:
        return self._stores.session

    @property
    def usage(self) -> tuple[tuple[str, int, int], ...]:
        """(store, used, total) as the module last said."""
        return self._stores.usage

    @property
    def trouble(self) -> str:
        """Why messages cannot be read, in plain English; "" where they can."""
        return "the module refuses to open its message stores" if self._stores.are_refused else ""

    def begin(self, names: Sequence[str], identity: str, now_s: float, dialect: Dialect) -> None:
        """The module is ready: everything in its stores is listed."""
        self._stores.begin(names, identity, now_s, batch_works=dialect.batch_delete)

    def end(self) -> None:
        """The stores cannot be reached now; messages to send wait."""
        self._stores.end()

    def drop(self, reason: str) -> Sequence[MessageEvent]:
        """Messages that wait will not be sent."""
        return self._outgoing.drop(reason)

    def send(self, command: SendSms) -> Sequence[MessageEvent]:
        return self._outgoing.add(command)

    def delete(self, slots: Iterable[Slot], now_s: float) -> None:
        self._stores.delete(slots, now_s)

    def list_all(self) -> None:
        self._stores.list_all()

    def store_is_full(self, now_s: float) -> None:
        """The module has stopped telling. Some say it again at every message they refuse, even while we list."""
        if now_s >= self._full_again_s:
            self._full_again_s = now_s + FULL_AGAIN_S
            self._stores.look_for_new()

    def news(self, news: News, now_s: float) -> Sequence[MessageEvent] | None:
        """What this line means for messages; None if it is not about any."""
        name = name_of(news.text)
        if name in NEWS_WITH_PDU:
            return came_directly(self._line, self._stores.identity, self._stores.session, name, news.pdu)
        if name not in ("+CMTI", "+CDSI"):
            return None
        fields = fields_of(news.text)
        self._stores.arrived(fields[0].upper() if fields else "", number_in(fields, 1), now_s)
        return ()

    def next_ask(self, now_s: float) -> Ask | None:
        """What the module is asked next; None if nothing is to be done now."""
        self._hold_until_s = None
        incoming = self._stores.next_ask(now_s) if self._is_stores_turn(now_s) else None
        self.asks_to_send = incoming is None
        if incoming is not None:
            if incoming.is_listing:
                self._listings += 1
                self._came = 0
            return incoming
        if self._came >= HEAP and len(self._outgoing):
            self._hold_until_s = self._stores.commits_due_s(now_s)
            if self._hold_until_s is not None:
                return None
        self._listings = 0
        return self._outgoing.next_ask()

    def _is_stores_turn(self, now_s: float) -> bool:
        """The turn passes after a listing, not between selecting, listing and deleting; after heaps, when a few of
        them are deleted, so that the network can fill the store again while a part goes out.
        """
        if not len(self._outgoing):
            return True
        if self._came < HEAP:
            return self._listings < 1
        return self._listings < MOST_LISTINGS or self._stores.wants_to_delete(now_s)

    def next_deadline(self) -> float | None:
        times = [self._stores.next_deadline(), self._hold_until_s]
        return min((time for time in times if time is not None), default=None)

    def listed(self, entry: Listed, now_s: float) -> Sequence[MessageEvent]:
        told = self._stores.listed(entry, now_s)
        self._came += len(told)
        return told

    def done(self, done: Done, now_s: float) -> Sequence[MessageEvent]:
        if self.asks_to_send:
            return self._outgoing.done(done)
        self._stores.done(done, now_s)
        return ()
