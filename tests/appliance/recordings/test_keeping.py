"""Rows for files, files for rows: after a crash, after being bettered and compressed, and when their time is over."""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import utc_text
from appliance.errors import FieldWrong, NotAllowed
from appliance.recordings import opus
from appliance.recordings.layout import PART
from appliance.recordings.reader import SealedReader
from appliance.recordings.remaking import Sound
from appliance.recordings.rules import Rules
from db import recordings
from tests import needs
from tests.appliance.recordings.shelf import Shelf, pieces
from tests.appliance.recordings.sounds import sound


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.store.close()


def opens(shelf: Shelf, recording_id: int) -> bytes:
    row = shelf.row(recording_id)
    with shelf.all.library._files.open(row.name, row.format, row.wrapped_key) as reader:
        return b"".join(reader.read())


def voice(seconds: float) -> bytes:
    """Something a speech codec can carry."""
    count = round(seconds * 8000)
    return struct.pack(
        f"<{count}h", *(round(6000 * math.sin(at * 0.21) * (1 + math.sin(at / 900)) / 2) for at in range(count))
    )


# --- rows ---


def test_a_closed_recording_gets_its_row_once(shelf: Shelf) -> None:
    row = shelf.row(shelf.records(call_id=42, seconds=3, kind="voicemail"))
    assert (row.call_id, row.kind, row.seconds, row.state, row.format) == (42, "voicemail", 3.0, "kept", "raw")
    assert row.needs_ticket == 1
    assert row.counts_from_at == row.started_at
    assert shelf.all.register.settle() == 0
    assert opens(shelf, row.id) == sound(3)


def test_a_call_of_the_office_is_nobodys_task(shelf: Shelf) -> None:
    assert shelf.row(shelf.records(kind="talk")).needs_ticket == 0


def test_what_cannot_be_written_now_is_written_when_it_can(shelf: Shelf) -> None:
    shelf._speak(7, 2, "talk").close()
    shelf.all.recorder.round()
    with shelf.store.transaction() as tx:
        tx.execute("ALTER TABLE recording RENAME TO away")
    for _ in range(3):
        with pytest.raises(Exception, match="no such table"):
            shelf.all.register.settle()
    with shelf.store.transaction() as tx:
        tx.execute("ALTER TABLE away RENAME TO recording")
    assert shelf.all.register.settle() == 1
    assert shelf.last().seconds == 2


def test_a_row_that_can_never_be_written_holds_up_no_other(shelf: Shelf) -> None:
    for call_id in (7, 8):
        shelf._speak(call_id, 2, "talk").close()
    shelf.all.recorder.round()
    with shelf.store.transaction() as tx:
        tx.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON recording WHEN new.call_id = 7"
            " BEGIN SELECT raise(ABORT, 'never'); END"
        )
    for _ in range(2):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            shelf.all.register.settle()
        assert shelf.last().call_id == 8


def test_the_desk_is_told_of_a_recording_that_the_disk_ended(shelf: Shelf) -> None:
    shelf.call(7)
    shelf._speak(7, 3, "talk").refuse("full")
    shelf.all.recorder.round()
    shelf.all.register.settle()
    raised = shelf.store.rows("SELECT kind, line FROM reminder")
    assert [(row["kind"], row["line"]) for row in raised] == [("recording_cut", "line1")]


# --- after a crash ---


def test_what_a_crash_leaves_is_mended_and_found_as_a_voicemail(shelf: Shelf) -> None:
    shelf.breaks_off(call_id=42, seconds=4)
    assert [name.endswith(PART) for name in shelf.files()] == [True]
    shelf.minutes()
    row = shelf.last()
    assert (row.call_id, row.seconds, row.ending, row.needs_ticket) == (42, 4.0, "crash", 1)
    assert opens(shelf, row.id) == sound(4)
    assert recordings.new_voicemails(shelf.store)[0]["call_id"] == 42


def test_a_file_that_was_closed_but_has_no_row_gets_one(shelf: Shelf) -> None:
    shelf._speak(7, 3, "voicemail").close()
    shelf.all.recorder.round()
    assert shelf.all.recorder.mark(7, "key") is False
    shelf.crash()
    shelf.minutes()
    row = shelf.last()
    assert (row.seconds, row.ending) == (3.0, "")
    path = shelf.folder / f"{row.name}.{row.format}"
    assert row.size_bytes == path.stat().st_size


