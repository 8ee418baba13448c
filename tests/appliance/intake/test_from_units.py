"""A department at its own page: what it sees, what it does, and that nothing of others is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from appliance.attachments.attachments import Attachments, Sealed, Upload
from appliance.errors import FieldWrong, NotAllowed, NotFound, TicketChanged
from appliance.intake.from_units import UnitForm, UnitWork
from appliance.outreach.slips import Slips
from appliance.people.roles import Role
from appliance.people.user import User
from tests.appliance.attachments.pictures import png, upload
from tests.appliance.office_bed import Bed


@pytest.fixture
def work(office: Bed) -> UnitWork:
    shelf = Attachments(office.folder, office.store, office.clock, office.audit, office.key)
    slips = Slips(office.store, office.clock, office.audit, office.tickets)
    return UnitWork(office.store, office.clock, office.tickets, slips, shelf)


def unit(office: Bed) -> User:
    return office.user("unit", Role.UNIT, office.city)


def water(office: Bed) -> User:
    return office.user("water", Role.UNIT, office.water)


def act(office: Bed, work: UnitWork, no: int, form: UnitForm, *uploads: Upload, token: str = "") -> None:
    work.act(no, form, uploads, unit(office), version=office.tickets.row(no).version, token=token)


REPLY = UnitForm("reply", text="已更换控制箱，三盏路灯全部亮了。", result="solved", contacted="yes")


def test_its_list_holds_its_own_open_work_and_nothing_else(office: Bed, work: UnitWork) -> None:
    mine = [office.ticket(status).no for status in ("dispatched", "in_progress", "review")]
    for status in ("draft", "accepted", "survey", "closed"):
        office.ticket(status)
    other = office.ticket("accepted").no
    office.make(other, "dispatch", department_id=office.water.id)
    assert sorted(row.no for row in work.work(unit(office))) == sorted(mine)
    assert [row.no for row in work.work(water(office))] == [other]


def test_it_signs_and_replies_with_evidence(office: Bed, work: UnitWork) -> None:
    no = office.ticket("dispatched").no
    assert work.page(no, unit(office)).may == ("sign", "reply", "return", "progress")
    act(office, work, no, UnitForm("sign"))
    assert work.page(no, unit(office)).may == ("reply", "return", "ask_extension", "progress")
    act(office, work, no, REPLY, upload(png(), "after.png"))
    page = work.page(no, unit(office))
    assert (page.row.status, page.reply, len(page.files)) == ("review", REPLY.text, 1)
    (task,) = office.store.rows("SELECT result, contacted FROM assignment")
    assert tuple(task) == ("solved", 1)


def test_it_sends_back_with_a_reason_and_never_without(office: Bed, work: UnitWork) -> None:
    no = office.ticket("dispatched").no
    with pytest.raises(FieldWrong) as wrong:
        act(office, work, no, UnitForm("return", text="  "))
    assert wrong.value.field == "reason"
    act(office, work, no, UnitForm("return", text="属于住建局职责"))
    assert office.tickets.row(no).status == "return_review"


def test_more_time_is_asked_for_and_waits_for_a_word(office: Bed, work: UnitWork) -> None:
    no = office.ticket("in_progress").no
    due_at = office.tickets.row(no).due_at
    act(office, work, no, UnitForm("ask_extension", text="等配件", days=2))
    assert office.tickets.row(no).due_at == due_at
    (asked,) = office.store.rows("SELECT kind, days, state FROM request")
    assert tuple(asked) == ("extension", 2, "open")


def test_two_presses_at_the_same_moment_are_once(office: Bed, work: UnitWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second form passes its first look while the files of the first are being sealed."""
    no = office.ticket("in_progress").no
    shelf = work._attachments
    seal, presses = shelf.sealing, []

    @contextmanager
    def slowly(uploads: Sequence[Upload]) -> Iterator[tuple[Sealed, ...]]:
        presses.append(uploads)
        if len(presses) == 1:
            act(office, work, no, UnitForm("progress", text="正在抢修"), upload(png(), "now.png"), token="one form")
        with seal(uploads) as sealed:
            yield sealed

    monkeypatch.setattr(shelf, "sealing", slowly)
    act(office, work, no, UnitForm("progress", text="正在抢修"), upload(png(), "now.png"), token="one form")
    assert len(presses) == 2
    assert len(office.store.rows("SELECT 1 FROM ticket_note WHERE kind = 'progress'")) == 1
    assert len(list((office.folder / "attachments").glob("*"))) == 1


def test_a_word_on_progress_moves_nothing(office: Bed, work: UnitWork) -> None:
    no = office.ticket("in_progress").no
    act(office, work, no, UnitForm("progress", text="配件已到"), upload())
    assert office.tickets.row(no).status == "in_progress"
    (note,) = office.store.rows("SELECT w.text FROM ticket_note n JOIN note_words w ON w.note_id = n.id"
                                " WHERE n.kind = 'progress'")  # fmt: skip
    assert note["text"] == "配件已到"
    assert len(work.page(no, unit(office)).files) == 1


def test_what_fails_keeps_neither_the_deed_nor_the_evidence(office: Bed, work: UnitWork) -> None:
    row = office.ticket("in_progress")
    unit(office)
    before = office.everything()
    for form, version in ((UnitForm("reply"), row.version), (UnitForm("approve"), row.version), (REPLY, 1)):
        with pytest.raises((FieldWrong, TicketChanged)):
            work.act(row.no, form, (upload(),), unit(office), version=version)
    assert office.everything() == before
    assert list((office.folder / "attachments").glob("*")) == []


def test_the_same_form_twice_is_once(office: Bed, work: UnitWork) -> None:
    no = office.ticket("in_progress").no
    for _ in range(2):
        act(office, work, no, UnitForm("progress", text="配件已到"), upload(), token="one form")
    assert len(work.page(no, unit(office)).files) == 1


def test_another_departments_ticket_is_not_there(office: Bed, work: UnitWork) -> None:
    row = office.ticket("in_progress")
    with pytest.raises(NotFound):
        work.page(row.no, water(office))
    with pytest.raises(NotFound):
        work.act(row.no, REPLY, (), water(office), version=row.version)


def test_the_page_is_the_departments_alone(office: Bed, work: UnitWork) -> None:
    row = office.ticket("in_progress")
    for who in (office.li, office.wang, office.user("leader", Role.LEADER), office.user("tech", Role.TECHNICIAN)):
        with pytest.raises(NotAllowed):
            work.work(who)
        with pytest.raises(NotAllowed):
            work.page(row.no, who)


def test_a_helping_department_signs_and_replies_for_itself(office: Bed, work: UnitWork) -> None:
    no = office.ticket("accepted").no
    office.make(no, "dispatch", co_department_ids=(office.water.id,))
    office.make(no, "sign")
    page = work.page(no, water(office))
    assert not page.slip.is_lead
    assert "reply" in page.may
    version = office.tickets.row(no).version
    work.act(no, UnitForm("reply", text="水管已关闭，不影响施工。"), (), water(office), version=version)
    assert office.tickets.row(no).status == "in_progress"
    assert work.page(no, water(office)).reply == "水管已关闭，不影响施工。"
    assert work.page(no, unit(office)).reply == ""
