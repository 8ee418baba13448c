"""Did the department contact you? Asked once, one thing at a time, never about what is confidential."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.appliance.small_office import HANDLER, WANG, SmallOffice


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def replied(office: SmallOffice, *, contacted: bool | None, **more: str) -> int:
    no = office.ticket_with_unit(**more)
    office.move(no, "sign")
    office.move(no, "reply", text="东街的路灯已更换灯泡", contacted=contacted)
    return no


def questions(office: SmallOffice) -> list[tuple[str, str]]:
    return [(row["kind"], row["answer"]) for row in office.store.rows("SELECT * FROM sms_question ORDER BY id", ())]


def outcome(office: SmallOffice, text: str) -> tuple[str, bool]:
    row = office.sms_row(office.text(from_=WANG, text=text))
    return str(row["outcome"]), bool(row["needs_desk"])


def test_the_citizen_is_asked_once_the_department_says_that_it_spoke_with_him(office: SmallOffice) -> None:
    no = replied(office, contacted=True)
    (asked,) = office.outbox(purpose="question")
    assert asked["text"] == f"【青禾12345】编号{no:06}:城管局反馈已与您联系。已联系请回“是”,未联系请回“否”。"
    assert asked["number"] == WANG


@pytest.mark.parametrize("contacted", [False, None])
def test_nobody_is_asked_where_the_department_does_not_say_so(office: SmallOffice, contacted: bool | None) -> None:
    replied(office, contacted=contacted)
    assert questions(office) == []


def test_nobody_is_asked_about_a_confidential_ticket(office: SmallOffice) -> None:
    replied(office, contacted=True, type_="report")
    assert questions(office) == []
    assert office.outbox(purpose="question") == []


def test_whoever_stopped_such_texts_is_not_asked(office: SmallOffice) -> None:
    no = office.ticket_with_unit()
    office.text(from_=WANG, text="TD")
    office.move(no, "sign")
    office.move(no, "reply", text="东街的路灯已更换灯泡", contacted=True)
    assert questions(office) == []


def test_one_question_at_a_time(office: SmallOffice) -> None:
    replied(office, contacted=True)
    ticket_id = office.one("SELECT id FROM ticket")["id"]
    with office.store.transaction() as tx:
        assert office.office.words.questions.ask(tx, ticket_id, "solved") is None
    outcome(office, "是")
    with office.store.transaction() as tx:
        assert office.office.words.questions.ask(tx, ticket_id, "solved") is not None


def test_no_question_is_asked_while_a_rating_is(office: SmallOffice) -> None:
    office.ticket_asked()
    ticket_id = office.one("SELECT id FROM ticket")["id"]
    with office.store.transaction() as tx:
        assert office.office.words.questions.ask(tx, ticket_id, "solved") is None


def test_no_is_for_the_reviewer_to_see_and_yes_for_the_count(office: SmallOffice) -> None:
    no = replied(office, contacted=True)
    assert outcome(office, "否,没有人联系我") == ("answered_no", True)
    assert questions(office) == [("contacted", "no")]
    assert office.notes(no)[-1] == ("supplement", "contacted", "否,没有人联系我")


def test_an_answer_counts_once(office: SmallOffice) -> None:
    replied(office, contacted=True)
    assert outcome(office, "Y") == ("answered_yes", False)
    assert outcome(office, "N") == ("supplement", True)  # he is in the middle of his matter: it is added there
    assert questions(office) == [("contacted", "yes")]


def test_a_question_is_open_for_seven_days(office: SmallOffice) -> None:
    replied(office, contacted=True)
    office.wait(days=8)
    assert outcome(office, "是") == ("no_question_asked", True)
    assert questions(office) == [("contacted", "")]


def test_a_stranger_answers_nothing(office: SmallOffice) -> None:
    replied(office, contacted=True)
    office.text(from_=HANDLER, text="是")
    office.text(from_="13700002222", text="是")
    assert questions(office) == [("contacted", "")]
