"""Notices to citizens: who gets one, what is shown before, and what is counted after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from appliance.config import ModemSettings
from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.outreach.citizen_notices import CitizenNoticeForm, CitizenNotices
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.roles import Role
from tests.appliance.office_bed import HOURS, SHANGHAI, Bed

FORM = CitizenNoticeForm("东街路灯今晚检修，18时至22时停电，请注意安全。", category="lamp")
NUMBERS = ("13800000011", "13800000012", "13800000013")


class Board:
    def __init__(self, office: Bed, cap: int = 100, spent: int = 0) -> None:
        self.office = office
        outbox = Outbox(office.clock, zone=SHANGHAI, region_code="0571", boot_id=office.boot_id, clock_ok=lambda: True)
        self.service = CitizenNotices(
            office.store, office.clock, HOURS, outbox=outbox, texts=Texts("青禾12345", "zh_CN", SHANGHAI),
            audit=office.audit, modems=(ModemSettings(name="line1", device="x", kind="gsm", sms_per_day=cap),),
            sent_today=lambda line: spent,
        )  # fmt: skip

    def send(self, form: CitizenNoticeForm = FORM, *, token: str = "") -> int:
        shown = self.service.preview(form, self.office.li)
        return self.service.send(form, shown.citizens, self.office.li, token=token)

    def sent_to(self) -> list[str]:
        return [row["number"] for row in self.office.store.rows("SELECT number FROM outbox_words ORDER BY number")]


@pytest.fixture
def board(office: Bed) -> Board:
    for number in NUMBERS:
        office.ticket("accepted", contact_phone=number)
    return Board(office)


def test_who_brought_a_matter_of_that_class_gets_it_once_however_many_he_brought(board: Board) -> None:
    board.office.ticket("accepted", contact_phone=NUMBERS[0])
    board.office.ticket("accepted", contact_phone="13800000099", category="noise")
    board.send()
    assert board.sent_to() == list(NUMBERS)
    assert board.office.store.rows("SELECT DISTINCT text FROM outbox_words")[0]["text"] == (
        "【青禾12345】东街路灯今晚检修，18时至22时停电，请注意安全。退订回TD。"
    )  # fmt: skip


def test_a_class_means_all_its_leaves_and_an_unknown_one_is_refused(board: Board) -> None:
    group = "city"
    assert board.service.preview(replace(FORM, category=group), board.office.li).citizens == len(NUMBERS)
    with pytest.raises(FieldWrong):
        board.service.preview(replace(FORM, category="nothing"), board.office.li)


def test_of_a_place_only_those_of_that_place(board: Board) -> None:
    with board.office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET town = 'CGZ' WHERE no = 1")
    board.send(replace(FORM, category="", town="CGZ"))
    assert board.sent_to() == [NUMBERS[0]]


def test_who_stopped_texts_has_no_telephone_for_them_or_is_protected_gets_none(board: Board) -> None:
    office = board.office
    office.ticket("accepted", contact_phone="057188880000")
    office.ticket("accepted", contact_phone="13800000021", privacy="confidential")
    office.ticket("accepted", contact_phone="13800000022", privacy="anonymous")
    with office.store.transaction() as tx:
        tx.execute("UPDATE citizen SET texts_stopped_at = '2026-11-01T00:00:00.000Z' WHERE phone = ?", (NUMBERS[1],))
    shown = board.service.preview(FORM, office.li)
    assert (shown.citizens, shown.stopped, shown.unreachable) == (2, 1, 1)
    board.send()
    assert board.sent_to() == [NUMBERS[0], NUMBERS[2]]


def test_old_matters_do_not_count(board: Board) -> None:
    board.office.clock.advance(days=40)
    assert board.service.preview(replace(FORM, days=30), board.office.li).citizens == 0
    assert board.service.preview(replace(FORM, days=41), board.office.li).citizens == len(NUMBERS)


def test_what_it_costs_and_what_is_left_is_shown_before(office: Bed) -> None:
    for number in NUMBERS:
        office.ticket("accepted", contact_phone=number)
    shown = Board(office, cap=100, spent=48).service.preview(FORM, office.li)
    assert (shown.citizens, shown.parts, shown.parts_in_all, shown.left_today) == (3, 1, 3, 2)
    assert not shown.fits_today
    assert Board(office, cap=0).service.preview(FORM, office.li).left_today is None
    assert Board(office, cap=0).service.preview(FORM, office.li).fits_today
    assert office.store.rows("SELECT 1 FROM outbox") == []


def test_it_is_sent_to_as_many_as_were_shown_or_to_nobody(board: Board) -> None:
    with pytest.raises(FieldWrong, match="3 citizens now"):
        board.service.send(FORM, 2, board.office.li)
    with pytest.raises(FieldWrong, match="0 citizens now"):
        board.service.send(replace(FORM, category="noise"), 0, board.office.li)
    assert board.sent_to() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"), ({"text": "长" * 201}, "text"), ({"days": 0}, "days"), ({"days": None}, "days"),
        ({"days": 1101}, "days"), ({"category": ""}, "town"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(board: Board, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(FieldWrong) as refused:
        board.service.preview(replace(FORM, **wrong), board.office.li)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_the_same_form_twice_is_sent_once(board: Board) -> None:
    first = board.service.send(FORM, 3, board.office.li, token="one")
    assert board.service.send(FORM, 3, board.office.li, token="one") == first
    assert len(board.sent_to()) == 3


def test_deliveries_replies_and_stops_are_counted(board: Board) -> None:
    notice_id = board.send()
    office = board.office
    with office.store.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'delivered', sent_at = created_at WHERE id = 1")
        tx.execute("UPDATE outbox SET state = 'sent', sent_at = created_at WHERE id = 2")
        for citizen, at in ((1, "2026-11-24T01:00:00.000Z"), (2, "2026-12-24T01:00:00.000Z")):
            tx.insert("sms_in", line="l", identity="i", kind="citizen", citizen_id=citizen, received_at=at)
        tx.execute("UPDATE citizen SET texts_stopped_at = '2026-11-24T01:00:00.000Z' WHERE id = 2")
    row = board.service.get(notice_id, office.li)
    assert row.states == {"delivered": 1, "sent": 1, "queued": 1}
    assert (row.sent, row.replies, row.stops) == (3, 1, 1)


def test_what_still_waits_can_be_called_off(board: Board) -> None:
    notice_id = board.send()
    with board.office.store.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'sent', sent_at = created_at WHERE id = 1")
    assert board.service.cancel(notice_id, board.office.li) == 2
    row = board.service.get(notice_id, board.office.li)
    assert (row.is_cancelled, row.states) == (True, {"sent": 1, "failed": 2})
    assert board.office.store.rows("SELECT 1 FROM outbox WHERE state = 'failed' AND settled_at IS NULL") == []


def test_only_the_desk_does_this(board: Board) -> None:
    leader = board.office.user("leader", Role.LEADER)
    for act in (
        lambda: board.service.preview(FORM, leader), lambda: board.service.send(FORM, 3, leader),
        lambda: board.service.some(leader), lambda: board.service.get(1, leader),
        lambda: board.service.cancel(1, leader),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        board.service.get(99, board.office.li)
