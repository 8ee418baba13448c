"""Listening in: in step with the call, never late, a few at a time, written down, and over with the call."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config import ModemSettings
from appliance.errors import NotFound
from appliance.listening_in import MOST_A_CALL, ListeningIn, Tap, TooManyListen
from modem.events import CallAnswered, CallEnded, CallRinging, EndReason
from tests.appliance.recordings.sounds import frame, frames
from tests.appliance.small_office import WANG, SmallOffice

LINES = [ModemSettings(f"line{each}", talk_path="headset", audio_device=f"/dev/pcm{each}") for each in range(1, 6)]


class Listening:
    """An office in which calls are talked, with a listener's stream that is pulled by hand."""

    def __init__(self, folder: Path) -> None:
        self.office = SmallOffice(folder, *LINES, ModemSettings("deaf", talk_path="headset"))
        self.service: ListeningIn = self.office.services.listening_in
        self.lead = self.office.lead

    def talks(self, line: str = "line1", call: int = 1) -> int:
        self.office.handle(CallRinging(line, call, WANG))
        self.office.handle(CallAnswered(line, call))
        return next(card.call_id for card in self.office.office.calls.board() if card.line == line)

    def says(self, first: int, count: int, line: str = "line1") -> None:
        self.service.hear(line, frames(count, first))

    def pulls(self, stream: Iterator[bytes], seconds: float = 0.2) -> list[int]:
        """What comes after so long, as numbers of frames; -1 is silence."""
        puller = _Pull(stream)
        puller.start()
        while not puller.has_come.wait(0.005):
            self.office.clock.advance(seconds)
            seconds = 0.05
        return numbers(puller.piece)


class _Pull(threading.Thread):
    """A web worker that waits for the next piece."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream, self.piece, self.has_come = stream, b"", threading.Event()

    def run(self) -> None:
        self.piece = next(self._stream, b"")
        self.has_come.set()


def numbers(piece: bytes) -> list[int]:
    found = [piece[at : at + 320] for at in range(0, len(piece), 320)]
    return [-1 if not any(each) else struct.unpack_from("<I", each)[0] for each in found]


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    listening = Listening(tmp_path)
    yield listening
    listening.office.store.close()


def test_what_is_said_comes_in_order_behind_a_beginning_that_a_player_knows(listening: Listening) -> None:
    call_id = listening.talks()
    stream = listening.service.stream(listening.service.open(call_id, listening.lead))
    beginning = next(stream)
    assert beginning[:4] + beginning[8:16] == b"RIFFWAVEfmt "
    assert struct.unpack_from("<I", beginning, 40) == (0xFFFFFFFF,)
    heard: list[int] = []
    for piece in range(6):
        listening.says(1 + 10 * piece, 10)
        heard += listening.pulls(stream)
    assert [each for each in heard if each >= 0] == list(range(1, 61))[: len([each for each in heard if each >= 0])]
    assert len([each for each in heard if each >= 0]) >= 40


def test_where_nothing_is_said_silence_keeps_the_player_going(listening: Listening) -> None:
    stream = listening.service.stream(listening.service.open(listening.talks(), listening.lead))
    next(stream)
    for _ in range(3):
        piece = listening.pulls(stream)
        assert set(piece) == {-1}
        assert 8 <= len(piece) <= 20


def test_a_listener_who_was_away_loses_sound_and_hears_nothing_late(listening: Listening) -> None:
    stream = listening.service.stream(listening.service.open(listening.talks(), listening.lead))
    next(stream)
    listening.says(1, 3000)  # a minute, and nobody took it
    heard = listening.pulls(stream, 60.0)
    assert len(heard) <= 50
    assert min(each for each in heard if each >= 0) > 2900


def test_nobody_holds_up_the_call_however_many_listen(listening: Listening) -> None:
    tap = listening.service.open(listening.talks(), listening.lead)
    for _ in range(1000):
        listening.says(0, 50)
    assert len(tap.take(10_000)) == 50  # what waits is bounded
    listening.service.hear("line2", [frame(1)])
    listening.service.hear("no such line", [frame(1)])


def test_it_ends_with_the_call(listening: Listening) -> None:
    stream = listening.service.stream(listening.service.open(listening.talks(), listening.lead))
    next(stream)
    listening.office.handle(CallEnded("line1", 1, EndReason.REMOTE))
    assert listening.pulls(stream) == []
    assert next(stream, None) is None


def test_it_ends_when_the_listener_may_no_longer(listening: Listening) -> None:
    stream = listening.service.stream(listening.service.open(listening.talks(), listening.lead), lambda: False)
    next(stream)
    assert listening.pulls(stream) == []


def test_two_a_call_and_six_on_the_box_are_the_most_and_places_become_free(listening: Listening) -> None:
    service, lead = listening.service, listening.lead
    calls = [listening.talks(f"line{each}") for each in range(1, 5)]
    taps = [service.open(calls[0], lead) for _ in range(MOST_A_CALL)]
    with pytest.raises(TooManyListen):
        service.open(calls[0], lead)
    taps += [service.open(call_id, lead) for call_id in calls[1:3] for _ in range(2)]
    with pytest.raises(TooManyListen):
        service.open(calls[3], lead)
    stream = service.stream(taps[0])
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # the browser is gone
    service.close(taps[1])
    service.close(taps[1])
    assert isinstance(service.open(calls[3], lead), Tap)
    assert isinstance(service.open(calls[0], lead), Tap)


def test_only_a_call_that_is_talked_where_the_box_hears_can_be_listened_to(listening: Listening) -> None:
    service = listening.service
    listening.office.handle(CallRinging("line1", 1, WANG))
    ringing = listening.office.office.calls.board()[0].call_id
    deaf = listening.talks("deaf")
    for call_id in (ringing, deaf, 999):
        assert not service.may_listen(call_id)
        with pytest.raises(NotFound):
            service.open(call_id, listening.lead)
    assert audited(listening) == []


def test_that_somebody_listens_stands_in_the_audit_first(listening: Listening) -> None:
    call_id = listening.talks()
    listening.service.open(call_id, listening.lead)
    assert audited(listening) == [(listening.lead.id, call_id)]


def test_where_it_cannot_be_written_down_nobody_listens(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    call_id = listening.talks()
    with listening.office.store.transaction() as tx:
        tx.execute("ALTER TABLE audit RENAME TO away")
    for _ in range(5):  # and no place is taken up by trying
        with pytest.raises(Exception, match="no such table"):
            listening.service.open(call_id, listening.lead)
    with listening.office.store.transaction() as tx:
        tx.execute("ALTER TABLE away RENAME TO audit")
    assert isinstance(listening.service.open(call_id, listening.lead), Tap)


def test_at_the_end_of_the_program_all_streams_end_and_none_begins(listening: Listening) -> None:
    call_id = listening.talks()
    stream = listening.service.stream(listening.service.open(call_id, listening.lead))
    next(stream)
    listening.service.close_all()
    assert next(stream, None) is None
    with pytest.raises(TooManyListen):
        listening.service.open(call_id, listening.lead)


def audited(listening: Listening) -> list[tuple[int, int]]:
    sql = "SELECT user_id, entity_id FROM audit WHERE action = 'call_listened_in'"
    return [(row["user_id"], row["entity_id"]) for row in listening.office.store.rows(sql)]
