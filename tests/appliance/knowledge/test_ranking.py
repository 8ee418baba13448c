"""What stands first in a search, and what is offered beside a form."""

from __future__ import annotations

from datetime import UTC, datetime

from appliance.knowledge import ranking
from appliance.knowledge.article import Article, Draft, Words

AT = datetime(2026, 11, 23, tzinfo=UTC)


def article(number: int, title: str, answer: str = "", *, english: str = "", **facts: object) -> Article:
    category = str(facts.pop("category", ""))
    draft = Draft(Words(title, answer), Words(english, english), f"K{number:03}", category=category)
    return Article(number, draft, 1, AT, "", **facts)  # type: ignore[arg-type]


LAMP = article(1, "路灯报修", "记下路名和杆号，夜里也修。", english="Street lamps")
PENSION = article(2, "养老金没到账", "先看社保卡。", english="A pension that did not arrive", category="pension")
PROOF = article(3, "养老金资格认证", "带身份证到村里认证。", english="Proving a pensioner", category="pension")
ALL = [LAMP, PENSION, PROOF]


def test_a_search_shows_titles_first_then_what_is_used_and_expired_last() -> None:
    old = article(4, "路灯", is_expired=True)
    used = article(5, "杆号", used=3)
    assert ranking.of_search([old, LAMP, used], {old.id, LAMP.id}) == [LAMP, used, old]


def test_a_sentence_finds_the_article_whose_own_words_it_has() -> None:
    assert ranking.of_form(ALL, category="", text="老人的养老金这个月没有到账")[0] is PENSION
    assert ranking.of_form(ALL, category="", text="门口的路灯又不亮了") == [LAMP]
    assert ranking.of_form(ALL, category="", text="my street lamps are dark")[0] is LAMP


def test_words_that_many_have_count_little_and_chance_counts_nothing() -> None:
    assert ranking.of_form(ALL, category="", text="你好") == []
    assert ranking.of_form(ALL, category="", text="夜里") == []
    assert ranking.of_form(ALL, category="", text="is a to") == []
    assert ranking.of_form([], category="", text="路灯") == []


def test_the_class_alone_is_enough_and_an_expired_one_stands_behind() -> None:
    old = article(6, "养老金旧规定", category="pension", is_expired=True)
    assert ranking.of_form([old, *ALL], category="pension", text="") == [PENSION, PROOF, old]


def test_no_more_are_offered_than_can_be_read_during_a_call() -> None:
    many = [article(number, "路灯报修", category="lamp") for number in range(1, 9)]
    assert len(ranking.of_form(many, category="lamp", text="路灯")) == ranking.MOST_OFFERED


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert ranking.of_form(ALL, category="", text="甲" * ranking.LONGEST + "路灯报修") == []
