"""Whom the box rings, over which line, and what it writes: a small office whose telephone lines are made of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.callflow import alarm_desk
from appliance.casework.tickets import TicketForm
from appliance.config import ModemSettings
from appliance.intake.board import ENDED
from modem.commands import Dial, HangUp, Listen, Play
from modem.events import (
    CallAnswered,
    CallDialing,
    CallEnded,
    CallSound,
    EndReason,
    KeyPressed,
    LineState,
    SoundEnd,
    SoundEnded,
)
from tests.appliance.small_office import GSM, LANDLINE, WANG, SmallOffice

CALL, CHIEF = 77, "13800005555"
PCM = replace(GSM, name="pcm", number="13600000002", audio_device="pcm:/dev/null")
DEAF = ModemSettings("deaf", kind="voice", talk_path="parallel", number="057185330000")


class Alarms:
    """An office with a danger whose leader has a landline: he is rung at once."""

    def __init__(self, folder: Path, modems: Iterable[ModemSettings], phone: str = LANDLINE) -> None:
        self.small = SmallOffice(folder, *modems)
        now = self.small.clock.now()
        self.small.office.roster.add(
            "leader", now - timedelta(hours=1), now + timedelta(days=2), self.small.lead, name="主任", phone=phone
        )

    def begins(self) -> int:
        form = TicketForm("有异味", "东街3号楼有异味", place="东街", contact_phone=WANG, type="help", category="gas")
        no = int(self.small.office.tickets.create(form, self.small.li))
        self.small.office.follow_up.emergencies.start(no, "gas", self.small.li)
        self.small.wait(6)
        return no

    def dials(self) -> list[tuple[str, Dial]]:
        return [(line, command) for line, command in self.small.commands if isinstance(command, Dial)]

    def sent(self, kind: type[Any]) -> list[Any]:
        return [command for _, command in self.small.commands if isinstance(command, kind)]

    def tell(self, *events: Any) -> None:
        for event in events:
            self.small.handle(event)
        self.small.wait(1)

    def dialing(self) -> CallDialing:
        line, dial = self.dials()[-1]
        return CallDialing(line, CALL, dial.ref, dial.number)

    def outcomes(self) -> list[str]:
        return [row["outcome"] for row in self.small.store.rows("SELECT outcome FROM emergency_call ORDER BY id")]


def test_a_gsm_line_with_sound_speaks_and_its_key_1_confirms(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [GSM, PCM])
    office.begins()
    ((line, dial),) = office.dials()
    assert (line, dial.number, dial.speaks) == ("pcm", LANDLINE, True), "best a line on which the box can speak"
    office.tell(office.dialing(), CallAnswered("pcm", CALL), CallSound("pcm", CALL, is_on=True))
    play = office.sent(Play)[-1]
    assert play.call == CALL
    card = office.small.office.calls.board(office.small.li)[0]
    assert (card.by_box, card.direction, card.answered_at) == (True, "out", None)
    office.tell(SoundEnded("pcm", CALL, play.ref, SoundEnd.PLAYED, 8.0))
    listen = office.sent(Listen)[-1]
    office.tell(KeyPressed("pcm", CALL, "1"))
    assert office.small.one("SELECT state FROM emergency")["state"] == "taken", "at once, not when he hangs up"
    office.tell(SoundEnded("pcm", CALL, listen.ref, SoundEnd.KEY, 1.0), CallEnded("pcm", CALL, EndReason.REMOTE))
    assert office.outcomes() == ["confirmed"]
    row = office.small.one("SELECT outcome, by_box, taken_by FROM call")
    assert (row["outcome"], row["by_box"], row["taken_by"]) == ("answered", 1, None)
    assert office.small.office.calls.board(office.small.li) == (), "no desk has to do anything about it"
    assert office.small.count("callback") == 0


def test_who_pressed_1_and_texts_ok_as_well_starts_no_new_matter(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM], phone=CHIEF)
    no = office.begins()
    office.small.wait(125)
    office.tell(office.dialing(), CallAnswered("pcm", CALL), CallSound("pcm", CALL, is_on=True))
    office.tell(KeyPressed("pcm", CALL, "1"), CallEnded("pcm", CALL, EndReason.REMOTE))
    tickets = office.small.count("ticket")
    for text in ("OK", f"OK {no:06}", "收到"):
        row = office.small.sms_row(office.small.text(from_=CHIEF, text=text))
        assert (row["outcome"], row["needs_desk"]) == ("emergency_taken", 0)
    assert office.small.count("ticket") == tickets
    assert office.small.one("SELECT via FROM emergency_step")["via"] == "call"


def test_who_presses_no_key_is_no_answered_call(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM])
    office.begins()
    office.tell(office.dialing(), CallAnswered("pcm", CALL), CallSound("pcm", CALL, is_on=True))
    play = office.sent(Play)[-1]
    office.tell(SoundEnded("pcm", CALL, play.ref, SoundEnd.HUNG_UP, 2.0), CallEnded("pcm", CALL, EndReason.REMOTE))
    assert office.outcomes() == ["no_key"]
    assert office.small.one("SELECT outcome FROM call")["outcome"] == "no_answer"


def test_a_landline_without_voice_and_a_line_that_is_not_ready_are_passed_over(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [DEAF, PCM, GSM])
    office.small.line("deaf", has_voice=False)
    office.small.line("pcm", LineState.NO_NETWORK)
    office.begins()
    assert [line for line, _ in office.dials()] == [GSM.name]
    assert not office.dials()[0][1].speaks


def test_with_no_line_at_all_it_waits_until_there_is_one(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM])
    office.small.line("pcm", LineState.MISSING)
    office.begins()
    office.small.wait(30)
    assert (office.dials(), office.outcomes()) == ([], [])
    office.small.line("pcm")
    office.small.wait(6)
    assert len(office.dials()) == 1


def test_a_line_that_takes_no_commands_is_told_and_the_board_is_free_again(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM])
    office.small.takes_commands = False
    office.begins()
    office.small.wait(1)
    assert office.outcomes() == ["failed"]
    assert not office.small.office.calls._board.on_line("pcm")
    assert office.small.one("SELECT outcome FROM call")["outcome"] == "no_answer"


def test_a_call_whose_end_is_never_told_holds_up_nothing(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM])
    office.begins()
    office.tell(office.dialing())
    office.small.wait(alarm_desk.FORGOTTEN_AFTER_S + 1)
    assert office.outcomes() == ["failed"]
    assert not office.small.office.calls._board.on_line("pcm")


def test_a_danger_that_is_over_ends_the_call_about_it(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM])
    no = office.begins()
    office.tell(office.dialing())
    office.small.office.follow_up.emergencies.close(no, "险情解除", office.small.li)
    office.small.wait(1)
    assert office.sent(HangUp)[-1].call == CALL
    office.tell(CallEnded("pcm", CALL, EndReason.LOCAL))
    assert office.outcomes() == ["needless"]


def test_who_takes_the_call_over_at_the_desk_is_not_rung_again(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [DEAF])
    office.begins()
    office.tell(office.dialing())
    (card,) = office.small.office.calls.board(office.small.li)
    office.small.office.during_calls.lifted(card.call_id, office.small.li)
    office.tell(CallEnded("deaf", CALL, EndReason.ELSEWHERE))
    assert office.outcomes() == ["person"]
    assert office.small.office.calls.card(card.call_id).state != ENDED, "he talks on the telephone"
    office.small.wait(400)
    assert len(office.dials()) == 1


def test_a_start_writes_what_the_last_run_left(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM])
    office.begins()
    office.tell(office.dialing())
    office.small.crash()
    office.small.wait(1)
    assert office.outcomes() == ["cut"]
    office.small.wait(70)
    assert office.outcomes() == ["cut", ""]


def test_a_full_disk_at_the_first_word_leaves_the_line_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Alarms(tmp_path, [PCM])
    monkeypatch.setattr(alarm_desk.AlarmDesk, "_speaks", _fails)
    office.begins()
    assert (office.dials(), office.outcomes()) == ([], [])
    assert not office.small.office.calls._board.on_line("pcm")


def _fails(desk: Any, line: str) -> bool:
    if desk._board.on_line(line):
        raise OSError("no room")
    return True


def test_a_clock_that_was_set_back_delays_nobody(tmp_path: Path) -> None:
    office = Alarms(tmp_path, [PCM], phone="13800005555")
    office.begins()
    assert office.dials() == [], "the text has two minutes"
    with office.small.store.transaction() as tx:
        tx.execute("UPDATE emergency_step SET told_at = '2031-01-01T00:00:00.000Z'")
    office.small.wait(6)
    assert len(office.dials()) == 1