def test_mending_leaves_alone_what_is_being_said(shelf: Shelf) -> None:
    track = shelf._speak(7, 2, "talk")
    shelf.minutes(2)
    assert track.write([bytes(320)])
    track.close()
    shelf.all.recorder.round()
    assert shelf.all.register.settle() == 1
    assert shelf.last().ending == ""


def test_another_boxs_recording_stays_as_it_is_and_is_no_row(shelf: Shelf) -> None:
    shelf.breaks_off()
    name = shelf.files()[0]
    before = (shelf.folder / name).read_bytes()
    (shelf.data / "keys" / "box.key").write_text("ab" * 32, encoding="ascii")
    shelf.crash()
    shelf.minutes()
    assert (shelf.folder / name).read_bytes() == before
    assert shelf.store.rows("SELECT * FROM recording") == []


def test_a_half_made_copy_goes_and_the_recording_stays(shelf: Shelf) -> None:
    recording_id = shelf.records()
    name = shelf.row(recording_id).name
    (shelf.folder / f"{name}.opus{PART}").write_bytes(b"half")
    (shelf.folder / "readme.txt").write_bytes(b"not ours")
    shelf.crash()
    shelf.minutes()
    assert shelf.files() == [f"{name}.raw", "readme.txt"]
    assert opens(shelf, recording_id) == sound(3)


def test_a_row_whose_file_is_gone_says_so_until_it_is_back(shelf: Shelf) -> None:
    row = shelf.row(shelf.records())
    path = shelf.folder / f"{row.name}.raw"
    path.rename(path.with_name("away"))
    shelf.crash()
    shelf.minutes()
    assert row.state == "missing"
    path.with_name("away").rename(path)
    shelf.crash()
    shelf.minutes()
    assert row.state == "kept"


# --- bettered and compressed ---


def test_a_voicemail_is_polished_at_once_and_its_marks_stay_inside(tmp_path: Path) -> None:
    def cut_two_seconds(read: Sound, kind: str) -> Iterator[bytes]:
        assert kind == "voicemail"
        whole = b"".join(read())
        assert whole == b"".join(read())  # it may be read more than once
        yield from pieces(whole[:-32_000])

    shelf = Shelf(tmp_path, polish=cut_two_seconds)
    track = shelf._speak(7, 5, "voicemail")
    shelf.all.recorder.mark(7, "end")
    track.close()
    shelf.all.recorder.round()
    shelf.all.register.settle()
    shelf.minutes()
    row = shelf.last()
    assert row.format == "raw"  # the desk still listens to it
    with shelf.store.transaction() as tx:
        recordings.belongs_to(tx, row.id, None)
    shelf.minutes()
    assert (row.format, row.seconds) == ("pcm", 3.0)
    assert opens(shelf, row.id) == sound(3)
    assert shelf.files() == [f"{row.name}.pcm"]
    assert recordings.marks(shelf.store, row.id)[0]["at_s"] == 5.0  # as it was noted; a player stops at the end


@pytest.mark.parametrize("format_", ["pcm", "opus"])
@pytest.mark.parametrize("betters_sound", [True, False])
def test_the_lead_may_have_the_sound_kept_as_it_was(tmp_path: Path, format_: str, *, betters_sound: bool) -> None:
    def only_silence(read: Sound, kind: str) -> Iterator[bytes]:
        yield from pieces(bytes(len(b"".join(read()))))

    needs_opus()
    shelf = Shelf(tmp_path, polish=only_silence)
    shelf.all.library.change_rules(180, shelf.user("lead", "lead"), betters_sound=betters_sound)
    recording_id = spoken(shelf)
    found = recordings.get(shelf.store, recording_id)
    assert found is not None
    assert shelf.all.keeper._remaking.remake(found, format_)
    kept = opens(shelf, recording_id)
    heard = kept if format_ == "pcm" else b"".join(opus.decode(iter([kept]), lambda: True))
    assert (rms(heard) < 10) is betters_sound
    assert len(heard) == len(voice(20))


def rms(samples: bytes) -> float:
    values = struct.unpack(f"<{len(samples) // 2}h", samples)
    return math.sqrt(sum(value * value for value in values) / len(values))


def needs_opus() -> None:
    needs.program("opusenc", package="opus-tools")


def spoken(shelf: Shelf, seconds: float = 20) -> int:
    """A recording with something like a voice in it."""
    recorder = shelf.all.recorder
    recorder.expect("line1", 1, call_id=7, kind="talk")
    track = recorder.open("line1", 1, 1)
    assert track is not None
    for piece in pieces(voice(seconds), 16_000):
        track.write([piece])
        shelf.clock.advance(1)
        recorder.round()
    track.close()
    recorder.round()
    shelf.all.register.settle()
    return shelf.last().id


