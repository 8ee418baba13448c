"""Articles: written by a lead, each with its past; found by words, initials and class; nobody overwrites anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from appliance.casework import categories
from appliance.errors import ArticleChanged, FieldWrong, NotAllowed, NotFound
from appliance.people.roles import Role
from db import knowledge as rows
from tests.appliance.knowledge.shelf import Shelf


def audited(shelf: Shelf) -> list[str]:
    return [row["action"] for row in shelf.office.store.rows("SELECT action FROM audit ORDER BY seq")]


def test_every_change_keeps_what_it_said_and_is_audited(shelf: Shelf) -> None:
    first = shelf.write(fees="10元")
    second = shelf.rewrite(first, fees="不收费")
    third = shelf.rewrite(second, answer="记下杆号。")
    assert (first.version, second.version, third.version) == (1, 2, 3)
    before = shelf.articles.before(first.id, shelf.operator)
    assert [(old.version, old.draft.zh.fees) for old in before] == [(2, "不收费"), (1, "10元")]
    assert [action for action in audited(shelf) if action.startswith("article")] == [
        "article_added", "article_changed", "article_changed",
    ]  # fmt: skip
    assert shelf.office.audit.verify().is_whole


def test_saved_unchanged_it_gets_no_new_version(shelf: Shelf) -> None:
    first = shelf.write()
    assert shelf.rewrite(first).version == 1
    assert shelf.articles.before(first.id, shelf.lead) == ()


def test_whoever_saves_second_is_told_who_was_first_and_overwrites_nothing(shelf: Shelf) -> None:
    first = shelf.write()
    shelf.rewrite(first, answer="一")
    with pytest.raises(ArticleChanged) as changed:
        shelf.rewrite(first, answer="二")
    assert changed.value.fields["who"] == "Wang"
    assert shelf.get(first.id).words("zh").answer == "一"
    with pytest.raises(ArticleChanged):
        shelf.articles.retire(first.id, shelf.lead, version=1)


def test_the_same_form_sent_twice_makes_one_article(shelf: Shelf) -> None:
    made = {shelf.articles.write(shelf.draft(), shelf.lead, token="t") for _ in range(2)}
    assert len(made) == 1


def test_codes_are_given_and_belong_to_one(shelf: Shelf) -> None:
    assert shelf.write().code == "K0001"
    shelf.write("井盖", code="K0003")
    assert shelf.write("停水").code == "K0004"
    with pytest.raises(FieldWrong) as wrong:
        shelf.write("停电", code="k0003")
    assert wrong.value.field == "code"


def test_a_department_that_is_gone_owns_nothing_new(shelf: Shelf) -> None:
    with pytest.raises(FieldWrong) as wrong:
        shelf.write(department_id=99)
    assert wrong.value.field == "department_id"


def test_an_operator_writes_only_where_nobody_else_decides(shelf: Shelf) -> None:
    shelf.articles.write(shelf.draft(), shelf.operator)
    shelf.office.approvals.set_mode("full", shelf.lead)
    assert shelf.articles.may_write(shelf.lead)
    assert not shelf.articles.may_write(shelf.operator)
    for refused in (shelf.operator, shelf.unit):
        with pytest.raises(NotAllowed):
            shelf.articles.write(shelf.draft("井盖"), refused)


def test_a_department_reads_the_public_ones_and_its_own(shelf: Shelf) -> None:
    shelf.write("公开路灯")
    own = shelf.write("本单位路灯", is_public=False, department_id=shelf.city.id)
    other = shelf.write("水厂路灯", is_public=False, department_id=shelf.water.id)
    secret = shelf.write("坐席路灯", is_public=False)
    assert set(shelf.titles("路灯", shelf.unit)) == {"公开路灯", "本单位路灯"}
    assert len(shelf.titles("路灯", shelf.operator)) == 4
    assert shelf.articles.get(own.id, shelf.unit).id == own.id
    for hidden in (other, secret):
        with pytest.raises(NotFound):
            shelf.articles.get(hidden.id, shelf.unit)
        with pytest.raises(NotFound):
            shelf.articles.before(hidden.id, shelf.unit)


def test_what_was_the_desks_alone_stays_so_after_the_article_was_opened_to_all(shelf: Shelf) -> None:
    first = shelf.write(answer="别对单位说。", is_public=False)
    draft = replace(first.draft, zh=replace(first.draft.zh, answer="拨打供电所。"), is_public=True)
    shelf.articles.write(draft, shelf.lead, article_id=first.id, version=1)
    shelf.rewrite(shelf.get(first.id), answer="拨打95598。")
    seen = [[old.draft.zh.answer for old in shelf.articles.before(first.id, who)] for who in (shelf.unit, shelf.lead)]
    assert seen == [["拨打供电所。"], ["拨打供电所。", "别对单位说。"]]


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.LEADER])
def test_other_roles_read_nothing(shelf: Shelf, role: Role) -> None:
    article = shelf.write()
    stranger = shelf.office.user("zhao", role)
    assert shelf.titles("路灯", stranger) == []
    with pytest.raises(NotFound):
        shelf.articles.get(article.id, stranger)


def test_found_by_words_in_any_field_by_initials_and_by_the_name_of_a_category(shelf: Shelf) -> None:
    shelf.write("领取资格认证", "每年一次", category="pension", materials="身份证", place="村委会")
    shelf.write("路灯报修", category="lamp")
    for query in ("资格", "身份证 村委会", "ylj", "养老金", "Pensions"):
        assert shelf.titles(query) == ["领取资格认证"], query
    assert shelf.titles("资格 路灯") == []
    assert shelf.titles("飞碟") == []


def test_a_search_is_narrowed_by_class_and_kind(shelf: Shelf) -> None:
    shelf.write("养老金认证", category="pension")
    shelf.write("养老金电话", category="pension", kind="contact")
    shelf.write("路灯养老金", category="lamp")
    assert set(shelf.titles("养老金", group="labour")) == {"养老金认证", "养老金电话"}
    assert shelf.titles("养老金", kind="contact") == ["养老金电话"]
    of_class = shelf.articles.of_class(shelf.operator, group="labour", kind="guide")
    assert [article.words("zh").title for article in of_class] == ["养老金认证"]


def test_in_a_large_base_a_narrowed_search_looks_at_all(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_CANDIDATES", 5)
    for number in range(6):
        shelf.write(f"证件{number}", "带证件。", category="residence")
    shelf.write("证件补领", "先登报。", category="lamp", kind="policy")
    assert shelf.titles("证件", kind="policy") == ["证件补领"]
    assert shelf.titles("证件", group=categories.group_of("lamp")) == ["证件补领"]


def test_what_is_no_longer_true_is_marked_and_stands_last(shelf: Shelf) -> None:
    shelf.write("汛期提示", valid_to=date(2026, 11, 22))
    shelf.write("防火提示", "汛期以后的提示", valid_to=date(2026, 11, 23))
    found = shelf.articles.search(shelf.operator, "提示")
    assert [(each.words("zh").title, each.is_expired) for each in found] == [("防火提示", False), ("汛期提示", True)]
    assert [each.is_expired for each in shelf.articles.of_class(shelf.operator)] == [False, True]


def test_while_the_day_is_unknown_nothing_counts_as_expired(shelf: Shelf) -> None:
    old = shelf.write(valid_to=date(2020, 1, 1))
    assert shelf.get(old.id).is_expired
    shelf.office.is_clock_ok = False
    assert not shelf.get(old.id).is_expired


def test_a_changed_word_is_found_and_the_old_one_is_not(shelf: Shelf) -> None:
    article = shelf.write("路灯报修")
    shelf.rewrite(article, title="井盖报修")
    assert (shelf.titles("路灯"), shelf.titles("井盖")) == ([], ["井盖报修"])


def test_what_is_taken_away_is_found_no_more_and_a_list_may_bring_it_back(shelf: Shelf) -> None:
    article = shelf.write(code="K1")
    shelf.articles.retire(article.id, shelf.lead, version=1)
    shelf.articles.retire(article.id, shelf.lead, version=1)
    assert shelf.titles("路灯") == []
    assert shelf.articles.of_class(shelf.operator) == []
    assert shelf.get(article.id).is_retired
    shelf.lists.import_rows([{"code": "K1", "kind": "guide", "title_zh": "路灯报修", "answer_zh": "新的答复"}])
    assert shelf.titles("路灯") == ["路灯报修"]
    assert not shelf.get(article.id).is_retired


def test_beside_a_form_the_class_and_the_typed_words_find_it(shelf: Shelf) -> None:
    shelf.write("被拖欠工资怎么办", category="wages")
    shelf.write("路灯报修", category="lamp")
    by_words = shelf.articles.offered(shelf.operator, text="工地老板拖欠我们三个月工资")
    by_class = shelf.articles.offered(shelf.operator, category="lamp")
    assert [found[0].words("zh").title for found in (by_words, by_class)] == ["被拖欠工资怎么办", "路灯报修"]
    assert shelf.articles.offered(shelf.operator) == []


def test_the_index_can_be_filled_anew(shelf: Shelf) -> None:
    shelf.write()
    gone = shelf.write("井盖")
    shelf.articles.retire(gone.id, shelf.lead, version=1)
    with shelf.office.store.transaction() as tx:
        tx.execute("INSERT INTO article_search (article_search) VALUES ('delete-all')")
    assert shelf.titles("路灯") == []
    assert shelf.articles.rebuild_search() == 1
    assert shelf.titles("路灯") == ["路灯报修"]


def test_there_is_no_article_that_nobody_wrote(shelf: Shelf) -> None:
    with pytest.raises(NotFound):
        shelf.articles.get(1, shelf.lead)
    with pytest.raises(NotFound):
        shelf.articles.write(shelf.draft(), shelf.lead, article_id=1, version=1)
    with pytest.raises(NotFound):
        shelf.articles.retire(1, shelf.lead, version=1)
