"""Notices and tasks for many departments: who gets them, who has acknowledged, who is reminded and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.errors import FieldWrong, NotAllowed, NotFound
from appliance.intake.incoming import Incoming
from appliance.intake.notice_texts import NoticeTexts
from appliance.outreach.notices_to_units import NoticeForm, UnitNotices
from appliance.outreach.outbox import Outbox
from appliance.outreach.templates import Texts
from appliance.people.roles import Role
from appliance.people.user import User
from tests.appliance.office_bed import HOURS, SHANGHAI, Bed

WINTER = NoticeForm("task", "冬季防火排查", "请排查辖区商铺消防通道，报送结果。", due_at="2026-11-25T17:00")


class Notices:
    """The service with its queue, and what is in it."""

    def __init__(self, office: Bed) -> None:
        self.office = office
        texts = Texts("青禾12345", "zh_CN", SHANGHAI)
        outbox = Outbox(
            office.clock, zone=SHANGHAI, region_code="0571", boot_id=office.boot_id,
            clock_ok=lambda: office.is_clock_ok,
        )  # fmt: skip
        self.service = UnitNotices(
            office.store, office.clock, HOURS, outbox=outbox, texts=texts, audit=office.audit,
            clock_ok=lambda: office.is_clock_ok,
        )  # fmt: skip
        self.ear = NoticeTexts(self.service, outbox, texts)
        self._sms = 0

    def send(self, form: NoticeForm = WINTER, *, token: str = "") -> int:
        wanted = form if form.kinds else replace(form, department_ids=(self.office.city.id, self.office.water.id))
        return self.service.send(wanted, self.office.li, token=token)

    def texts(self) -> list[str]:
        return [row["text"] for row in self.office.store.rows("SELECT text FROM outbox_words ORDER BY outbox_id")]

    def goes_out(self) -> None:
        with self.office.store.transaction() as tx:
            tx.execute("UPDATE outbox SET state = 'sent', sent_at = created_at WHERE state = 'queued'")

    def hears(self, text: str) -> str | None:
        """The city's handler texts this; what it came to."""
        self._sms += 1
        handler = self.office.chen
        at = self.office.clock.now()
        with self.office.store.transaction() as tx:
            sms_id = tx.insert(
                "sms_in", line="line1", identity="imsi:1", kind="handler", handler_id=handler.id,
                received_at="2026-11-23T01:00:00.000Z",
            )  # fmt: skip
            sms = Incoming(sms_id, "line1", handler.phone, text, at, None, handler.id, handler.department_id)
            outcome = self.ear.hear(tx, "handler", sms)
        return outcome.outcome if outcome else None

    def table(self, notice_id: int):
        return {one.department.code: one for one in self.service.page(notice_id, self.office.li)[1]}


@pytest.fixture
def notices(office: Bed) -> Notices:
    _ = (office.chen, office.water, office.li)
    return Notices(office)


def unit(office: Bed) -> User:
    return office.user("unit", Role.UNIT, office.city)


def test_every_handler_is_texted_and_who_has_none_stands_in_the_table(notices: Notices) -> None:
    table = notices.table(notices.send())
    assert {code: one.texted for code, one in table.items()} == {"CG": 1, "SW": 0}
    (text,) = notices.texts()
    assert text == (
        "【青禾12345任务】冬季防火排查:请排查辖区商铺消防通道，报送结果,期限11月25日17:00。"
        "收到请回“收到”,完成后请直接回复结果。"
    )  # fmt: skip


