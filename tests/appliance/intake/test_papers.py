"""Papers that came back: one form is a department's move at its true time and the picture of the paper, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest

from appliance.attachments.attachments import Attachments, Sealed, Upload
from appliance.errors import FieldWrong, NotAllowed, TicketChanged
from appliance.intake.papers import PaperForm, Papers
from appliance.people.roles import Role
from tests.appliance.attachments.pictures import jpeg, upload
from tests.appliance.office_bed import SHANGHAI, Bed


@pytest.fixture
def papers(office: Bed) -> Papers:
    shelf = Attachments(office.folder, office.store, office.clock, office.audit, office.key)
    return Papers(office.store, office.clock, office.tickets, shelf, zone=SHANGHAI, clock_ok=lambda: office.is_clock_ok)


def enter(office: Bed, papers: Papers, no: int, form: PaperForm, *uploads: Upload, token: str = "") -> None:
    papers.enter(no, form, uploads, office.li, version=office.tickets.row(no).version, token=token)


REPLY = PaperForm(text="已更换控制箱，三盏路灯全部亮了。", result="solved", contacted="yes")


def task(office: Bed) -> dict[str, object]:
    found = office.store.row("SELECT * FROM assignment ORDER BY id DESC LIMIT 1")
    assert found is not None
    return dict(found)


def test_a_reply_on_paper_goes_to_review_with_result_and_scan(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    enter(office, papers, row.no, REPLY, upload(jpeg(), "slip.jpg"))
    page = papers.page(row.no, office.li)
    assert page.row.status == "review"
    assert [scan.file_name for scan in page.scans] == ["slip.jpg"]
    assert (task(office)["result"], task(office)["contacted"]) == ("solved", 1)
    (move,) = office.store.rows("SELECT * FROM ticket_move WHERE move = 'reply'")
    assert (move["for_unit"], move["user_id"]) == (1, office.li.id)


def test_its_true_time_of_arrival_is_what_counts(office: Bed, papers: Papers) -> None:
    row = office.ticket("dispatched")
    arrived = office.clock.now() + timedelta(hours=2)
    office.pass_time(days=1)
    typed = arrived.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    enter(office, papers, row.no, PaperForm(what="sign", happened_at=typed))
    (move,) = office.store.rows("SELECT * FROM ticket_move WHERE move = 'sign'")
    assert move["happened_at"] == task(office)["signed_at"] == arrived.strftime("%Y-%m-%dT%H:%M:00.000Z")


@pytest.mark.parametrize("typed", ["2030-01-01T10:00", "2026-11-01T10:00", "yesterday", "2026-13-45T99:99"])
def test_a_time_that_cannot_be_is_refused_and_nothing_is_kept(office: Bed, papers: Papers, typed: str) -> None:
    row = office.ticket("in_progress")
    before = office.everything()
    with pytest.raises(FieldWrong) as wrong:
        enter(office, papers, row.no, PaperForm(text="已修复路灯并回访。", happened_at=typed), upload())
    assert wrong.value.field == "happened_at"
    assert office.everything() == before
    assert list((office.folder / "attachments").glob("*")) == []


def test_sent_back_on_paper_it_waits_for_the_desks_word(office: Bed, papers: Papers) -> None:
    row = office.ticket("dispatched")
    enter(office, papers, row.no, PaperForm(what="return", text="属于住建局职责"))
    assert office.tickets.row(row.no).status == "return_review"


def test_asked_for_on_paper_more_time_waits_for_the_leads_word(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    enter(office, papers, row.no, PaperForm(what="ask_extension", text="等厂家发货", days=5), upload())
    [asked] = office.tickets.requests_of(row.no)
    assert (asked.kind, asked.days, asked.text, asked.state) == ("extension", 5, "等厂家发货", "open")
    assert office.tickets.row(row.no).due_at == row.due_at
    (move,) = office.store.rows("SELECT * FROM ticket_move WHERE move = 'ask_extension'")
    assert (move["for_unit"], move["user_id"]) == (1, office.li.id)
    assert len(papers.page(row.no, office.li).scans) == 1


@pytest.mark.parametrize(("days", "text", "field"), [(None, "等厂家发货", "days"), (5, " ", "reason")])
def test_more_time_without_days_or_reason_is_refused_with_its_scan(
    office: Bed, papers: Papers, days: int | None, text: str, field: str
) -> None:
    row = office.ticket("in_progress")
    with pytest.raises(FieldWrong) as wrong:
        enter(office, papers, row.no, PaperForm(what="ask_extension", text=text, days=days), upload())
    assert wrong.value.field == field
    assert (office.tickets.requests_of(row.no), papers.page(row.no, office.li).scans) == ((), ())


def test_only_the_leading_department_asks_for_more_time(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    with pytest.raises(FieldWrong) as wrong:
        enter(
            office,
            papers,
            row.no,
            PaperForm(what="ask_extension", text="等厂家发货", days=5, department_id=office.water.id),
        )
    assert wrong.value.field == "what"


def test_a_reply_without_a_word_is_refused_with_its_scan(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    with pytest.raises(FieldWrong) as wrong:
        enter(office, papers, row.no, PaperForm(text=" "), upload())
    assert wrong.value.field == "text"
    assert papers.page(row.no, office.li).scans == ()


def test_a_scan_alone_changes_nothing_but_itself(office: Bed, papers: Papers) -> None:
    row = office.ticket("review")
    enter(office, papers, row.no, PaperForm(what="scan"), upload())
    assert office.tickets.row(row.no).status == "review"
    assert len(papers.page(row.no, office.li).scans) == 1
    with pytest.raises(FieldWrong) as wrong:
        enter(office, papers, row.no, PaperForm(what="scan"))
    assert wrong.value.field == "files"


def test_the_same_form_twice_is_once(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    for _ in range(2):
        enter(office, papers, row.no, REPLY, upload(), token="one form")
    assert len(papers.page(row.no, office.li).scans) == 1
    assert len(list((office.folder / "attachments").glob("*"))) == 1
    assert len(office.store.rows("SELECT 1 FROM ticket_move WHERE move = 'reply'")) == 1


def test_two_presses_at_the_same_moment_are_once(office: Bed, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second form passes its first look while the files of the first are being sealed."""
    row = office.ticket("in_progress")
    shelf = papers._attachments
    seal, presses = shelf.sealing, []

    @contextmanager
    def slowly(uploads: Sequence[Upload]) -> Iterator[tuple[Sealed, ...]]:
        presses.append(uploads)
        if len(presses) == 1:
            enter(office, papers, row.no, PaperForm("scan"), upload(), token="one form")
        with seal(uploads) as sealed:
            yield sealed

    monkeypatch.setattr(shelf, "sealing", slowly)
    enter(office, papers, row.no, PaperForm("scan"), upload(), token="one form")
    assert len(presses) == 2
    assert len(papers.page(row.no, office.li).scans) == 1
    assert len(list((office.folder / "attachments").glob("*"))) == 1