def test_ten_minutes_later_it_is_a_fifteenth_and_sounds_as_long(shelf: Shelf) -> None:
    needs_opus()
    recording_id = spoken(shelf)
    shelf.minutes(9)
    assert shelf.row(recording_id).format == "raw"
    shelf.minutes(3)
    row = shelf.row(recording_id)
    assert (row.format, row.seconds) == ("opus", 20.0)
    assert row.size_bytes < 320_000 / 11
    assert shelf.files() == [f"{row.name}.opus"]
    ogg = opens(shelf, recording_id)
    assert ogg.startswith(b"OggS")
    heard = b"".join(opus.decode(pieces(ogg), lambda: True))
    assert len(heard) == 320_000
    said, back = (struct.unpack("<160000h", data) for data in (voice(20), heard))
    both = sum(a * b for a, b in zip(said, back, strict=True))
    alone = math.sqrt(sum(a * a for a in said) * sum(b * b for b in back))
    assert both / alone > 0.9


def test_while_somebody_listens_it_is_not_changed(shelf: Shelf) -> None:
    needs_opus()
    recording_id, lead = spoken(shelf, 2), shelf.user("lead", "lead")
    for _ in range(20):
        shelf.all.library.open(recording_id, lead).close()
        shelf.minutes()
    assert shelf.row(recording_id).format == "raw"
    shelf.minutes(11)
    assert shelf.row(recording_id).format == "opus"


def test_without_the_encoder_the_sealed_sound_stays(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(shelf.data))
    recording_id = shelf.records()
    shelf.minutes(30)
    assert shelf.row(recording_id).format == "pcm"
    assert opens(shelf, recording_id) == sound(3)


