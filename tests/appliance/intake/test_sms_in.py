"""A message is committed once, whole, and only then deleted."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.intake import sms_in
from modem.commands import DeleteSms
from modem.events import Deliver, Report, ReportState, SmsReport, Undecodable
from tests import rounds
from tests.appliance.small_office import ADVERT, HANDLER, WANG, ZHAO, SmallOffice

LONG = "东街路灯不亮已经三天了,晚上很黑,老人小孩走路不安全,请尽快派人来修。" * 5  # 175 characters, 3 parts


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


# --- one message, one ticket, one delete ---


def test_a_message_is_committed_with_its_ticket_and_receipt_before_it_may_be_deleted(office: SmallOffice) -> None:
    event = office.sms(from_=WANG, text="东街路灯不亮")
    outgoing = office.handle(event)
    assert outgoing == [("line1", DeleteSms((event.slot,)))]
    assert office.count("pdu_in WHERE pdu = ?", event.pdu) == 1
    assert office.count("sms_in WHERE complete_at IS NOT NULL AND ticket_id IS NOT NULL") == 1
    assert office.count("ticket WHERE source = 'sms' AND status = 'draft'") == 1
    assert office.count("outbox WHERE purpose = 'receipt' AND preferred_line = 'line1'") == 1
    assert office.count("audit WHERE action = 'sms_in'") == 1


def test_nothing_of_a_message_stays_when_the_commit_fails_and_it_is_not_deleted(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("db.messages.change_sms", full_disk)  # the last thing written
        assert office.handle(office.sms(from_=WANG, text="东街路灯不亮")) == []
    for table in ("pdu_in", "sms_in", "ticket", "outbox"):
        assert office.count(table) == 0, table
    assert office.deleted == []


def test_the_same_pdu_again_is_only_deleted_again(office: SmallOffice) -> None:
    event = office.sms(from_=WANG, text="东街路灯不亮")
    office.handle(event)
    again = replace(event, slot=replace(event.slot, index=9, session=2))
    assert office.handle(again) == [("line1", DeleteSms((again.slot,)))]
    assert (office.count("sms_in"), office.count("ticket"), office.count("outbox")) == (1, 1, 1)
    assert office.count("ticket_note") == 0


def test_the_same_pdu_is_known_again_after_a_crash(office: SmallOffice) -> None:
    event = office.sms(from_=WANG, text="东街路灯不亮")
    office.handle(event)
    office.crash()
    office.handle(event)
    assert (office.count("sms_in"), office.count("ticket")) == (1, 1)


def test_the_same_pdu_on_another_sim_is_another_message(office: SmallOffice) -> None:
    event = office.sms(from_=WANG, text="东街路灯不亮")
    office.handle(event)
    office.handle(replace(event, identity="imsi:460009999999999"))
    assert office.count("sms_in") == 2


def test_the_same_words_sent_at_another_time_are_another_message(office: SmallOffice) -> None:
    office.text(from_=WANG, text="路灯还没修")
    office.text(from_=WANG, text="路灯还没修", sent_at=office.clock.now() + timedelta(seconds=1))
    assert office.count("sms_in") == 2
    assert office.count("ticket") == 1


# --- parts ---


def test_a_long_message_is_read_when_its_last_part_is_there(office: SmallOffice) -> None:
    first, second, third = office.parts(from_=WANG, text=LONG)
    office.handle(third)
    office.handle(first)
    assert (office.count("pdu_in"), office.count("sms_in"), office.count("ticket")) == (2, 1, 0)
    assert len(office.deleted) == 2
    office.handle(second)
    row = office.sms_row(1)
    assert (row["text"], row["outcome"], row["total"]) == (LONG, "draft", 3)
    assert office.one("SELECT content FROM ticket_words")["content"] == LONG


def test_parts_survive_a_crash_between_them(office: SmallOffice) -> None:
    first, second, third = office.parts(from_=WANG, text=LONG)
    for part in (second, first, third):
        office.handle(part)
        office.crash()
    assert office.sms_row(1)["text"] == LONG


def test_a_character_torn_between_two_parts_is_whole_again(office: SmallOffice) -> None:
    text = "a" + "𠮷🔥" * 50  # every part ends inside a pair
    for part in reversed(office.parts(from_=WANG, text=text)):
        office.handle(part)
    assert office.sms_row(1)["text"] == text


def test_a_part_that_comes_twice_counts_once(office: SmallOffice) -> None:
    first, second, third = office.parts(from_=WANG, text=LONG)
    over_another_centre = replace(second, pdu="07" + second.pdu)  # the same message, another raw form
    for part in (first, second, second, over_another_centre):
        office.handle(part)
    assert (office.count("sms_in"), office.sms_row(1)["complete_at"]) == (1, None)
    office.handle(third)
    assert office.sms_row(1)["text"] == LONG
    office.handle(replace(third, pdu="07" + third.pdu))
    assert (office.count("sms_in"), office.count("ticket"), office.count("ticket_note")) == (1, 1, 0)


def test_late_parts_are_waited_for_in_sight_of_the_desk_and_then_added(office: SmallOffice) -> None:
    first, second, third = office.parts(from_=WANG, text=LONG)
    office.handle(first)
    office.handle(second)
    office.wait(minutes=9)
    assert office.office.messages.rows("desk").rows == ()
    office.wait(minutes=2)
    (shown,) = office.office.messages.rows("desk").rows
    assert (shown.state, shown.number) == ("waiting 2/3", WANG)
    assert shown.text == LONG[:134]
    office.wait(hours=5)
    office.handle(third)
    assert office.sms_row(1)["outcome"] == "draft"
    assert office.office.messages.rows("desk").rows == ()


def test_a_part_that_comes_days_later_under_the_same_reference_is_another_message(office: SmallOffice) -> None:
    first, second, third = office.parts(from_=WANG, text=LONG)
    office.handle(first)
    office.handle(second)
    office.wait(hours=25)
    office.handle(third)
    assert office.count("sms_in WHERE complete_at IS NULL") == 2


def test_a_reference_used_again_does_not_mix_two_messages(office: SmallOffice) -> None:
    old = office.parts(from_=WANG, text="甲" * 150)
    office.handle(old[0])
    office.handle(old[1])  # its third part comes late
    office.wait(hours=3)
    new = office.parts(from_=WANG, text="乙" * 150)
    for part in (new[2], new[0], new[1]):
        office.handle(part)
    office.handle(old[2])
    texts = {row["text"] for row in office.store.rows("SELECT text FROM sms_words")}
    assert texts == {"甲" * 150, "乙" * 150}


def test_parts_of_different_senders_references_and_totals_are_not_mixed(office: SmallOffice) -> None:
    messages = [
        office.parts(from_=WANG, text="甲" * 150, reference=7),
        office.parts(from_=ZHAO, text="乙" * 150, reference=7),
        office.parts(from_=WANG, text="丙" * 150, reference=8),
        office.parts(from_=WANG, text="丁" * 100, reference=7),
    ]
    events = [part for message in messages for part in message]
    random.Random(4512).shuffle(events)
    for event in events:
        office.handle(event)
    texts = sorted(row["text"] for row in office.store.rows("SELECT text FROM sms_words"))
    assert texts == sorted(["甲" * 150, "乙" * 150, "丙" * 150, "丁" * 100])


def test_parts_on_two_sims_are_not_mixed(office: SmallOffice) -> None:
    here = office.parts(from_=WANG, text="甲" * 150)
    there = [replace(part, identity="imsi:460009999999999") for part in office.parts(from_=WANG, text="乙" * 150)]
    for part in (here[0], there[1], there[0], here[1], there[2], here[2]):
        office.handle(part)
    texts = {row["text"] for row in office.store.rows("SELECT text FROM sms_words")}
    assert texts == {"甲" * 150, "乙" * 150}


def test_long_messages_in_any_order_with_repeats_and_crashes_are_joined_right(tmp_path: Path) -> None:
    """Nothing merged wrongly, nothing lost: the rows at the end are exactly the messages that were sent."""
    dice = random.Random(12345)
    office = SmallOffice(tmp_path)
    sent: list[str] = []
    events: list[Any] = []
    for number in range(rounds.count(60, soak=1000)):
        text = f"{number}号:" + dice.choice("路灯水电井盖🔥𠮷") * dice.randint(70, 260)
        sent.append(text)
        reference = dice.randrange(4)  # few references: they are used again all the time
        sender = dice.choice([WANG, ZHAO, "13511110000"])
        moment = office.clock.now() + timedelta(hours=2 * number)
        events += office.parts(from_=sender, text=text, reference=reference, sent_at=moment)
        if len(events) > 12:
            dice.shuffle(events)
            _handle_some(office, dice, events, leave=4)
    _handle_some(office, dice, events, leave=0)
    rows = office.store.rows("SELECT w.text, s.complete_at FROM sms_in s JOIN sms_words w ON w.sms_id = s.id")
    assert sorted(row["text"] for row in rows) == sorted(sent)
    assert all(row["complete_at"] for row in rows)


def _handle_some(office: SmallOffice, dice: random.Random, events: list[Any], *, leave: int) -> None:
    while len(events) > leave:
        event = events.pop()
        office.handle(event)
        if dice.random() < 0.1:
            office.handle(event)
        if dice.random() < 0.02:
            office.crash()


def test_a_message_filed_while_parts_were_missing_is_completed_on_its_ticket(office: SmallOffice) -> None:
    no = office.ticket_with_unit(from_=ZHAO)
    first, second, third = office.parts(from_=WANG, text=LONG)
    office.handle(first)
    office.handle(second)
    sms_id = office.last_sms()
    office.office.messages.file(sms_id, no, office.li)
    office.handle(third)
    assert office.notes(no)[-1] == ("supplement", "", LONG)
    assert office.count("ticket") == 1
    assert office.sms_row(sms_id)["handled_at"] is None  # there is more to read now


# --- what isn't words ---


def test_an_undecodable_message_is_kept_raw_and_shown_on_the_desk(office: SmallOffice) -> None:
    event = replace(office.sms(from_=WANG, text="x"), pdu="07FFEE", message=Undecodable("length"))
    assert office.handle(event) == [("line1", DeleteSms((event.slot,)))]
    (shown,) = office.office.messages.rows("desk").rows
    assert (shown.kind, shown.text, shown.state) == ("undecodable", "07FFEE", "new")
    assert office.office.messages.rows("trouble").rows == (shown,)
    assert office.count("ticket") == 0


def test_a_message_of_plain_data_opens_no_ticket(office: SmallOffice) -> None:
    event = office.sms(from_=WANG, text="abc")
    assert isinstance(event.message, Deliver)
    office.handle(replace(event, message=replace(event.message, alphabet="8bit", body=b"\x00\x01\xff")))
    row = office.sms_row(1)
    assert (row["outcome"], row["needs_desk"], row["text"]) == ("data", 1, "00 01 FF")
    assert office.count("ticket") == 0


def test_a_stored_report_is_kept_and_settles_its_message(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.deliver()
    (sent,) = office.outbox(purpose="receipt")
    reference = office.one("SELECT reference FROM outbox_part WHERE outbox_id = ?", sent["id"])["reference"]
    report = Report(reference, "+86" + WANG, 0, ReportState.DELIVERED, office.clock.now(), office.clock.now())
    event = replace(office.sms(from_=WANG, text="report"), message=report)
    assert office.handle(event) == [("line1", DeleteSms((event.slot,)))]
    assert office.outbox(purpose="receipt")[0]["state"] == "delivered"
    assert office.one("SELECT outbox_id FROM pdu_in WHERE kind = 'report'")["outbox_id"] == sent["id"]


def test_an_unreadable_direct_report_is_kept_raw(office: SmallOffice) -> None:
    event = SmsReport("line1", "06FF", Undecodable("too short"))
    office.handle(event)
    office.handle(event)
    assert office.one("SELECT pdu, reason FROM pdu_in WHERE kind = 'report_unread'")["pdu"] == "06FF"
    assert office.count("pdu_in") == 1


# --- a bug of ours ---


def test_a_message_that_trips_a_bug_in_answering_keeps_its_text_and_reaches_the_desk(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError("东街路灯不亮")

    with monkeypatch.context() as broken:
        broken.setattr("appliance.outreach.answers.Answers.receipt", bug)
        event = office.sms(from_=WANG, text="东街路灯不亮")
        assert office.handle(event) == [("line1", DeleteSms((event.slot,)))]
    row = office.sms_row(1)
    assert (row["text"], row["outcome"], row["needs_desk"]) == ("东街路灯不亮", "trouble", 1)
    assert office.count("ticket") == 0  # what was written half is taken back
    assert "ZeroDivisionError" in caplog.text
    assert "路灯" not in caplog.text
    office.text(from_=WANG, text="还是不亮")
    assert office.count("ticket") == 1  # the next one isn't blocked


def test_a_message_that_trips_a_bug_in_joining_is_kept_raw(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> str:
        raise IndexError

    with monkeypatch.context() as broken:
        broken.setattr(sms_in.SmsIntake, "_deliver", bug)
        event = office.sms(from_=WANG, text="东街路灯不亮")
        assert office.handle(event) == [("line1", DeleteSms((event.slot,)))]
    row = office.sms_row(1)
    assert (row["kind"], row["text"], row["needs_desk"]) == ("trouble", event.pdu, 1)
    assert office.count("pdu_in WHERE reason = 'IndexError'") == 1
    office.handle(event)
    assert office.count("sms_in") == 1


# --- who it is ---


@pytest.mark.parametrize("sender", [ADVERT, "10086", "95588", "+8610690000", "12306", "CMCC", "Bank of X", "123"])
def test_mass_senders_are_filed_apart_and_never_answered(office: SmallOffice, sender: str) -> None:
    office.text(from_=sender, text="您的验证码是1234,回复TD退订")
    row = office.sms_row(1)
    assert (row["kind"], row["outcome"], row["needs_desk"]) == ("advert", "filed", 0)
    assert (office.count("ticket"), office.count("outbox"), office.count("citizen")) == (0, 0, 0)
    assert [shown.text for shown in office.office.messages.rows("adverts").rows] == ["您的验证码是1234,回复TD退订"]
    assert office.office.messages.rows("in").rows == ()


@pytest.mark.parametrize("sender", [WANG, "+86" + WANG, "86" + WANG, "0" + WANG])
def test_one_citizen_is_known_in_every_form_of_the_number(office: SmallOffice, sender: str) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.text(from_=sender, text="还是不亮")
    assert office.count("citizen") == 1
    assert office.count("ticket") == 1
    assert (
        office.one("SELECT sender FROM sms_words WHERE sms_id = 2")["sender"] == sender
    )  # kept as the network gave it


def test_a_registered_handler_is_known_by_the_number(office: SmallOffice) -> None:
    office.text(from_="+86" + HANDLER, text="你好")
    row = office.sms_row(1)
    assert (row["kind"], row["outcome"]) == ("handler", "unmatched")
    assert office.count("citizen") == 0


def test_a_message_without_a_sender_reaches_the_desk(office: SmallOffice) -> None:
    office.text(from_="", text="东街路灯不亮")
    row = office.sms_row(1)
    assert (row["outcome"], row["needs_desk"]) == ("no_sender", 1)


def test_a_late_advert_in_parts_stays_off_the_desk(office: SmallOffice) -> None:
    office.handle(office.parts(from_=ADVERT, text="广告" * 60)[0])
    office.wait(minutes=20)
    assert office.office.messages.rows("desk").rows == ()


def test_an_hour_long_flood_of_one_number_is_one_ticket_with_one_receipt(office: SmallOffice) -> None:
    for number in range(rounds.count(150, soak=6000)):
        office.text(from_=WANG, text=f"路灯不亮{number}")
        office.clock.advance(1)
    assert office.count("ticket") == 1
    assert office.count("outbox") == 1
    assert office.count("sms_in") == office.count("ticket_note WHERE kind = 'supplement'") + 1