def test_whoever_was_second_is_told_and_keeps_nothing(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    office.make(row.no, "reply")
    with pytest.raises(TicketChanged):
        papers.enter(row.no, REPLY, (upload(),), office.li, version=row.version)
    assert papers.page(row.no, office.li).scans == ()


def test_only_the_desk_enters_papers(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    for who in (office.user("unit", Role.UNIT, office.city), office.user("leader", Role.LEADER)):
        with pytest.raises(NotAllowed):
            papers.enter(row.no, REPLY, (), who, version=row.version)
        with pytest.raises(NotAllowed):
            papers.page(row.no, who)


def test_an_unknown_word_is_refused(office: Bed, papers: Papers) -> None:
    row = office.ticket("in_progress")
    with pytest.raises(FieldWrong) as wrong:
        enter(office, papers, row.no, PaperForm(what="approve", text="好"))
    assert wrong.value.field == "what"


def test_what_may_be_entered_follows_the_table_of_moves(office: Bed, papers: Papers) -> None:
    may = {status: papers.page(office.ticket(status).no, office.li).may for status in ("dispatched", "in_progress")}
    assert may == {
        "dispatched": ("reply", "sign", "return", "scan"),
        "in_progress": ("reply", "return", "ask_extension", "scan"),
    }
    assert papers.page(office.ticket("closed").no, office.li).may == ("scan",)