@pytest.mark.parametrize("bug", ["exit 1", "head -c 2000", "cat >/dev/null; echo OggS", "head -c 100000 | REAL"])
def test_an_encoder_that_fails_or_lies_costs_no_second_of_sound(
    shelf: Shelf, bug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = needs.program("opusenc", package="opus-tools")
    tools = shelf.data / "tools"
    tools.mkdir()
    (tools / "opusenc").write_text(f"#!/bin/sh\n{bug.replace('REAL', real + ' ' + chr(34) + '$@' + chr(34))}\n")
    (tools / "opusenc").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    recording_id = spoken(shelf)
    shelf.minutes(60)
    row = shelf.row(recording_id)
    assert (row.format, row.tries) == ("raw", 3)  # and then no more: not every minute for ever
    assert opens(shelf, recording_id) == voice(20)
    assert shelf.files() == [f"{row.name}.raw"]


@pytest.mark.parametrize("format_", ["pcm", "opus"])
def test_the_program_can_end_in_the_midst_of_it(tmp_path: Path, format_: str) -> None:
    offices: list[Shelf] = []

    def ends(read: Sound, kind: str) -> Iterator[bytes]:
        for number, piece in enumerate(read()):
            yield b""
            if number == 5:
                offices[0].all.keeper._stop_asked.set()
            yield piece

    needs_opus()
    shelf = Shelf(tmp_path, polish=ends)
    offices.append(shelf)
    recording_id = spoken(shelf)
    found = recordings.get(shelf.store, recording_id)
    assert found is not None
    assert not shelf.all.keeper._remaking.remake(found, format_)
    row = shelf.row(recording_id)
    assert (row.format, row.tries) == ("raw", 0)
    assert shelf.files() == [f"{row.name}.raw"]


# --- erased in time ---


def grows_old(shelf: Shelf, days: float) -> None:
    shelf.clock.advance(days=days)
    shelf.all.keeper.round()


def test_after_half_a_year_it_is_erased_with_its_key_and_the_row_says_so(shelf: Shelf) -> None:
    recording_id = shelf.records()
    sealed = (shelf.folder / f"{shelf.row(recording_id).name}.raw").read_bytes()
    grows_old(shelf, 179)
    assert shelf.row(recording_id).state == "kept"
    grows_old(shelf, 2)
    row = shelf.row(recording_id)
    assert (row.state, row.wrapped_key) == ("erased", None)
    assert row.erased_at == utc_text(shelf.clock.now())
    assert shelf.files() == []
    assert shelf.deeds() == ["recording_erased"]
    # whoever kept a copy of the file still needs the row's key to have it played here
    (shelf.folder / f"{row.name}.raw").write_bytes(sealed)
    shelf.crash()
    shelf.minutes()
    assert shelf.files() == []


def test_the_key_is_overwritten_before_the_file_goes(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    recording_id = shelf.records()
    path = shelf.folder / f"{shelf.row(recording_id).name}.raw"
    copy = shelf.data / path.name
    copy.hardlink_to(path)  # what a reader of the bare disk finds
    grows_old(shelf, 181)
    with pytest.raises(Exception, match="key"):
        SealedReader(copy, shelf.all.library._files.sealer)


def test_never_while_the_clock_is_wrong(shelf: Shelf) -> None:
    recording_id = shelf.records()
    shelf.clock_ok = False
    grows_old(shelf, 5000)
    assert shelf.row(recording_id).state == "kept"


def test_what_was_recorded_under_a_wrong_clock_ages_from_when_it_was_right(shelf: Shelf) -> None:
    shelf.clock_ok = False
    shelf.clock.step(-timedelta(days=20_000).total_seconds())
    recording_id = shelf.records()
    assert shelf.row(recording_id).counts_from_at is None
    shelf.clock.step(timedelta(days=20_000).total_seconds())
    shelf.clock_ok = True
    grows_old(shelf, 1)
    assert shelf.row(recording_id).state == "kept"
    grows_old(shelf, 181)
    assert shelf.row(recording_id).state == "erased"


def test_not_one_of_an_open_ticket_nor_one_that_is_held_nor_a_voicemail_nobody_saw(shelf: Shelf) -> None:
    lead = shelf.user("lead", "lead")
    plain, of_call, of_ticket, held, unseen = (shelf.records(call_id=each) for each in (1, 2, 3, 4, 5))
    shelf.call(2)
    shelf.ticket(call_id=2)
    ticket_id = shelf.ticket()
    with shelf.store.transaction() as tx:
        tx.execute("UPDATE recording SET ticket_id = ? WHERE id = ?", (ticket_id, of_ticket))
        tx.execute("UPDATE recording SET needs_ticket = 1 WHERE id = ?", (unseen,))
    shelf.all.library.hold(held, lead, is_held=True)
    grows_old(shelf, 400)
    states = {each: shelf.row(each).state for each in (plain, of_call, of_ticket, held, unseen)}
    assert states == {plain: "erased", of_call: "kept", of_ticket: "kept", held: "kept", unseen: "kept"}
    with shelf.store.transaction() as tx:
        tx.execute("UPDATE ticket SET is_open = 0")
    shelf.all.library.hold(held, lead, is_held=False)
    grows_old(shelf, 1)
    assert [shelf.row(each).state for each in (of_call, of_ticket, held, unseen)] == ["erased"] * 3 + ["kept"]


def test_hundreds_of_them_are_erased_and_no_other(shelf: Shelf) -> None:
    old = [shelf.records(call_id=each, seconds=1) for each in range(1, 121)]
    shelf.clock.advance(days=100)
    young = [shelf.records(call_id=each, seconds=1) for each in range(200, 203)]
    grows_old(shelf, 81)
    assert {shelf.row(each).state for each in old} == {"erased"}
    assert {shelf.row(each).state for each in young} == {"kept"}
    assert len(shelf.files()) == 3


def test_how_long_is_the_leads_to_say(shelf: Shelf) -> None:
    lead, operator = shelf.user("lead", "lead"), shelf.user("li", "operator")
    library = shelf.all.library
    assert library.rules.keep_days == 180
    with pytest.raises(NotAllowed):
        library.change_rules(400, operator, betters_sound=True)
    for days in (None, 29, 3651, -1):
        with pytest.raises(FieldWrong):
            library.change_rules(days, lead, betters_sound=False)
    library.change_rules(400, lead, betters_sound=True)
    recording_id = shelf.records()
    grows_old(shelf, 399)
    assert shelf.row(recording_id).state == "kept"
    grows_old(shelf, 2)
    assert shelf.row(recording_id).state == "erased"
    assert "recordings_keep_days" in shelf.deeds()


def test_what_the_lead_changes_is_in_the_audit_and_nothing_else(shelf: Shelf) -> None:
    lead, library = shelf.user("lead", "lead"), shelf.all.library
    library.change_rules(180, lead, betters_sound=True)
    assert shelf.deeds() == []
    library.change_rules(180, lead, betters_sound=False)
    library.change_rules(90, lead, betters_sound=False)
    assert shelf.deeds() == ["recordings_sound", "recordings_keep_days"]
    shelf.crash()
    assert shelf.all.library.rules == Rules(keep_days=90, betters_sound=False)
