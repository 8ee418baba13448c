"""Surveys over a whole small office: texts, calls, the tries, the board, and a clock that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from appliance.casework.survey_views import SurveyForm
from appliance.casework.tickets import TicketForm
from appliance.errors import FieldWrong, NotFound
from appliance.people.user import User
from tests.appliance.small_office import LANDLINE, WANG, SmallOffice

HOUR_S, DAY_S = 3600, 86400


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def survey(office: SmallOffice, no: int) -> Any:
    return office.one(
        "SELECT s.* FROM survey s JOIN ticket t ON t.id = s.ticket_id WHERE t.no = ? ORDER BY s.id DESC LIMIT 1", no
    )


def unsatisfied(office: SmallOffice) -> list[tuple[int, str]]:
    return [(row["times"], row["how"]) for row in office.store.rows("SELECT * FROM unsatisfied ORDER BY id")]


def calls(office: SmallOffice) -> list[int]:
    return [row.ticket.no for row in office.office.follow_up.survey_desk.page(office.li).calls]


def heard(office: SmallOffice, no: int, result: str = "reached", by: User | None = None, **more: Any) -> None:
    token = more.pop("token", "")
    office.office.follow_up.survey.record(no, SurveyForm(result, **more), by or office.li, token=token)


def due(office: SmallOffice) -> int:
    return office.office.follow_up.survey.sweep()


def called_list(office: SmallOffice, **more: Any) -> int:
    """A ticket whose citizen did not answer the text."""
    no = office.ticket_asked(**more)
    office.wait(3 * DAY_S)
    due(office)
    return no


def redo(office: SmallOffice, no: int) -> None:
    """The department does it once more, the reply is accepted."""
    office.move(no, "redo", reason="未修好")
    office.move(no, "reply", text="重新处理完毕,已修好")
    office.move(no, "approve")


def test_an_accepted_reply_begins_a_survey_by_text(office: SmallOffice) -> None:
    no = office.ticket_asked()
    assert survey(office, no)["state"] == "texted"
    assert calls(office) == []


def test_two_working_days_without_an_answer_bring_him_on_the_call_list(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.wait(2 * DAY_S)  # Wednesday, 9:30: the second working day isn't over
    assert due(office) == 0
    office.wait(9 * HOUR_S)
    assert due(office) == 1
    assert calls(office) == [no]
    assert due(office) == 0


def test_a_landline_is_called_at_once(office: SmallOffice) -> None:
    form = TicketForm(
        "路灯不亮", "东街路灯不亮三天", place="东街", contact_phone=LANDLINE, type="complaint", category="lamp"
    )
    no = office.office.tickets.create(form, office.li)
    office.dispatch(no)
    office.move(no, "reply", text="已经更换灯泡并试亮")
    office.move(no, "approve")
    assert calls(office) == [no]


def test_a_text_that_failed_is_not_waited_for(office: SmallOffice) -> None:
    no = office.ticket_asked()
    with office.store.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'failed' WHERE purpose = 'result'")
    due(office)
    assert calls(office) == [no]


def test_a_rating_by_text_ends_it(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="5")
    assert office.status(no) == "closed"
    assert tuple(survey(office, no)[name] for name in ("state", "outcome", "method", "rating")) == (
        "done", "satisfied", "sms", 5,
    )  # fmt: skip


def test_what_was_heard_on_the_telephone_is_kept(office: SmallOffice) -> None:
    no = called_list(office)
    heard(office, no, contacted=True, solved=True, attitude=3, rating=4, words="修得快")
    row = survey(office, no)
    assert office.status(no) == "closed"
    assert [row[name] for name in ("outcome", "method", "contacted", "solved", "attitude", "rating", "tries")] == [
        "satisfied", "call", 1, 1, 3, 4, 1,
    ]  # fmt: skip


def test_not_solved_goes_on_the_board_whatever_the_figure(office: SmallOffice) -> None:
    no = called_list(office)
    heard(office, no, solved=False, rating=4)
    assert office.status(no) == "survey"
    assert [row.ticket.no for row in office.office.follow_up.survey_desk.page(office.li).board] == [no]


def test_three_tries_on_two_days_then_a_text_then_unreachable(office: SmallOffice) -> None:
    no = called_list(office)
    heard(office, no, "no_answer")
    heard(office, no, "no_answer")
    assert survey(office, no)["try_on"] == "2026-11-27"  # tomorrow
    office.wait(DAY_S)
    heard(office, no, "no_answer")
    assert survey(office, no)["state"] == "last_text"
    assert office.outbox(purpose="rating")[0]["text"].startswith("【青禾12345】编号")
    office.wait(6 * DAY_S)
    due(office)
    assert office.status(no) == "closed"
    row = survey(office, no)
    assert (row["outcome"], row["rating"]) == ("unreachable", None)


def test_three_tries_on_one_day_are_not_enough(office: SmallOffice) -> None:
    no = called_list(office)
    for _ in range(4):
        heard(office, no, "no_answer")
    assert survey(office, no)["state"] == "calling"
    assert office.status(no) == "survey"


def test_closed_before_the_tries_are_made_it_is_stamped(office: SmallOffice) -> None:
    early, tried, refused = (called_list(office, from_=f"1380000900{last}") for last in range(3))
    office.move(early, "close", reason="联系不上")
    for _ in range(2):
        heard(office, tried, "no_answer")
    office.wait(DAY_S)
    heard(office, tried, "no_answer")
    office.move(tried, "close", reason="两天三次未接通")
    heard(office, refused, "refused")
    approvals = office.office.approvals
    assert [row.no for row in approvals.month(approvals.this_month()).rows] == [early]


def test_a_rating_in_answer_to_the_last_text_counts(office: SmallOffice) -> None:
    no = called_list(office)
    heard(office, no, "no_answer")
    heard(office, no, "no_answer")
    office.wait(DAY_S)
    heard(office, no, "no_answer")
    office.text(from_=WANG, text="4")
    assert (office.status(no), survey(office, no)["outcome"]) == ("closed", "satisfied")


def test_a_form_sent_twice_is_one_try(office: SmallOffice) -> None:
    no = called_list(office)
    for _ in range(2):
        heard(office, no, "no_answer", token="once")
    assert survey(office, no)["tries"] == 1


def test_a_call_without_a_rating_is_refused_and_changes_nothing(office: SmallOffice) -> None:
    no = called_list(office)
    for rating in (None, 0, 6):
        with pytest.raises(FieldWrong):
            heard(office, no, rating=rating)
    assert survey(office, no)["tries"] == 0


def test_a_closed_ticket_takes_no_result(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="5")
    with pytest.raises(NotFound):
        heard(office, no, rating=5)


def test_an_unhappy_text_waits_for_the_desk_and_never_times_out(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="1 还是不亮")
    office.wait(30 * DAY_S)
    due(office)
    assert office.status(no) == "survey"
    (row,) = office.office.follow_up.survey_desk.page(office.li).board
    assert (row.ticket.no, row.rating, row.waits, row.words, row.days) == (no, 1, True, "还是不亮", 30)


def test_the_desk_confirms_the_redo_with_the_citizens_own_words(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2 还是不亮")
    office.office.follow_up.survey_desk.decide(no, "redo", office.li)
    assert office.status(no) == "in_progress"
    assert ("reason", "", "还是不亮") in office.notes(no)
    assert unsatisfied(office) == [(1, "")]


def test_satisfied_in_the_end_takes_him_from_the_board(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2")
    redo(office, no)
    assert survey(office, no)["state"] == "texted"  # the new round has its own
    office.text(from_=WANG, text="5")
    assert unsatisfied(office) == [(1, "satisfied")]
    assert office.office.follow_up.survey_desk.page(office.li).zeroed == {"satisfied": 1}


def test_the_second_time_is_counted_on_the_same_entry(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2")
    office.text(from_=WANG, text="1")  # again in the same round
    redo(office, no)
    office.text(from_=WANG, text="2")
    assert unsatisfied(office) == [(2, "")]


def test_unreachable_after_a_redo_is_not_called_satisfied(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2")
    redo(office, no)
    office.wait(3 * DAY_S)
    due(office)
    heard(office, no, "wrong")
    assert office.status(no) == "closed"
    assert unsatisfied(office) == [(1, "unreachable")]


def test_who_said_so_and_is_closed_by_a_lead_was_not_unreachable(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2")
    office.move(no, "close", reason="unreachable", text="以后联系不上")
    assert unsatisfied(office) == [(1, "other")]


def test_every_rating_stays_in_the_history(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="2")
    redo(office, no)
    office.text(from_=WANG, text="4")
    office.text(from_=WANG, text="1")
    rows = office.store.rows("SELECT rating, counts FROM survey_rating ORDER BY id")
    assert [tuple(row) for row in rows] == [(2, 1), (4, 1), (1, 0)]
    assert office.one("SELECT rating FROM ticket WHERE no = ?", no)["rating"] == 4
    assert office.one("SELECT rating FROM survey ORDER BY id DESC LIMIT 1")["rating"] == 4


@pytest.mark.parametrize("text", ["6", "0", "十", " 10 "])
def test_a_rating_out_of_range_is_answered_and_changes_nothing(office: SmallOffice, text: str) -> None:
    no = office.ticket_asked()
    tickets, version = office.count("ticket"), office.one("SELECT version FROM ticket WHERE no = ?", no)["version"]
    sms_id = office.text(from_=WANG, text=text)
    assert office.sms_row(sms_id)["outcome"] == "rating_out_of_range"
    assert "1到5" in office.outbox(purpose="progress")[-1]["text"]
    assert (office.count("ticket"), office.count("survey_rating")) == (tickets, 0)
    assert office.one("SELECT version FROM ticket WHERE no = ?", no)["version"] == version


def test_a_second_rating_is_noted_beside_the_first(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.text(from_=WANG, text="5")
    sms = office.sms_row(office.text(from_=WANG, text="4"))
    assert (sms["outcome"], sms["needs_desk"]) == ("rated_again", 0)
    assert office.status(no) == "closed"
    assert "已评价过" in office.outbox(purpose="progress")[-1]["text"]


def test_a_late_unhappy_rating_reaches_the_desk(office: SmallOffice) -> None:
    no = called_list(office)
    heard(office, no, "wrong")
    sms = office.sms_row(office.text(from_=WANG, text="1"))
    assert (sms["outcome"], sms["needs_desk"]) == ("rated_late", 1)
    assert office.status(no) == "closed"
    assert "评价时间已过" in office.outbox(purpose="progress")[-1]["text"]


def test_a_figure_of_somebody_never_asked_is_read_as_before(office: SmallOffice) -> None:
    sms = office.sms_row(office.text(from_=WANG, text="5"))
    assert sms["outcome"] == "no_rating_asked"


def test_nothing_moves_while_the_clock_is_wrong(office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    no = office.ticket_asked()
    office.wait(10 * DAY_S)
    monkeypatch.setattr(office.office.follow_up.survey, "_clock_ok", lambda: False)
    assert due(office) == 0
    assert survey(office, no)["state"] == "texted"
    monkeypatch.undo()
    assert due(office) == 1


def test_a_wait_by_a_wrong_clock_begins_again_once_it_is_set(office: SmallOffice) -> None:
    no = office.ticket_asked()
    with office.store.transaction() as tx:
        tx.execute("UPDATE survey SET clock_ok = 0, next_at = '1970-01-03T09:30:00.000Z'")
    due(office)
    row = survey(office, no)
    assert (row["state"], row["next_at"], row["clock_ok"]) == ("texted", "2026-11-25T09:30:00.000Z", 1)


def test_a_plug_pulled_before_the_sweep_loses_nothing(office: SmallOffice) -> None:
    no = office.ticket_asked()
    office.wait(3 * DAY_S)
    office.crash()
    due(office)
    assert calls(office) == [no]


def test_tickets_from_before_get_their_survey(office: SmallOffice) -> None:
    no = office.ticket_asked()
    with office.store.transaction() as tx:
        tx.execute("DELETE FROM survey")
    assert due(office) == 1
    assert survey(office, no)["state"] == "texted"


def test_a_sweep_with_nothing_due_writes_nothing(office: SmallOffice) -> None:
    office.ticket_asked()
    before = office.one("SELECT total_changes() AS n, (SELECT count(*) FROM audit) AS a")["a"]
    assert due(office) == 0
    assert office.one("SELECT count(*) AS a FROM audit")["a"] == before


def test_whoever_wants_no_surveys_gets_the_result_unasked_and_is_called(office: SmallOffice) -> None:
    office.text(from_=WANG, text="TD")
    no = office.ticket_asked()
    told = office.store.rows("SELECT o.purpose, w.text FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id")
    results = [row for row in told if row["purpose"] in ("result", "outcome")]
    assert len(results) == 1, "the result of his own matter still comes"
    assert "答复" in results[0]["text"]
    assert "评价" not in results[0]["text"]
    assert calls(office) == [no]
    office.wait(5 * DAY_S)
    due(office)
    assert {
        row["purpose"] for row in office.store.rows("SELECT purpose FROM outbox WHERE handler_id IS NULL")
    }.isdisjoint({"rating", "question", "result"})


def test_whoever_wants_surveys_again_is_asked_by_text_again(office: SmallOffice) -> None:
    office.text(from_=WANG, text="TD")
    office.text(from_=WANG, text="KT")
    no = office.ticket_asked()
    assert survey(office, no)["state"] == "texted"
    assert calls(office) == []


def test_the_page_says_beforehand_that_closing_before_the_tries_is_a_leads_word(office: SmallOffice) -> None:
    no = called_list(office)

    def is_leads() -> bool:
        office.office.approvals.set_mode("full", office.lead)
        [close] = [offer for offer in office.office.tickets.offered(no, office.li) if offer.move.key == "close"]
        page = office.office.tickets.page(no, office.li)
        assert ("close" in page.lead_moves) is close.needs_lead
        return close.needs_lead

    assert is_leads()
    heard(office, no, "no_answer")
    heard(office, no, "no_answer")
    assert is_leads()
    office.wait(DAY_S)
    heard(office, no, "no_answer")
    assert not is_leads()
