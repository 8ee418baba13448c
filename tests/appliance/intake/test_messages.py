"""The messages page."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.intake.messages import MOST_PARTS, NotRepeatable
from modem.events import FailureKind, SmsFailed
from tests.appliance.small_office import ADVERT, HANDLER, LANDLINE, WANG, ZHAO, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def failed(office: SmallOffice, kind: FailureKind = FailureKind.PERMANENT) -> int:
    outbox_id = office.office.messages.write(WANG, "您好", office.li)
    office.next_sends()
    office.handle(SmsFailed("line1", outbox_id, kind, 38, "no service", 0))
    return outbox_id


def test_no_control_character_goes_out_to_a_citizen(office: SmallOffice) -> None:
    office.office.messages.write(WANG, "您\x00好\x1b\r\n第二行", office.li)
    office.deliver()
    assert office.phone(WANG) == ["您好\n第二行"]
    with pytest.raises(FieldWrong):
        office.office.messages.write(WANG, "\x00\x1b", office.li)


# --- boxes ---


def test_each_box_shows_its_own(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.text(from_=WANG, text="在12号")
    office.text(from_=ADVERT, text="广告")
    office.text(from_=HANDLER, text="你好")
    failed(office)
    texts = {box: [row.text for row in office.office.messages.rows(box).rows] for box in ("desk", "in", "adverts")}
    assert texts == {"desk": ["你好", "在12号"], "in": ["你好", "在12号", "东街路灯不亮"], "adverts": ["广告"]}
    assert [row.state for row in office.office.messages.rows("out").rows] == ["failed", "queued", "queued"]
    assert [row.state for row in office.office.messages.rows("trouble").rows] == ["failed"]
    with pytest.raises(NotFound):
        office.office.messages.rows("nothing")


def test_boxes_are_read_page_by_page(office: SmallOffice) -> None:
    for number in range(5):
        office.text(from_=HANDLER, text=f"你好{number}")
        office.office.messages.write(WANG, f"您好{number}", office.li)
    for box in ("in", "out"):
        seen, before = [], None
        while True:
            page = office.office.messages.rows(box, before=before, limit=2)
            seen += [row.text[-1] for row in page.rows]
            before = page.next
            if before is None:
                break
        assert [last for last in seen if last.isdigit()] == ["4", "3", "2", "1", "0"], box  # but for the help to him


def test_a_thread_shows_both_sides_in_order(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    office.clock.advance(5)
    office.deliver()
    office.clock.advance(5)
    office.text(from_="+86" + WANG, text="在12号")
    office.text(from_=ZHAO, text="停水")
    shown = office.office.messages.thread(WANG)
    assert [(row.direction, row.state) for row in shown] == [("in", "handled"), ("out", "sent"), ("in", "new")]
    assert shown[1].purpose == "Receipt"
    assert shown[0].ticket_no == shown[2].ticket_no == 1
    assert [row.who for row in office.office.messages.thread(HANDLER)] == []


def test_a_thread_with_a_handler_names_him(office: SmallOffice) -> None:
    office.ticket_with_unit()
    office.text(from_=HANDLER, text="1")
    assert {row.who for row in office.office.messages.thread(HANDLER)} == {"周师傅"}


def test_a_message_names_its_number(office: SmallOffice) -> None:
    sms_id = office.text(from_="+86" + WANG, text="东街路灯不亮")
    messages = office.office.messages
    assert messages.number_of("in", sms_id) == "+86" + WANG
    assert messages.number_of("out", office.outbox()[0]["id"]) == WANG
    assert messages.thread(messages.number_of("in", sms_id)) == messages.thread(WANG)
    for direction in ("in", "out"):
        with pytest.raises(NotFound):
            messages.number_of(direction, 99)


def test_characters_and_parts_are_counted_for_the_writer(office: SmallOffice) -> None:
    counted = office.office.messages.segments("灯" * 71)
    assert (counted.chars, counted.parts, counted.per_part) == (71, 2, 67)


# --- what came ---


def test_filing_puts_the_words_on_the_ticket_and_takes_them_off_the_desk(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    sms_id = office.text(from_=HANDLER, text="你好")
    sms_id = office.text(from_=ZHAO, text="DF 1 已修好")
    office.office.messages.file(sms_id, no, office.li)
    office.office.messages.file(sms_id, no, office.li)
    assert [text for kind, _, text in office.notes(no) if kind == "supplement"] == ["DF 1 已修好"]
    row = office.sms_row(sms_id)
    assert (row["handled_by"], row["ticket_id"] is not None) == (office.li.id, True)
    with pytest.raises(NotFound):
        office.office.messages.file(sms_id, 99, office.li)
    with pytest.raises(NotFound):
        office.office.messages.file(99, no, office.li)


def test_a_supplement_is_split_off_as_a_matter_of_its_own_with_its_own_receipt(office: SmallOffice) -> None:
    office.text(from_=WANG, text="东街路灯不亮")
    sms_id = office.text(from_=WANG, text="西街停水")
    no = office.office.messages.new_ticket(sms_id, office.li)
    assert no == 2
    assert office.office.messages.new_ticket(sms_id, office.li) == 2  # pressed twice
    assert office.count("ticket") == 2
    assert len(office.outbox(purpose="receipt")) == 2
    assert office.sms_row(sms_id)["handled_by"] == office.li.id
    assert office.office.tickets.row(no).citizen_id == office.office.tickets.row(1).citizen_id


def test_a_ticket_made_of_a_mass_senders_text_answers_nobody(office: SmallOffice) -> None:
    sms_id = office.text(from_=ADVERT, text="广告")
    office.office.messages.new_ticket(sms_id, office.li)
    assert (office.count("ticket"), office.count("outbox"), office.count("citizen")) == (1, 0, 0)


def test_ticking_off_is_remembered_once(office: SmallOffice) -> None:
    sms_id = office.text(from_=HANDLER, text="你好")
    office.office.messages.handled(sms_id, office.li)
    office.office.messages.handled(sms_id, office.lead)
    assert office.sms_row(sms_id)["handled_by"] == office.li.id
    assert office.office.messages.rows("desk").rows == ()
    with pytest.raises(NotFound):
        office.office.messages.handled(99, office.li)


# --- what goes ---


def test_a_form_sent_twice_is_one_message(office: SmallOffice) -> None:
    first = office.office.messages.write(WANG, "您好", office.li, token="form-1")
    assert office.office.messages.write(WANG, "您好", office.li, token="form-1") == first
    assert office.office.messages.write(WANG, "您好", office.li, token="form-2") != first
    assert office.office.messages.write(WANG, "您好", office.li) != first
    assert office.count("outbox") == 3


def test_a_message_about_a_ticket_goes_over_its_line(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.office.messages.write(WANG, "师傅下午到", office.li, ticket_no=no)
    row = office.outbox(purpose="manual")[0]
    assert (row["preferred_line"], row["ticket_id"], row["user_id"]) == ("line1", 1, office.li.id)
    with pytest.raises(NotFound):
        office.office.messages.write(WANG, "师傅下午到", office.li, ticket_no=99)


def test_the_shell_may_write_too(office: SmallOffice) -> None:
    office.office.messages.write(WANG, "测试", None, token="")
    assert office.outbox()[0]["user_id"] is None
    assert office.one("SELECT role FROM audit WHERE action = 'sms_written'")["role"] == "shell"


@pytest.mark.parametrize(
    ("number", "text", "field"),
    [
        ("10086", "您好", "number"),
        (LANDLINE, "您好", "number"),
        ("", "您好", "number"),
        ("abc", "您好", "number"),
        (WANG, "", "text"),
        (WANG, " \n ", "text"),
        (WANG, "灯" * (67 * MOST_PARTS + 1), "text"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(office: SmallOffice, number: str, text: str, field: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        office.office.messages.write(number, text, office.li)
    assert wrong.value.field == field
    assert office.count("outbox") == 0


@pytest.mark.parametrize("kind", [FailureKind.PERMANENT, FailureKind.UNCLEAR])
def test_sending_again_is_a_persons_decision_and_happens_once(office: SmallOffice, kind: FailureKind) -> None:
    outbox_id = failed(office, kind)
    again = office.office.messages.resend(outbox_id, office.li)
    assert office.office.messages.resend(outbox_id, office.li) == again
    assert [text for _, text in office.deliver()] == ["您好"]
    assert office.one("SELECT resend_of FROM outbox WHERE id = ?", again)["resend_of"] == outbox_id
    assert office.reminders() == []


def test_an_automatic_answer_may_be_sent_again_even_when_the_days_answers_are_used_up(office: SmallOffice) -> None:
    for _ in range(5):
        office.text(from_=WANG, text="查")
    ((_, command), *_) = office.next_sends()
    office.handle(SmsFailed("line1", command.ref, FailureKind.UNCLEAR, None, "time-out", 0))
    office.office.messages.resend(command.ref, office.li)
    assert len(office.outbox()) == 6


@pytest.mark.parametrize("state", ["queued", "sending", "sent"])
def test_a_message_on_its_way_is_not_sent_again(office: SmallOffice, state: str) -> None:
    outbox_id = office.office.messages.write(WANG, "您好", office.li)
    if state == "sending":
        office.next_sends()
    if state == "sent":
        office.deliver()
    for act in (office.office.messages.resend, office.office.messages.give_up):
        with pytest.raises(NotRepeatable):
            act(outbox_id, office.li)
        with pytest.raises(NotFound):
            act(99, office.li)


def test_giving_up_leaves_the_state_as_it_is_and_clears_the_desk(office: SmallOffice) -> None:
    outbox_id = failed(office)
    assert office.reminders() == ["sms_failed"]
    office.office.messages.give_up(outbox_id, office.li)
    assert (office.reminders(), office.outbox()[0]["state"]) == ([], "failed")
    assert office.sweep() == 0
    assert [row.state for row in office.office.messages.rows("out").rows] == ["failed"]
    assert office.office.messages.rows("trouble").rows == ()


def test_what_is_sent_again_stands_in_trouble_no_more_until_its_copy_fails(office: SmallOffice) -> None:
    outbox_id = failed(office)
    again = office.office.messages.resend(outbox_id, office.li)
    assert office.office.messages.rows("trouble").rows == ()
    office.next_sends()
    office.handle(SmsFailed("line1", again, FailureKind.PERMANENT, 38, "no service", 0))
    assert [row.id for row in office.office.messages.rows("trouble").rows] == [again]


def test_sending_again_on_an_old_page_repeats_the_newest_copy_and_never_only_says_so(office: SmallOffice) -> None:
    outbox_id = first = failed(office)
    for _ in range(3):
        again = office.office.messages.resend(first, office.li)
        assert office.one("SELECT resend_of, state FROM outbox WHERE id = ?", again)["resend_of"] == outbox_id
        assert office.office.messages.resend(first, office.li) == again, "pressed twice is one message"
        office.next_sends()
        assert office.office.messages.resend(first, office.li) == again, "on its way is one message too"
        office.handle(SmsFailed("line1", again, FailureKind.PERMANENT, 38, "no service", 0))
        outbox_id = again
    assert office.count("outbox") == 4
    office.office.messages.give_up(first, office.li)
    assert office.office.messages.rows("trouble").rows == ()
    assert office.reminders() == []


def test_a_copy_that_arrived_is_not_sent_a_third_time(office: SmallOffice) -> None:
    first = failed(office)
    office.office.messages.resend(first, office.li)
    office.deliver()
    with pytest.raises(NotRepeatable):
        office.office.messages.resend(first, office.li)
    assert office.count("outbox") == 2


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_trouble_is_read_page_by_page_to_its_end(office: SmallOffice, limit: int) -> None:
    for number in range(4):
        office.text(from_=HANDLER, text=f"你好{number}")
    with office.store.transaction() as tx:
        tx.execute("UPDATE sms_in SET kind = 'trouble'")
    for _ in range(5):
        failed(office)
    seen, before = [], None
    for _ in range(20):
        page = office.office.messages.rows("trouble", before=before, limit=limit)
        seen += [(row.direction, row.id) for row in page.rows]
        assert len(page.rows) <= limit
        before = page.next
        if before is None:
            break
    ours = [row["id"] for row in reversed(office.outbox(state="failed"))]
    assert len(ours) == 5
    assert seen == [("in", number) for number in (4, 3, 2, 1)] + [("out", number) for number in ours]


# --- a flood ---


def test_many_messages_of_one_number_are_one_row_on_the_desk(office: SmallOffice) -> None:
    office.text(from_=ZHAO, text="南门积水")
    office.text(from_=ZHAO, text="水更深了")
    for serial in range(9):
        office.text(from_=WANG, text=f"第{serial}条")
    rows = office.office.messages.rows().rows
    assert [(row.number, row.text, row.more) for row in rows] == [(WANG, "第8条", 7), (ZHAO, "水更深了", 0)]
    assert office.office.messages.rows(before=rows[0].id).rows == rows[1:]


def test_as_many_as_a_person_reads_stand_one_by_one(office: SmallOffice) -> None:
    for serial in range(4):
        office.text(from_=WANG, text=f"第{serial}条")  # the first opens the draft, and the draft waits for the desk
    assert [row.more for row in office.office.messages.rows().rows] == [0, 0, 0]


def test_ticking_off_many_leaves_what_came_meanwhile_and_what_others_wrote(office: SmallOffice) -> None:
    for number in (WANG, ZHAO):
        for serial in range(9):
            office.text(from_=number, text=f"第{serial}条")
    seen = next(row for row in office.office.messages.rows().rows if row.number == WANG)
    office.text(from_=WANG, text="着火了")
    for _ in range(2):
        office.office.messages.handled(seen.id, office.li, with_older=True)
    left = office.office.messages.rows().rows
    assert [(row.number, row.text, row.more) for row in left] == [(WANG, "着火了", 0), (ZHAO, "第8条", 7)]
    assert office.count("audit WHERE action = 'sms_handled'") == 8
