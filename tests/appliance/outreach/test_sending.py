"""No message is sent twice by itself, none is lost quietly, and the state always says what is known."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.config import ModemSettings
from appliance.outreach.sending import LOOK_AHEAD
from modem.commands import SendSms
from modem.events import (
    CommandRefused,
    FailureKind,
    LineState,
    Report,
    ReportState,
    SmsFailed,
    SmsPartSent,
    SmsReport,
    SmsSent,
)
from tests import rounds
from tests.appliance.small_office import HANDLER, NIGHT, WANG, ZHAO, SmallOffice

LINE1 = ModemSettings("line1", talk_path="headset")
LINE2 = ModemSettings("line2")
VOICE = ModemSettings("land", kind="voice", talk_path="parallel")
TWO_PARTS = "灯" * 100


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def write(office: SmallOffice, text: str = "您好", *, to: str = WANG, **more: Any) -> int:
    return office.office.messages.write(to, text, office.li, **more)


def state(office: SmallOffice, outbox_id: int) -> str:
    return str(office.one("SELECT state FROM outbox WHERE id = ?", outbox_id)["state"])


def report(office: SmallOffice, reference: int, *, to: str = WANG, status: int = 0, line: str = "line1") -> None:
    words = {0: ReportState.DELIVERED, 0x30: ReportState.TRYING, 0x45: ReportState.FAILED}
    now = office.clock.now()
    office.handle(SmsReport(line, "06", Report(reference, "+86" + to, status, words[status], now, now)))


def fail(office: SmallOffice, ref: int, kind: FailureKind, *, parts_sent: int = 0, line: str = "line1") -> None:
    office.handle(SmsFailed(line, ref, kind, 42, "congestion", parts_sent))


def put(office: SmallOffice, purpose: str, *, number: int = 0, to: str = WANG, **more: Any) -> int:
    """Queue a message of any purpose, as the services do."""
    with office.store.transaction() as tx:
        outbox_id = office.office.messages._outbox.queue(
            tx, purpose=purpose, number=to, text=f"{purpose} {number}", idem_key=f"{purpose}:{number}", **more
        )
    assert outbox_id is not None
    return outbox_id


# --- the way out ---


def test_sending_is_committed_before_the_command_goes(office: SmallOffice) -> None:
    outbox_id = write(office)
    ((line, command),) = office.next_sends()
    assert command == SendSms(outbox_id, WANG, "您好", want_report=True)
    row = office.one("SELECT * FROM outbox")
    assert (row["state"], row["line"], row["attempts"], line) == ("sending", "line1", 1, "line1")


def test_the_network_took_every_part(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    ((line, command),) = office.next_sends()
    references = office.network_takes(line, command)
    row = office.one("SELECT * FROM outbox")
    assert (row["state"], row["parts"], row["sent_at"] is not None) == ("sent", 2, True)
    parts = office.store.rows("SELECT part, total, reference FROM outbox_part ORDER BY part")
    assert [tuple(part) for part in parts] == [(1, 2, references[0]), (2, 2, references[1])]
    assert state(office, outbox_id) == "sent"


def test_one_message_at_a_time_goes_over_a_line(office: SmallOffice) -> None:
    write(office, "一")
    write(office, "二")
    ((line, command),) = office.next_sends()
    assert office.next_sends() == []
    office.network_takes(line, command)
    assert [command.text for _, command in office.next_sends()] == ["二"]


def test_two_lines_carry_two_messages_at_once(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LINE1, LINE2)
    write(office, "一")
    write(office, "二")
    assert sorted(line for line, _ in office.next_sends()) == ["line1", "line2"]


@pytest.mark.parametrize("sms_per_day", [0, 5000])
def test_a_long_queue_of_one_line_does_not_keep_another_lines_messages_waiting(
    tmp_path: Path, sms_per_day: int
) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_day=sms_per_day), LINE2)
    for number in range(LOOK_AHEAD + 5):
        put(office, "receipt", number=number, preferred_line="line1")
    put(office, "receipt", number=-1, preferred_line="line2")
    assert [(line, command.text) for line, command in office.next_sends()] == [
        ("line1", "receipt 0"),
        ("line2", "receipt -1"),
    ]


def test_nothing_goes_over_a_line_that_is_not_ready(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, are_ready=False)
    outbox_id = write(office)
    for state_ in (LineState.STARTING, LineState.NO_NETWORK, LineState.MISSING, LineState.SIM_LOCKED):
        office.line("line1", state_)
        assert office.next_sends() == []
        assert state(office, outbox_id) == "queued"
    office.line("line1", LineState.READY)
    assert len(office.next_sends()) == 1


def test_a_landline_carries_no_messages(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, VOICE)
    write(office)
    assert office.next_sends() == []


def test_what_is_due_first_goes_first(office: SmallOffice) -> None:
    order = ("rating", "reminder", "progress", "receipt", "dispatch", "emergency")
    for purpose in order:
        put(office, purpose)
    assert [text for _, text in office.deliver()] == [f"{purpose} 0" for purpose in reversed(order)]


def test_one_key_is_one_message(office: SmallOffice) -> None:
    first = put(office, "receipt", number=1)
    assert put(office, "receipt", number=1) == first
    office.deliver()
    assert put(office, "receipt", number=1) == first
    assert office.deliver() == []


@pytest.mark.parametrize("number", ["10086", "95588", "106900001234", "12345", "057188880000", "CMCC", ""])
def test_services_mass_senders_and_landlines_are_never_texted(office: SmallOffice, number: str) -> None:
    with office.store.transaction() as tx:
        queue = office.office.messages._outbox.queue
        assert queue(tx, purpose="emergency", number=number, text="x", idem_key="x") is None
    assert office.count("outbox") == 0


def test_a_message_whose_words_were_erased_while_it_waited_is_not_sent_and_blocks_nothing(office: SmallOffice) -> None:
    outbox_id = write(office, "一")
    write(office, "二")
    with office.store.transaction() as tx:
        tx.execute("DELETE FROM outbox_words WHERE outbox_id = ?", (outbox_id,))
    assert [text for _, text in office.deliver()] == ["二"]
    assert state(office, outbox_id) == "failed"


# --- which line ---


def test_the_answer_goes_over_the_line_the_citizen_used(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LINE1, LINE2)
    for number in range(3):
        put(office, "receipt", number=number, preferred_line="line2")
    office.deliver()
    assert {line for line, _, _ in office.on_air} == {"line2"}


def test_another_line_helps_when_that_line_stays_away(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LINE1, LINE2)
    office.line("line2", LineState.NO_NETWORK)
    put(office, "receipt", preferred_line="line2")
    assert office.deliver() == []
    office.clock.advance(119)
    assert office.deliver() == []
    office.clock.advance(2)
    office.deliver()
    assert [line for line, _, _ in office.on_air] == ["line1"]


def test_a_line_that_is_no_longer_configured_keeps_nothing_waiting(office: SmallOffice) -> None:
    put(office, "receipt", preferred_line="sold")
    assert len(office.deliver()) == 1


# --- crashes ---


def test_what_was_being_sent_at_a_crash_is_unknown_and_never_sent_again_by_itself(office: SmallOffice) -> None:
    outbox_id = write(office)
    assert len(office.next_sends()) == 1
    office.crash()
    assert state(office, outbox_id) == "unknown"
    office.wait(days=3)
    assert office.next_sends() == []
    assert office.reminders() == ["sms_unknown"]


def test_what_was_queued_at_a_crash_goes_out_once(office: SmallOffice) -> None:
    write(office)
    office.crash()
    assert len(office.deliver()) == 1
    office.crash()
    assert office.deliver() == []


def test_kills_at_any_moment_send_nothing_twice_and_lose_nothing(tmp_path: Path) -> None:
    """The network is the judge: what it took, it took once. What it may not have taken is shown as unknown."""
    dice = random.Random(4512)
    office = SmallOffice(tmp_path)
    taken: Counter[str] = Counter()
    total = rounds.count(60, soak=500)
    for number in range(total):
        office.office.messages.write(WANG, f"第{number}条", office.li)
    kills = 0
    while office.count("outbox WHERE state = 'queued'"):
        for line, command in office.next_sends():
            if dice.random() < 0.15:  # between the commit and the command
                kills += 1
                office.crash()
                break
            taken[command.text] += 1
            if dice.random() < 0.15:  # the network took it, its answer is lost
                kills += 1
                office.crash()
                break
            office.network_takes(line, command)
    assert kills > total / 10
    assert max(taken.values()) == 1
    rows = {row["text"]: row["state"] for row in office.outbox()}
    assert len(rows) == total
    for text, found in rows.items():
        assert found == "sent" if found != "unknown" else True
        assert taken[text] == 1 or found == "unknown", text
    assert sum(found == "unknown" for found in rows.values()) == kills == len(office.reminders())


@pytest.mark.parametrize("seed", range(rounds.count(6, soak=200)))
def test_whatever_the_modem_says_in_whatever_order_a_message_goes_again_only_if_surely_nothing_went(
    tmp_path: Path, seed: int
) -> None:
    """A walk through every kind of answer, report, crash and silence; the network keeps the count."""
    dice = random.Random(seed)
    office = SmallOffice(tmp_path, LINE1, LINE2)
    may_have_gone: set[int] = set()
    under_way: dict[str, SendSms] = {}
    for step in range(150):
        if dice.random() < 0.3:
            write(office, f"{step}" + "灯" * dice.choice([1, 100]))
        for line, command in office.next_sends():
            if line in under_way and row_of(office, under_way[line].ref)["state"] == "unknown":
                may_have_gone.add(under_way.pop(line).ref)  # the desk had waited long enough for its answer
            assert command.ref not in may_have_gone, "sent again although it may have gone"
            assert line not in under_way, "two at once"
            under_way[line] = command
        for line in list(under_way):
            _answer(office, dice, line, under_way, may_have_gone)
        if dice.random() < 0.3:
            report(
                office, dice.randrange(20), status=dice.choice([0, 0x30, 0x45]), line=dice.choice(["line1", "line2"])
            )
        if dice.random() < 0.03:
            may_have_gone |= {command.ref for command in under_way.values()}
            under_way.clear()
            office.crash()
        office.wait(dice.choice([1, 60, 400]))
    assert may_have_gone
    in_hand = {command.ref for command in under_way.values()}
    for row in office.outbox():
        if row["id"] in may_have_gone - in_hand:
            assert row["state"] in ("sent", "delivered", "failed", "unknown"), row["state"]
        if row["state"] in ("failed", "unknown"):
            assert office.count("reminder WHERE outbox_id = ?", row["id"]) >= 1


def _answer(
    office: SmallOffice, dice: random.Random, line: str, under_way: dict[str, SendSms], may_have_gone: set[int]
) -> None:
    """What the modem says about the message in its hands: anything, or nothing yet."""
    what = dice.choice(["nothing", "nothing", "part", "sent", "transient", "permanent", "unclear", "refused", "late"])
    ref = under_way[line].ref
    if what == "nothing":
        return
    if what == "part":
        may_have_gone.add(ref)
        office.handle(SmsPartSent(line, ref, 1, 2, dice.randrange(20)))
        return
    is_partly_gone = ref in may_have_gone
    del under_way[line]
    if what in ("sent", "late", "unclear"):
        may_have_gone.add(ref)
    if what == "late":
        office.clock.advance(700)
        office.desk.tick()
    if what in ("sent", "late"):
        office.handle(SmsSent(line, ref, (dice.randrange(20),)))
    elif what == "refused" and not is_partly_gone:
        office.handle(CommandRefused(line, SendSms(ref, WANG, ""), "no"))
    else:
        kinds = {"transient": FailureKind.TRANSIENT, "permanent": FailureKind.PERMANENT}
        fail(office, ref, kinds.get(what, FailureKind.UNCLEAR), parts_sent=int(is_partly_gone), line=line)


def row_of(office: SmallOffice, outbox_id: int) -> Any:
    return office.one("SELECT * FROM outbox WHERE id = ?", outbox_id)


# --- failures ---


def test_a_transient_failure_is_tried_again_after_1_5_15_and_60_minutes_then_given_up(office: SmallOffice) -> None:
    outbox_id = write(office)
    for minutes in (1, 5, 15, 60):
        assert len(office.next_sends()) == 1
        fail(office, outbox_id, FailureKind.TRANSIENT)
        assert state(office, outbox_id) == "queued"
        office.clock.advance(minutes * 60 - 1)
        assert office.next_sends() == []
        office.clock.advance(1)
    assert len(office.next_sends()) == 1
    fail(office, outbox_id, FailureKind.TRANSIENT)
    assert state(office, outbox_id) == "failed"
    assert office.reminders() == ["sms_failed"]
    office.wait(days=1)
    assert office.next_sends() == []


def test_tries_before_the_line_was_lost_do_not_count(office: SmallOffice) -> None:
    outbox_id = write(office)
    for _ in range(20):  # a network that comes and goes, and takes nothing
        assert len(office.next_sends()) == 1
        fail(office, outbox_id, FailureKind.TRANSIENT)
        office.line(state=LineState.NO_NETWORK)
        office.wait(hours=1)
        office.line()
    assert state(office, outbox_id) == "queued"
    assert len(office.deliver()) == 1


def test_tries_over_a_line_that_is_no_longer_configured_count(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    fail(office, outbox_id, FailureKind.TRANSIENT)
    with office.store.transaction() as tx:
        tx.execute("UPDATE outbox SET line = 'gone', attempts = 4")
    office.wait(minutes=2)
    office.next_sends()
    fail(office, outbox_id, FailureKind.TRANSIENT)
    assert state(office, outbox_id) == "failed"


def test_a_waiting_retry_does_not_hold_up_the_others(office: SmallOffice) -> None:
    first = write(office, "一")
    write(office, "二")
    office.next_sends()
    fail(office, first, FailureKind.TRANSIENT)
    assert [text for _, text in office.deliver()] == ["二"]


def test_a_permanent_failure_is_final_at_once_and_becomes_a_call(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    fail(office, outbox_id, FailureKind.PERMANENT)
    row = office.one("SELECT * FROM outbox")
    assert (row["state"], row["error_code"], row["error"]) == ("failed", 42, "congestion")
    assert office.reminders() == ["sms_failed"]
    assert [(task.number, task.reason) for task in office.office.callbacks.rows()] == [(WANG, "unsent")]


def test_an_unclear_failure_is_unknown_and_never_sent_again_by_itself(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    fail(office, outbox_id, FailureKind.UNCLEAR)
    office.wait(days=1)
    assert (state(office, outbox_id), office.next_sends()) == ("unknown", [])
    assert office.reminders() == ["sms_unknown"]


def test_a_message_of_which_a_part_went_is_not_sent_again_as_a_whole(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    office.next_sends()
    office.handle(SmsPartSent("line1", outbox_id, 1, 2, 9))
    fail(office, outbox_id, FailureKind.TRANSIENT, parts_sent=1)
    office.wait(days=1)
    assert (state(office, outbox_id), office.next_sends()) == ("failed", [])
    assert "only 1 of 2 parts" in office.one("SELECT error FROM outbox")["error"]


@pytest.mark.parametrize("how", ["not taken", "refused"])
def test_a_message_that_the_line_did_not_take_waits_and_costs_no_try(office: SmallOffice, how: str) -> None:
    outbox_id = write(office)
    sends = office.next_sends()
    if how == "refused":
        office.handle(CommandRefused("line1", sends[0][1], "no network"))
    else:
        office.takes_commands = False
        office.desk.post(list(sends))
    row = office.one("SELECT * FROM outbox")
    assert (row["state"], row["attempts"]) == ("queued", 0)
    assert office.next_sends() == []
    office.clock.advance(31)
    assert len(office.next_sends()) == 1
    assert state(office, outbox_id) == "sending"


def test_a_line_that_never_answers_is_free_again_and_the_message_unknown(office: SmallOffice) -> None:
    first = write(office, "一")
    write(office, "二")
    office.next_sends()
    office.clock.advance(599)
    assert office.next_sends() == []
    office.clock.advance(1)
    assert [command.text for _, command in office.next_sends()] == ["二"]
    assert state(office, first) == "unknown"


def test_an_answer_that_comes_after_all_settles_the_doubt(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    office.wait(601)
    assert office.reminders() == ["sms_unknown"]
    office.handle(SmsSent("line1", outbox_id, (7,)))
    assert (state(office, outbox_id), office.reminders()) == ("sent", [])


def test_an_answer_about_a_message_nobody_knows_changes_nothing(office: SmallOffice) -> None:
    fail(office, 99, FailureKind.PERMANENT)
    office.handle(SmsSent("line1", 99, (1,)))
    assert office.count("outbox_part") == 0


# --- reports ---


def test_every_part_must_be_delivered(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    ((line, command),) = office.next_sends()
    first, second = office.network_takes(line, command)
    report(office, second)
    assert state(office, outbox_id) == "sent"
    report(office, first)
    assert state(office, outbox_id) == "delivered"


def test_still_trying_is_not_failed(office: SmallOffice) -> None:
    outbox_id = write(office)
    ((line, command),) = office.next_sends()
    (reference,) = office.network_takes(line, command)
    report(office, reference, status=0x30)
    assert (state(office, outbox_id), office.reminders()) == ("sent", [])
    report(office, reference, status=0)
    assert state(office, outbox_id) == "delivered"


def test_a_part_that_could_not_be_delivered_fails_the_message(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    ((line, command),) = office.next_sends()
    first, second = office.network_takes(line, command)
    report(office, first)
    report(office, second, status=0x45)
    assert (state(office, outbox_id), office.reminders()) == ("failed", ["sms_failed"])


def test_late_and_repeated_reports_do_not_turn_a_delivered_message_back(office: SmallOffice) -> None:
    outbox_id = write(office)
    ((line, command),) = office.next_sends()
    (reference,) = office.network_takes(line, command)
    for status in (0, 0, 0x30, 0x45):
        report(office, reference, status=status)
    assert (state(office, outbox_id), office.reminders()) == ("delivered", [])


def test_a_late_report_does_not_turn_a_delivered_part_back(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    ((line, command),) = office.next_sends()
    first, second = office.network_takes(line, command)
    for status in (0, 0x30, 0x45):
        report(office, first, status=status)
    assert state(office, outbox_id) == "sent"
    report(office, second)
    assert state(office, outbox_id) == "delivered"


def test_a_report_that_is_faster_than_the_modems_own_answer_counts(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    office.handle(SmsPartSent("line1", outbox_id, 1, 1, 5))
    report(office, 5)
    assert state(office, outbox_id) == "sending"
    office.handle(SmsSent("line1", outbox_id, (5,)))
    assert state(office, outbox_id) == "delivered"


def test_a_report_that_comes_before_the_reference_is_known_counts(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    office.next_sends()
    report(office, 5)
    office.handle(SmsPartSent("line1", outbox_id, 1, 2, 5))
    report(office, 6)
    assert state(office, outbox_id) == "sending"
    office.handle(SmsSent("line1", outbox_id, (5, 6)))
    assert state(office, outbox_id) == "delivered"


def test_a_report_on_something_else_to_the_same_number_is_not_taken_for_the_one_in_the_air(
    office: SmallOffice,
) -> None:
    outbox_id = write(office)
    office.next_sends()
    report(office, 77)
    office.handle(SmsSent("line1", outbox_id, (5,)))
    assert state(office, outbox_id) == "sent"
    report(office, 5)
    assert state(office, outbox_id) == "delivered"


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_message_of_which_a_report_came_has_gone_whatever_the_module_says(
    kind: FailureKind, office: SmallOffice
) -> None:
    outbox_id = write(office)
    office.next_sends()
    report(office, 5)
    fail(office, outbox_id, kind)
    assert state(office, outbox_id) == "delivered"
    assert office.reminders() == []


def test_a_report_that_came_before_a_crash_settles_the_message(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    report(office, 5)
    office.crash()
    assert state(office, outbox_id) == "delivered"


def test_a_report_beyond_the_last_part_is_nobodys(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    for reference in (5, 6):
        report(office, reference)
    assert office.count("outbox_part") == 1
    office.handle(SmsSent("line1", outbox_id, (5,)))
    assert state(office, outbox_id) == "delivered"


def test_a_report_settles_a_message_of_which_a_crash_lost_the_answer(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    office.crash()
    report(office, 200)
    assert (state(office, outbox_id), office.reminders()) == ("delivered", [])


def test_a_report_of_still_trying_shows_at_least_that_it_was_sent(office: SmallOffice) -> None:
    outbox_id = write(office)
    office.next_sends()
    office.crash()
    report(office, 200, status=0x30)
    assert (state(office, outbox_id), office.reminders()) == ("sent", [])


def test_a_report_settles_nothing_where_two_messages_are_in_doubt(office: SmallOffice) -> None:
    doubtful = []
    for text in ("一", "二"):
        doubtful.append(write(office, text))
        office.next_sends()
        office.crash()
    report(office, 200)
    assert [state(office, outbox_id) for outbox_id in doubtful] == ["unknown", "unknown"]


def test_both_parts_of_a_doubtful_message_are_settled_by_their_reports(office: SmallOffice) -> None:
    outbox_id = write(office, TWO_PARTS)
    office.next_sends()
    office.handle(SmsPartSent("line1", outbox_id, 1, 2, 30))
    office.crash()
    report(office, 31)
    assert state(office, outbox_id) == "unknown"
    report(office, 30)
    assert state(office, outbox_id) == "delivered"


@pytest.mark.parametrize("wrong", ["number", "reference", "age"])
def test_a_report_on_another_message_changes_nothing(office: SmallOffice, wrong: str) -> None:
    outbox_id = write(office)
    ((line, command),) = office.next_sends()
    (reference,) = office.network_takes(line, command)
    if wrong == "age":
        office.clock.advance(hours=73)
    report(office, reference + (wrong == "reference"), to=ZHAO if wrong == "number" else WANG)
    assert state(office, outbox_id) == "sent"


def test_a_reference_used_again_settles_the_latest_message(office: SmallOffice) -> None:
    ids = []
    for text in ("一", "二"):
        ids.append(write(office, text))
        office.next_sends()
        office.handle(SmsSent("line1", ids[-1], (9,)))
        office.clock.advance(60)
    report(office, 9)
    assert [state(office, outbox_id) for outbox_id in ids] == ["sent", "delivered"]


def test_a_report_prefers_the_message_that_went_over_its_own_line(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LINE1, LINE2)
    ids = {}
    for line in ("line1", "line2"):
        ids[line] = put(office, "manual", number=int(line[-1]), preferred_line=line)
        office.next_sends()
        office.handle(SmsSent(line, ids[line], (9,)))
        office.clock.advance(60)
    report(office, 9, line="line1")
    assert (state(office, ids["line1"]), state(office, ids["line2"])) == ("delivered", "sent")


# --- the night ---


def test_the_night_holds_reminders_ratings_and_results_only(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=NIGHT)
    held, let_go = ("reminder", "rating", "result"), ("emergency", "dispatch", "receipt", "missed", "reminder_urgent")
    for purpose in held + let_go:
        put(office, purpose)
    assert {text.split()[0] for _, text in office.deliver()} == set(let_go)
    office.clock.advance(hours=8, minutes=59)  # 07:29
    assert office.deliver() == []
    office.clock.advance(minutes=1)
    assert {text.split()[0] for _, text in office.deliver()} == set(held)


def test_an_office_that_does_not_know_the_time_wakes_nobody(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, now=datetime(1970, 1, 1, 2, 0, tzinfo=UTC))  # ten in the morning, it believes
    put(office, "reminder")
    put(office, "receipt")
    assert [text for _, text in office.deliver()] == ["receipt 0"]


def test_a_wait_written_by_a_clock_that_ran_ahead_ends_when_it_is_set_back(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path)
    outbox_id = write(office)
    office.next_sends()
    office.clock.advance(days=90)
    fail(office, outbox_id, FailureKind.TRANSIENT)
    office.clock.advance(days=-90)
    assert len(office.next_sends()) == 1


# --- the plan ---


def test_the_days_budget_of_a_sim_is_spent_in_order(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_day=10))
    for number in range(10):
        put(office, "rating", number=number)
    assert len(office.deliver()) == 6
    put(office, "reminder")
    put(office, "progress")
    put(office, "receipt")
    put(office, "emergency", number=1)
    assert [text for _, text in office.deliver()] == ["emergency 1", "receipt 0"]  # a receipt may be the ninth
    for number in (2, 3, 4):
        put(office, "emergency", number=number)
    assert [text for _, text in office.deliver()] == ["emergency 2", "emergency 3"]  # ten in all


def test_what_does_not_fit_the_plan_becomes_a_call(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_day=1))
    office.text(from_=WANG, text="东街路灯不亮")  # its receipt may use nine tenths of one message: none
    office.wait(31)
    (row,) = office.outbox()
    assert (row["state"], row["error"]) == ("failed", "the daily number of messages is used up")
    assert [(task.number, task.reason) for task in office.office.callbacks.rows()] == [(WANG, "unsent")]
    assert office.reminders() == ["sms_failed"]


def test_a_line_without_a_cap_takes_what_another_line_must_not_send(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_day=1), LINE2)
    put(office, "receipt", preferred_line="line1")
    office.wait(31)
    office.deliver()
    assert [line for line, _, _ in office.on_air] == ["line2"]


def test_the_budget_is_counted_in_parts_and_begins_anew_at_midnight(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_day=4))
    put(office, "emergency", number=1)
    write(office, TWO_PARTS)
    office.deliver()
    assert office.office.lines.cards()[0].sent_today == 3
    office.crash()  # what was sent today is still known
    assert office.office.lines.cards()[0].sent_today == 3
    put(office, "emergency", number=2)
    put(office, "emergency", number=3)
    assert len(office.deliver()) == 1
    office.clock.advance(hours=15)  # 00:30
    assert office.office.lines.cards()[0].sent_today == 0
    assert len(office.deliver()) == 1


def test_what_surely_did_not_go_costs_nothing(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_day=10))
    outbox_id = write(office)
    office.next_sends()
    fail(office, outbox_id, FailureKind.TRANSIENT)
    assert office.office.lines.cards()[0].sent_today == 0


def test_a_sim_is_paced_by_the_minute(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_minute=3))
    for number in range(7):
        put(office, "dispatch", number=number)
    assert len(office.deliver()) == 3
    office.clock.advance(59)
    assert office.deliver() == []
    office.clock.advance(2)
    assert len(office.deliver()) == 3


def test_a_long_message_is_not_overtaken_by_short_ones_while_the_minute_is_used_up(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_minute=3))
    for number in range(2):
        put(office, "dispatch", number=number)
    assert len(office.deliver()) == 2
    write(office, TWO_PARTS)
    for number in range(9):
        put(office, "rating", number=number)
    assert office.deliver() == []
    office.clock.advance(61)
    assert [text for _, text in office.deliver()] == [TWO_PARTS, "rating 0"]


def test_a_message_longer_than_the_pace_still_goes(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, ModemSettings("line1", sms_per_minute=1))
    write(office, TWO_PARTS)
    write(office, TWO_PARTS + "。")
    assert len(office.deliver()) == 1
    office.clock.advance(61)
    assert len(office.deliver()) == 1


# --- a long outage ---


def test_a_day_without_network_holds_the_queue_and_then_each_message_goes_once(office: SmallOffice) -> None:
    office.line("line1", LineState.NO_NETWORK)
    sent = []
    for hour in range(24):
        sent.append(office.office.messages.write(f"139000022{hour:02}", f"第{hour}条", office.li))
        office.wait(hours=1)
        assert office.next_sends() == []
    assert office.count("outbox WHERE state = 'queued'") == 24
    office.line("line1")
    assert len(office.deliver()) == 24
    assert office.deliver() == []
    assert office.count("outbox WHERE state = 'sent'") == 24


def test_many_messages_that_must_wait_do_not_hide_one_that_may_go(tmp_path: Path) -> None:
    office = SmallOffice(tmp_path, LINE1, LINE2)
    office.line("line2", LineState.NO_NETWORK)
    for number in range(150):
        put(office, "dispatch", number=number, preferred_line="line2", to=HANDLER)
    put(office, "reminder", to=HANDLER)
    assert [command.text for _, command in office.next_sends()] == ["reminder 0"]
