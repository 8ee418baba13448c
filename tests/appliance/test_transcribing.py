"""A program of somebody else's writes down what callers left with the box: a note that says so, and no harm done."""

from __future__ import annotations

import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.config import CommandsSettings, ModemSettings
from appliance.plugins import Draft, Plugins
from appliance.transcribing import Transcriber
from tests.appliance.box_on_line import BoxOnLine, voice
from tests.appliance.small_office import GSM, WANG, SmallOffice
from tests.support import eventually

LAND = ModemSettings("land", device="/dev/land", kind="voice", talk_path="parallel")
COUNTS = "import sys; data = sys.stdin.buffer.read(); print('three lamps', data[:4].decode(), len(data))"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, LAND, GSM)


def transcriber(office: SmallOffice, code: str) -> Transcriber:
    plugins = Plugins(CommandsSettings(transcribe_command=(sys.executable, "-c", code)), RealClock())
    services = office.services
    return Transcriber(
        services._store, office.clock, plugins, services.recordings.files, add_note=services.office.tickets.add_note
    )


def leaves_message(office: SmallOffice, seconds: int = 3) -> None:
    line = BoxOnLine(office)
    line.answers(WANG)
    line.leaves_message(voice(seconds))


def notes(office: SmallOffice) -> list[str]:
    rows = office.services._store.rows(
        "SELECT w.text FROM ticket_note n JOIN note_words w ON w.note_id = n.id"
        " WHERE n.kind = 'transcript' ORDER BY n.id"
    )
    return [row["text"] for row in rows]


def test_a_voicemail_gets_its_words_as_a_note_once(office: SmallOffice) -> None:
    written = transcriber(office, COUNTS)
    assert written.look() == 0
    leaves_message(office)

    assert written.look() == 1
    assert written.look() == 0
    assert transcriber(office, COUNTS).look() == 0, "nor after a restart"

    (note,) = notes(office)
    assert note.startswith("three lamps RIFF ")
    assert int(note.split()[-1]) == pytest.approx(44 + 3 * 16000, abs=16000)


@pytest.mark.parametrize("code", ["import sys; sys.exit(1)", "import sys; sys.stdout.buffer.write(b'\\xff\\x00')", ""])
def test_a_bad_program_leaves_no_note_and_is_not_asked_again(office: SmallOffice, code: str) -> None:
    written = transcriber(office, code)
    leaves_message(office)

    assert written.look() == 1
    assert written.look() == 0
    assert transcriber(office, COUNTS).look() == 0, "nor after a restart"
    assert notes(office) == []
    assert office.office.tickets.row(1).source == "voicemail"


def test_what_was_left_long_before_the_start_is_let_be(office: SmallOffice) -> None:
    leaves_message(office)
    office.clock.advance(hours=2)

    assert transcriber(office, COUNTS).look() == 0


def test_two_voicemails_of_one_ticket_both_get_their_words(office: SmallOffice) -> None:
    leaves_message(office)
    leaves_message(office, 5)
    assert office.count("ticket") == 1

    assert transcriber(office, COUNTS).look() == 2
    lengths = [int(note.split()[-1]) for note in notes(office)]
    assert lengths == sorted(set(lengths))


def test_a_voicemail_that_is_bettered_meanwhile_is_written_down_in_its_new_form(office: SmallOffice) -> None:
    leaves_message(office)
    keeper = office.services.recordings.keeper
    written = transcriber(office, COUNTS)
    draft_of = written._draft

    def after_it_was_bettered(row: sqlite3.Row) -> Draft | None:
        keeper.round()
        return draft_of(row)

    written._draft = after_it_was_bettered  # type: ignore[method-assign]
    assert written.look() == 2
    assert len(notes(office)) == 1


def test_what_was_broken_off_comes_again(office: SmallOffice) -> None:
    leaves_message(office)
    written = transcriber(office, COUNTS)
    written.stop()
    assert written.look() == 0
    assert transcriber(office, COUNTS).look() == 1


def test_a_file_that_is_gone_stops_nobody(office: SmallOffice) -> None:
    leaves_message(office)
    for path in office.services.recordings.files.folder.iterdir():
        path.unlink()
    leaves_message(office)

    assert transcriber(office, COUNTS).look() == 2
    assert len(notes(office)) == 1


def test_the_thread_writes_down_and_ends_with_the_program_it_waits_for(office: SmallOffice) -> None:
    leaves_message(office)
    written = transcriber(office, "import time; time.sleep(600)")
    written.start()
    eventually(written._plugins._transcribing.locked)

    written.stop(20)

    assert not written._thread.is_alive()
    assert notes(office) == []


def test_without_a_program_no_thread_runs(office: SmallOffice) -> None:
    before = threading.active_count()
    services = office.services
    services.transcriber.start()

    assert threading.active_count() == before
    services.transcriber.stop()
