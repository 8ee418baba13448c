"""What another office sent, read field by field; nothing guessed, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.casework import forms, pasting
from appliance.casework.views import Arrival, TicketForm

SENT = """
【工单编号】：SZ20261120-0071
标题: 东街路灯不亮
诉求人\t刘大爷
联系电话：13800010001
诉求类型：求助
内容分类：路灯
事发地点：城关镇东街
发生时间：2026年11月19日 20时30
诉求内容：三盏路灯一周不亮，
晚上学生放学看不清路。
办结期限：2026/11/27 17:30前
"""


def test_labels_in_any_order_fill_the_fields() -> None:
    form, arrival = pasting.read(SENT)
    assert form == TicketForm(
        title="东街路灯不亮",
        content="三盏路灯一周不亮，\n晚上学生放学看不清路。",
        place="城关镇东街",
        contact_name="刘大爷",
        contact_phone="13800010001",
        type="help",
        category="lamp",
        occurred_at="2026-11-19T20:30",
    )
    assert arrival == Arrival("upper", upper_no="SZ20261120-0071", upper_due_on="2026-11-27")


def test_text_without_labels_is_the_matter() -> None:
    form, arrival = pasting.read("东街路灯不亮。\n\n请处理：尽快")
    assert form.content == "东街路灯不亮。\n请处理：尽快"
    assert arrival == Arrival("upper")


def test_names_nobody_knows_are_left_to_the_operator() -> None:
    form, arrival = pasting.read("类型：别的\n类别：别的\n发生时间：上周\n期限：尽快")
    assert (form.type, form.category, form.occurred_at) == ("", "", "")
    assert arrival.upper_due_on == ""


def test_a_day_without_a_time_begins_at_midnight() -> None:
    assert pasting.read("发生时间：2026-11-19")[0].occurred_at == "2026-11-19T00:00"


@given(st.text(max_size=400))
def test_any_text_is_read_and_what_comes_of_it_is_clean(text: str) -> None:
    form, arrival = pasting.read(text)
    assert forms.clean(form.content) == form.content
    assert arrival.source == "upper"
