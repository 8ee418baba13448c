"""A citizen without text messages hears the result of the ticket by telephone, where the box can speak."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.callflow import spoken_replies
from appliance.callflow.spoken_replies import SpokenReplies
from appliance.clock import FastClock
from appliance.config import CommandsSettings
from appliance.plugins import Plugins
from appliance.runtime import sound_forms
from db import call_flow as rows
from tests.appliance.small_office import LANDLINE, NIGHT, WANG, SmallOffice

SPEAKS = """
import math, struct, sys, wave
words = sys.stdin.buffer.read()
out = wave.open(sys.stdout.buffer, "wb")
out.setnchannels(1); out.setsampwidth(2); out.setframerate(8000)
out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(at / 4))) for at in range(8000 + 10 * len(words))))
out.close()
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    office = SmallOffice(tmp_path, now=NIGHT)
    yield office
    office.store.close()


def speaking(office: SmallOffice, program: str = SPEAKS) -> SpokenReplies:
    path = office.folder / "speak.py"
    path.write_text(program, encoding="utf-8")
    plugins = Plugins(CommandsSettings(speak_command=(sys.executable, str(path))), FastClock(NIGHT))
    return SpokenReplies(office.store, office.clock, plugins, sound_forms())


def asked_on(office: SmallOffice, number: str) -> int:
    """A ticket with a result, of a citizen with this number."""
    no = office.ticket_asked()
    with office.store.transaction() as tx:
        tx.execute("UPDATE citizen SET phone = ? WHERE id = (SELECT citizen_id FROM ticket WHERE no = ?)", (number, no))
    return int(office.one("SELECT id FROM ticket WHERE no = ?", no)["id"])


def test_a_citizen_on_a_landline_will_hear_the_result(office: SmallOffice) -> None:
    ticket_id = asked_on(office, LANDLINE)
    replies = speaking(office)
    assert replies.sound(ticket_id) == b""
    replies.prepare()
    assert len(replies.sound(ticket_id)) > 4000  # half a second at the least
    before = office.one("SELECT made_at FROM spoken_reply")["made_at"]
    office.clock.advance(60)
    replies.prepare()
    assert office.one("SELECT made_at FROM spoken_reply")["made_at"] == before


def test_who_can_be_texted_is_texted(office: SmallOffice) -> None:
    ticket_id = asked_on(office, WANG)
    replies = speaking(office)
    replies.prepare()
    assert replies.sound(ticket_id) == b""


def test_many_who_are_texted_hide_nobody_who_is_not(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_replies, "LOOKED_AT", 2)
    ticket_id = asked_on(office, LANDLINE)
    for number in range(3):
        office.ticket_asked(from_=f"1390000222{number}")
    replies = speaking(office)
    for _ in range(2):
        replies.prepare()
    assert replies.sound(ticket_id) != b""


def test_what_was_brought_in_confidence_is_never_spoken(office: SmallOffice) -> None:
    ticket_id = asked_on(office, LANDLINE)
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET is_confidential = 1 WHERE id = ?", (ticket_id,))
    replies = speaking(office)
    replies.prepare()
    assert replies.sound(ticket_id) == b""


def test_what_was_spoken_is_silent_once_its_ticket_is_confidential(office: SmallOffice) -> None:
    ticket_id = asked_on(office, LANDLINE)
    replies = speaking(office)
    replies.prepare()
    assert replies.sound(ticket_id) != b""
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET is_confidential = 1 WHERE id = ?", (ticket_id,))
    assert replies.sound(ticket_id) == b""


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "print('no sound at all')"])
def test_a_program_that_fails_is_not_asked_for_ever(
    office: SmallOffice, program: str, caplog: pytest.LogCaptureFixture
) -> None:
    ticket_id = asked_on(office, LANDLINE)
    replies = speaking(office, program)
    replies.prepare()
    assert "could not be spoken" in caplog.text
    assert replies.sound(ticket_id) == b""
    assert rows.to_be_spoken(office.store, "survey", 9) == []


def test_without_a_program_nothing_is_spoken_and_nothing_is_lost(office: SmallOffice) -> None:
    asked_on(office, LANDLINE)
    office.services.every_minute["spoken"]()
    plugins = Plugins(CommandsSettings(), FastClock(NIGHT))
    SpokenReplies(office.store, office.clock, plugins, sound_forms()).prepare()
    assert rows.to_be_spoken(office.store, "survey", 9)


def test_a_program_that_is_busy_is_asked_again_in_a_minute(office: SmallOffice) -> None:
    asked_on(office, LANDLINE)
    replies = speaking(office)
    with replies._plugins._speaking:
        replies.prepare()
    assert rows.to_be_spoken(office.store, "survey", 9)
