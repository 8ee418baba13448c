"""What callers leave with the box becomes a ticket, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from appliance.config import ModemSettings
from appliance.intake.voicemails import LISTENS_S, Voicemails
from appliance.people.roles import Role
from modem.events import EndReason, SoundEnd
from tests import rounds
from tests.appliance.box_on_line import MENU, BoxOnLine, hum, voice
from tests.appliance.small_office import ADVERT, GSM, LANDLINE, NIGHT, WANG, SmallOffice

LAND = ModemSettings("land", device="/dev/land", kind="voice", talk_path="parallel")


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path, LAND, GSM)


def row(office: SmallOffice, call_id: int = 1) -> Any:
    return office.one("SELECT * FROM call WHERE id = ?", call_id)


def recording(office: SmallOffice) -> Any:
    return office.one("SELECT * FROM recording ORDER BY id DESC LIMIT 1")


def receipts(office: SmallOffice) -> list[str]:
    return [each["number"] for each in office.outbox(purpose="receipt")]


def apologies(office: SmallOffice) -> list[str]:
    return [each["number"] for each in office.outbox(purpose="missed")]


def owed(office: SmallOffice) -> list[tuple[str, str, int | None]]:
    return [(task.number, task.reason, task.ticket_no) for task in office.office.callbacks.rows()]


def leaves_message(office: SmallOffice, from_: str | None = WANG, frames: list[bytes] | None = None) -> None:
    line = BoxOnLine(office)
    line.answers(from_)
    line.leaves_message(voice(3) if frames is None else frames)


# --- a message ---


def test_a_message_is_a_draft_with_its_recording_and_a_receipt(office: SmallOffice) -> None:
    leaves_message(office, frames=voice(42))
    ticket = office.office.tickets.row(1)
    assert (ticket.status, ticket.source, ticket.phone, ticket.line, ticket.call_id) == (
        "draft",
        "voicemail",
        WANG,
        "land",
        1,
    )
    words = office.one("SELECT content, title FROM ticket_words")
    assert "0:42" in words["content"]
    assert "11月23日9:30" in words["content"]
    assert (recording(office)["ticket_id"], recording(office)["needs_ticket"]) == (ticket.id, 0)
    heard = office.services.recordings.library.of_ticket(ticket.id, ticket.call_id, office.li)
    assert [(each.kind, round(each.seconds), each.may_hear) for each in heard] == [("voicemail", 42, True)]
    assert (row(office)["outcome"], receipts(office), apologies(office), owed(office)) == ("voicemail", [WANG], [], [])
    assert "您的留言已收到,编号000001" in office.outbox()[0]["text"]


def test_after_hours_the_receipt_says_when_the_office_opens(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LAND, GSM, now=NIGHT)
    leaves_message(office)
    assert "上班后(周二8:30)处理" in office.outbox()[0]["text"]


def test_in_english_the_ticket_and_the_receipt_are_english(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LAND, GSM, language="en")
    leaves_message(office)
    assert office.one("SELECT title FROM ticket_words")["title"].startswith("Voice message of 0:03")
    assert "your voice message is received, no. 000001" in office.outbox()[0]["text"]


def test_a_landline_caller_gets_the_call_task_alone(office: SmallOffice) -> None:
    leaves_message(office, LANDLINE)
    assert (receipts(office), owed(office)) == ([], [(LANDLINE, "voicemail", 1)])


def test_a_withheld_caller_leaves_a_ticket_without_a_citizen(office: SmallOffice) -> None:
    leaves_message(office, "")
    assert (office.office.tickets.row(1).phone, receipts(office), owed(office)) == ("", [], [])
    assert office.reminders() == []


def test_a_withheld_caller_who_keyed_in_a_number_is_called_there_and_not_texted(office: SmallOffice) -> None:
    line = BoxOnLine(office, MENU)
    line.answers("")
    line.ends(SoundEnd.PLAYED)
    line.plays()
    for key in WANG + "#":
        line.presses(key)
    line.plays()
    line.presses("1")
    line.plays()
    line.records(voice(3))
    line.hangs_up()
    assert office.office.tickets.row(1).phone == WANG
    assert (row(office)["outcome"], receipts(office), owed(office)) == ("voicemail", [], [(WANG, "voicemail", 1)])


def test_a_mass_sender_that_talks_to_the_box_is_a_ticket_without_an_answer(office: SmallOffice) -> None:
    leaves_message(office, ADVERT)
    assert (office.status(1), receipts(office)) == ("draft", [])


def test_no_ticket_is_made_before_the_call_is_over(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.answers()
    line.plays()
    line.records(voice(3))
    office.wait(5)
    assert (office.count("recording"), office.count("ticket")) == (1, 0)
    line.hangs_up()
    office.wait(300)
    assert (office.count("recording"), office.count("ticket")) == (1, 1)
    assert len(receipts(office)) == 1


# --- a caller who has something open ---


def test_a_message_of_a_caller_with_an_open_ticket_is_added_to_it(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.wait(hours=71)
    leaves_message(office)
    assert office.count("ticket") == 1
    (note,) = office.notes(1)
    assert note[:2] == ("supplement", "")
    assert "语音留言0:03" in note[2]
    assert recording(office)["ticket_id"] == office.office.tickets.row(1).id
    assert len(receipts(office)) == 1, "the one of the text"


def test_after_72_hours_a_message_is_a_matter_of_its_own(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.wait(hours=73)
    leaves_message(office)
    assert office.count("ticket") == 2


def test_two_messages_of_one_call_are_one_ticket_though_nobody_knows_who_called(office: SmallOffice) -> None:
    leaves_message(office, "")
    first = recording(office)["id"]
    again = dict(recording(office))
    with office.store.transaction() as tx:
        again |= {"id": None, "name": "f" * 32, "ticket_id": None, "needs_ticket": 1}
        tx.insert("recording", **again)
    office.wait(1)
    assert office.count("ticket") == 1
    assert recording(office)["id"] > first
    assert recording(office)["ticket_id"] == office.office.tickets.row(1).id


# --- nobody speaks ---


@pytest.mark.parametrize("frames", [hum(5), []], ids=["the line hums", "nothing at all"])
def test_an_empty_message_is_a_missed_call_and_no_ticket(office: SmallOffice, frames: list[bytes]) -> None:
    leaves_message(office, frames=frames)
    office.wait(1)
    assert office.count("ticket") == 0
    assert (row(office)["outcome"], apologies(office)) == ("missed", [WANG])
    assert owed(office) == [(WANG, "missed", None)]
    assert recording(office) is None or recording(office)["needs_ticket"] == 0


def test_an_empty_message_of_who_heard_the_announcement_is_no_missed_call(office: SmallOffice) -> None:
    line = BoxOnLine(office, MENU, announcement="announcement:1")
    line.answers()
    line.plays()
    line.presses("2")
    line.plays()
    line.presses("1")
    line.plays()
    line.records(hum(5))
    line.hangs_up()
    assert (row(office)["outcome"], apologies(office), owed(office)) == ("self_served", [], [])


def test_an_empty_message_beside_one_with_words_changes_nothing(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.answers()
    line.plays()
    line.begins_to_record(hum(3)).close()
    office.services.recordings.recorder.round()
    # The same call once more: this time somebody speaks.
    services = office.services.recordings
    services.recorder.expect("land", 99, call_id=1, kind="voicemail")
    track = services.recorder.open("land", line.call, 99)
    assert track is not None
    track.write(voice(3))
    track.close()
    services.recorder.round()
    line.ends(SoundEnd.KEY, 6)
    line.hangs_up()
    assert (row(office)["outcome"], office.count("ticket"), apologies(office)) == ("voicemail", 1, [])


# --- what a crash leaves ---


@pytest.mark.parametrize("moment", ["before the call was over", "before the row was written", "in the message"])
def test_a_message_is_found_after_a_crash(office: SmallOffice, moment: str) -> None:
    line = BoxOnLine(office)
    line.answers()
    line.plays()
    track = line.begins_to_record(voice(5))
    if moment != "in the message":
        track.close()
        office.services.recordings.recorder.round()
    if moment == "before the call was over":
        office.wait(1)
    office.crash()
    office.services.recordings.keeper.round()
    office.wait(1)
    assert office.status(1) == "draft"
    assert row(office)["outcome"] == "voicemail"
    assert recording(office)["seconds"] >= 3
    assert owed(office) == [(WANG, "interrupted", None)], "he was cut off"
    office.crash()
    office.wait(60)
    assert (office.count("ticket"), len(receipts(office))) == (1, 1)


def test_every_message_of_many_crashes_is_one_ticket(office: SmallOffice) -> None:
    count = rounds.count(6, soak=50)
    for number in range(count):
        line = BoxOnLine(office)
        line.answers(f"139000011{number:02}")
        line.plays()
        line.begins_to_record(voice(2))
        office.crash()
        office.services.recordings.keeper.round()
        office.wait(1)
    assert (office.count("ticket"), office.count("recording WHERE needs_ticket = 1")) == (count, 0)


def test_a_message_whose_call_could_never_be_written_is_a_ticket_all_the_same(office: SmallOffice) -> None:
    services = office.services.recordings
    services.recorder.expect("land", 5, call_id=77, kind="voicemail")
    track = services.recorder.open("land", 1, 5)
    assert track is not None
    track.write(voice(3))
    track.close()
    services.recorder.round()
    office.wait(1)
    assert office.count("ticket") == 0, "its row may still come"
    office.wait(minutes=11)
    assert (office.status(1), office.office.tickets.row(1).call_id) == ("draft", None)


def test_a_message_that_cannot_be_opened_is_a_ticket_and_not_thrown_away(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    line.answers()
    line.plays()
    line.begins_to_record(hum(3)).close()
    office.services.recordings.recorder.round()
    for file in (office.folder / "recordings").iterdir():
        file.write_bytes(file.read_bytes()[:-40])
    line.ends(SoundEnd.KEY, 3)
    line.hangs_up()
    assert (office.count("ticket"), row(office)["outcome"]) == (1, "voicemail")


# --- many at once, and one that fails ---


def three_wait(office: SmallOffice) -> Voicemails:
    """The messages of three callers are whole, and the desk has yet to look at them."""
    recordings = office.services.recordings
    for call_id in (71, 72, 73):
        recordings.recorder.expect("land", call_id, call_id=call_id, kind="voicemail")
        track = recordings.recorder.open("land", 1, call_id)
        assert track is not None
        track.write(voice(3))
        track.close()
        recordings.recorder.round()
    recordings.register.settle()
    office.clock.advance(minutes=11)
    looks = [look.__self__ for look in office.desk._every_round if hasattr(look, "__self__")]
    return next(each for each in looks if isinstance(each, Voicemails))


def test_a_message_that_a_bug_leaves_unsettled_holds_up_no_other(office: SmallOffice) -> None:
    waiting, heard = three_wait(office), []
    hears = waiting._hears_voice

    def fails_once(sound: Iterable[bytes]) -> bool:
        heard.append(sound)
        if len(heard) == 1:
            raise ValueError
        return hears(sound)

    waiting._hears_voice = fails_once
    assert (waiting.look(), office.count("ticket")) == (2, 2)
    assert (waiting.look(), office.count("ticket")) == (1, 3)


def test_the_desk_goes_on_with_its_round_while_many_messages_wait(office: SmallOffice) -> None:
    waiting = three_wait(office)
    hears = waiting._hears_voice

    def takes_long(sound: Iterable[bytes]) -> bool:
        office.clock.advance(LISTENS_S)
        return hears(sound)

    waiting._hears_voice = takes_long
    assert [(waiting.look(), office.count("ticket")) for _ in range(3)] == [(1, 1), (1, 2), (1, 3)]


# --- who took the call after all ---


def test_a_message_of_a_call_that_was_taken_over_belongs_to_the_ticket_of_that_call(office: SmallOffice) -> None:
    line = BoxOnLine(office)
    call_id = line.answers("")
    line.plays()
    line.begins_to_record(voice(3)).close()
    office.services.recordings.recorder.round()
    office.office.calls.take(call_id, office.li)
    line.hangs_up(EndReason.ELSEWHERE)
    no = office.office.tickets.open_draft(source="call", call_id=call_id, content="停水")
    office.wait(5)
    assert office.count("recording WHERE needs_ticket = 1") == 1, "the call goes on"
    office.office.calls.release(call_id, office.li)
    office.wait(1)
    assert (office.count("ticket"), row(office)["outcome"]) == (1, "answered")
    assert recording(office)["ticket_id"] == office.office.tickets.row(no).id


def test_only_the_desk_hears_a_message(office: SmallOffice) -> None:
    leaves_message(office)
    ticket = office.office.tickets.row(1)
    library = office.services.recordings.library
    assert library.of_ticket(ticket.id, ticket.call_id, office.li) != ()
    unit = type(office.li)(99, "u", "u", role=Role.UNIT)
    assert library.of_ticket(ticket.id, ticket.call_id, unit) == ()