def test_all_of_a_kind_are_chosen_by_one_tick(notices: Notices) -> None:
    form = replace(WINTER, kinds=("bureau",), department_ids=())
    assert set(notices.table(notices.send(form))) == {"CG"}
    both = replace(WINTER, kinds=("bureau", "utility"), department_ids=(notices.office.city.id,))
    assert set(notices.table(notices.send(both))) == {"CG", "SW"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "order"}, "kind"), ({"title": " "}, "title"), ({"title": "长" * 61}, "title"), ({"text": ""}, "text"),
        ({"text": "长" * 1001}, "text"), ({"due_at": ""}, "due_at"), ({"due_at": "soon"}, "due_at"),
        ({"due_at": "2026-11-23T08:59"}, "due_at"), ({"kinds": ("county",)}, "department_ids"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_goes_out(notices: Notices, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(FieldWrong) as refused:
        notices.service.send(replace(WINTER, department_ids=(), **wrong), notices.office.li)  # type: ignore[arg-type]
    expected = field if field != "kinds" else "department_ids"
    assert refused.value.field == expected
    assert notices.texts() == []


def test_a_department_that_is_not_there_is_refused(notices: Notices) -> None:
    with pytest.raises(FieldWrong):
        notices.service.send(replace(WINTER, department_ids=(notices.office.city.id, 99)), notices.office.li)
    assert notices.texts() == []


def test_the_same_form_twice_is_one_notice(notices: Notices) -> None:
    assert notices.send(token="one") == notices.send(token="one")
    assert len(notices.texts()) == 1


def test_ok_by_text_acknowledges_the_notice_and_is_confirmed(notices: Notices) -> None:
    notice_id = notices.send()
    notices.goes_out()
    assert notices.hears("收到") == "notice_taken"
    one = notices.table(notice_id)["CG"]
    assert (one.channel, one.acked_by, one.answer) == ("sms", "陈", "")
    assert one.done_at is None
    assert notices.texts()[-1] == "【青禾12345】已记录贵单位收到。"


def test_plain_words_are_kept_as_its_answer_and_reach_the_desk(notices: Notices) -> None:
    notice_id = notices.send()
    notices.goes_out()
    notices.hears("OK")
    assert notices.hears("已排查32家，隐患2处已整改") == "notice_taken"
    assert notices.hears("明日补报") == "notice_taken"
    assert notices.table(notice_id)["CG"].answer == "已排查32家，隐患2处已整改\n明日补报"


@pytest.mark.parametrize("text", ["QS 000001", "DF 000001 已修复", "LB", "?"])
def test_an_order_about_a_ticket_is_left_to_others(notices: Notices, text: str) -> None:
    notice_id = notices.send()
    notices.goes_out()
    assert notices.hears(text) is None
    assert notices.table(notice_id)["CG"].acked_at is None


def test_ok_after_a_dispatch_signs_the_ticket_and_not_the_notice(notices: Notices) -> None:
    notice_id = notices.send()
    office = notices.office
    with office.store.transaction() as tx:
        tx.insert(
            "outbox", idem_key="d", purpose="dispatch", rank=20, handler_id=office.chen.id, state="sent",
            created_at="2026-11-23T02:00:00.000Z", not_before_at="2026-11-23T02:00:00.000Z",
            boot_id=office.boot_id, clock_ok=1,
        )  # fmt: skip
    notices.goes_out()
    assert notices.hears("收到") is None
    assert notices.table(notice_id)["CG"].acked_at is None


def test_ok_is_nobodys_once_the_notice_is_closed_or_not_sent_yet(notices: Notices) -> None:
    notice_id = notices.send()
    assert notices.hears("收到") is None, "it waits in the queue still: he can't answer it"
    notices.goes_out()
    notices.service.close(notice_id, notices.office.li)
    assert notices.hears("收到") is None


def test_a_department_answers_on_its_page_and_for_itself_alone(notices: Notices) -> None:
    office = notices.office
    notice_id = notices.send()
    (mine,) = notices.service.open_of(unit(office))
    notices.service.answer(mine.id, "已排查", unit(office), is_done=False)
    assert notices.table(notice_id)["CG"].channel == "web"
    assert [one.id for one in notices.service.open_of(unit(office))] == [mine.id], "a task is open until it is done"
    notices.service.answer(mine.id, "", unit(office), is_done=True)
    assert notices.service.open_of(unit(office)) == ()
    with pytest.raises(NotFound):
        notices.service.answer(notices.table(notice_id)["SW"].id, "", unit(office), is_done=True)
    with pytest.raises(NotAllowed):
        notices.service.open_of(office.li)


def test_the_desk_writes_down_what_came_by_telephone(notices: Notices) -> None:
    notice_id = notices.send()
    water = notices.table(notice_id)["SW"]
    with pytest.raises(FieldWrong):
        notices.service.write_down(water.id, "pigeon", "", notices.office.li, is_done=False)
    notices.service.write_down(water.id, "phone", "明天完成", notices.office.li, is_done=False)
    after = notices.table(notice_id)["SW"]
    assert (after.channel, after.answer, after.acked_by, after.done_at) == ("phone", "明天完成", "Li", None)


def test_who_owes_a_word_is_reminded_once_before_the_time_is_over(notices: Notices) -> None:
    office = notices.office
    notices.send()
    assert notices.service.sweep() == 0
    office.clock.advance(hours=33)  # 23 hours before it is due
    before = office.everything()
    assert notices.service.sweep() == 2
    assert "催办" in notices.texts()[-1]
    assert len(notices.texts()) == 2
    after = office.everything()
    assert after != before
    assert notices.service.sweep() == 0
    assert office.everything() == after, "nothing due, nothing written"


def test_who_has_done_it_is_not_reminded(notices: Notices) -> None:
    notice_id = notices.send()
    for one in notices.table(notice_id).values():
        notices.service.write_down(one.id, "phone", "", notices.office.li, is_done=True)
    notices.office.clock.advance(days=3)
    assert notices.service.sweep() == 0
    assert len(notices.texts()) == 1


def test_the_desk_is_told_once_when_the_time_is_over(notices: Notices) -> None:
    notices.send()
    notices.office.clock.advance(days=3)
    assert (notices.service.sweep(), notices.service.sweep()) == (1, 0)
    (raised,) = notices.office.store.rows("SELECT kind FROM reminder")
    assert raised["kind"] == "task_late"
    (row,), _ = notices.service.some(notices.office.li)
    assert row.is_late


def test_nothing_is_decided_while_the_clock_is_wrong(notices: Notices) -> None:
    notices.send()
    notices.office.clock.advance(days=3)
    notices.office.is_clock_ok = False
    assert notices.service.sweep() == 0


def test_a_closed_one_waits_for_nobody(notices: Notices) -> None:
    notice_id = notices.send()
    notices.service.close(notice_id, notices.office.li)
    notices.office.clock.advance(days=3)
    assert notices.service.sweep() == 0
    assert notices.service.open_of(unit(notices.office)) == ()
    (row,), _ = notices.service.some(notices.office.li)
    assert (row.is_open, row.is_late) == (False, False)


def test_by_hand_everybody_who_owes_is_texted_again(notices: Notices) -> None:
    notice_id = notices.send()
    notices.office.clock.advance(minutes=5)
    assert notices.service.remind(notice_id, notices.office.li) == 2
    notices.office.clock.advance(timedelta(minutes=5).total_seconds())
    assert notices.service.remind(notice_id, notices.office.li) == 2
    assert len(notices.texts()) == 3


def test_two_presses_remind_once(notices: Notices) -> None:
    notice_id = notices.send()
    assert notices.service.remind(notice_id, notices.office.li) == 2
    said = notices.texts()
    notices.office.clock.advance(seconds=2)
    assert notices.service.remind(notice_id, notices.office.li) == 0
    assert notices.texts() == said


def test_a_closed_one_reminds_nobody(notices: Notices) -> None:
    notice_id = notices.send()
    notices.service.close(notice_id, notices.office.li)
    said = notices.texts()
    assert notices.service.remind(notice_id, notices.office.li) == 0
    assert notices.texts() == said


def test_words_sent_twice_stand_there_once(notices: Notices) -> None:
    notices.send()
    for words in ("已清淤", "已清淤", "河道已清淤", "已清淤"):
        notices.service.answer(notices.table(1)["CG"].id, words, unit(notices.office), is_done=False)
    assert notices.table(1)["CG"].answer == "已清淤\n河道已清淤\n已清淤"


def test_only_the_desk_sends_and_reads_the_table(notices: Notices) -> None:
    notice_id = notices.send()
    for who in (unit(notices.office), notices.office.user("leader", Role.LEADER)):
        for act in (
            lambda by: notices.service.send(WINTER, by), notices.service.some,
            lambda by: notices.service.page(notice_id, by), lambda by: notices.service.remind(notice_id, by),
            lambda by: notices.service.close(notice_id, by),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                act(who)
