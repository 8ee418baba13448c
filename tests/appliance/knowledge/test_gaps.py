"""Questions without an article: asked, answered by the department, closed by an article, or dropped."""

from __future__ import annotations

from datetime import date

import pytest

from appliance.errors import FieldWrong, NotAllowed, NotFound
from tests.appliance.knowledge.shelf import Shelf

QUESTION = "外地车能免费停多久"


def asked(shelf: Shelf, question: str = QUESTION, **more: object) -> int:
    given = {"department_id": shelf.city.id, **more}
    return shelf.gaps.ask(question, shelf.operator, **given)  # type: ignore[arg-type]


def test_a_question_waits_for_its_department_with_a_day(shelf: Shelf) -> None:
    made = asked(shelf, category="parking")
    gap = shelf.gaps.get(made, shelf.unit)
    assert (gap.state, gap.due, gap.is_late, gap.who) == ("open", date(2026, 11, 30), False, "Li")
    shelf.office.clock.advance(days=8)
    assert shelf.gaps.all(shelf.operator)[0].is_late


def test_while_the_day_is_unknown_none_is_set(shelf: Shelf) -> None:
    shelf.office.is_clock_ok = False
    gap = shelf.gaps.get(asked(shelf), shelf.operator)
    assert (gap.due, gap.is_late) == (None, False)


@pytest.mark.parametrize(
    ("question", "more", "field"),
    [
        ("", {}, "question"),
        ("问" * 201, {}, "question"),
        (QUESTION, {"department_id": None}, "department_id"),
        (QUESTION, {"department_id": 99}, "department_id"),
        (QUESTION, {"category": "poem"}, "category"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(shelf: Shelf, question: str, more: dict[str, object], field: str) -> None:
    with pytest.raises(FieldWrong) as wrong:
        asked(shelf, question, **more)
    assert wrong.value.field == field
    assert shelf.gaps.all(shelf.operator) == ()


def test_the_same_form_sent_twice_asks_once(shelf: Shelf) -> None:
    assert asked(shelf, token="t") == asked(shelf, token="t")
    assert len(shelf.gaps.all(shelf.operator)) == 1


def test_a_department_sees_and_answers_its_own_alone(shelf: Shelf) -> None:
    mine, other = asked(shelf), asked(shelf, "水费怎么算", department_id=shelf.water.id)
    assert [gap.id for gap in shelf.gaps.all(shelf.unit)] == [mine]
    shelf.gaps.answer(mine, "两小时。", shelf.unit)
    assert [(gap.state, gap.answer) for gap in shelf.gaps.all(shelf.unit)] == [("answered", "两小时。")]
    with pytest.raises(NotFound):
        shelf.gaps.answer(other, "不知道", shelf.unit)
    with pytest.raises(NotAllowed):
        shelf.gaps.ask("问", shelf.unit, department_id=shelf.city.id)
    with pytest.raises(NotAllowed):
        shelf.gaps.close(mine, shelf.unit, is_dropped=True)


def test_the_same_answer_sent_twice_is_given_once_and_other_words_replace_it(shelf: Shelf) -> None:
    made = asked(shelf)
    for text in ("两小时。", "两小时。", "三小时。"):
        shelf.gaps.answer(made, text, shelf.unit)
    assert shelf.gaps.get(made, shelf.operator).answer == "三小时。"
    audited = shelf.office.store.rows("SELECT action FROM audit WHERE action = 'article_gap_answered'")
    assert len(audited) == 2


def test_the_article_that_is_written_for_it_closes_it(shelf: Shelf) -> None:
    made = asked(shelf)
    article = shelf.articles.write(shelf.draft("停车免费两小时"), shelf.lead, gap_id=made)
    assert shelf.gaps.all(shelf.operator) == ()
    ended = shelf.gaps.all(shelf.operator, is_open=False)
    assert [(gap.state, gap.article_id, gap.is_late) for gap in ended] == [("closed", article, False)]
    with pytest.raises(FieldWrong):
        shelf.gaps.answer(made, "太晚", shelf.unit)
    assert [row["action"] for row in shelf.office.store.rows("SELECT action FROM audit ORDER BY seq")][-3:] == [
        "article_gap_asked", "article_added", "article_gap_closed",
    ]  # fmt: skip


def test_an_article_that_is_there_closes_it_by_its_code(shelf: Shelf) -> None:
    article, made = shelf.write(code="K7"), asked(shelf)
    for code in ("", "K8"):
        with pytest.raises(FieldWrong) as wrong:
            shelf.gaps.close(made, shelf.lead, code=code)
        assert wrong.value.field == "code"
    shelf.gaps.close(made, shelf.lead, code=" k7 ")
    shelf.gaps.close(made, shelf.lead, is_dropped=True)
    gap = shelf.gaps.get(made, shelf.operator)
    assert (gap.state, gap.article_id, gap.article_code) == ("closed", article.id, "K7")


def test_what_nobody_needs_is_dropped(shelf: Shelf) -> None:
    made = asked(shelf)
    shelf.gaps.close(made, shelf.lead, is_dropped=True)
    assert shelf.gaps.get(made, shelf.operator).state == "dropped"


def test_it_names_the_ticket_it_came_from_and_no_ticket_that_is_none(shelf: Shelf) -> None:
    no = shelf.office.tickets.create(shelf.office.form(), shelf.operator)
    gap = shelf.gaps.get(asked(shelf, ticket_no=no), shelf.operator)
    assert (gap.ticket_no, gap.ticket) == (no, f"{no:06}")
    with pytest.raises(NotFound):
        asked(shelf, ticket_no=999)


def test_who_a_confidential_reporter_is_stands_in_no_question(shelf: Shelf) -> None:
    bed = shelf.office
    form = bed.form(type="report", contact_name="钱多多", contact_phone="13712983746", privacy="confidential")
    no = bed.tickets.create(form, shelf.operator)
    made = asked(shelf, "钱多多13712983746问停车", ticket_no=no)
    shelf.gaps.answer(made, "请转告钱多多13712983746", shelf.unit)
    kept = bed.store.row("SELECT question, answer FROM article_gap_words")
    assert kept is not None
    for text in kept:
        assert "13712983746" not in text
        assert "钱多多" not in text
        assert "停车" in text or "转告" in text
