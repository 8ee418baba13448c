"""What departments write about whose duty a matter is."""

from __future__ import annotations

import pytest

from appliance.casework.opinions import OPINIONS
from appliance.intake import opinion_words


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("是", "ours"),
        ("是，灯杆由我们养护", "ours"),
        ("004512 是我们的", "ours"),
        ("这个路段属于我单位养护范围", "ours"),
        ("YES, our lamps", "ours"),
        ("不是", "not_ours"),
        ("不是，属供电公司", "not_ours"),
        ("不属于我单位职责", "not_ours"),
        ("经核实该灯杆不归我局管", "not_ours"),
        ("Ｎｏ． Power company", "not_ours"),
        ("004512:不是", "not_ours"),
        ("共同，我们出人，供电公司断电", "shared"),
        ("部分属于我们", "shared"),
        ("partly ours", "shared"),
        ("灯杆编号请再核实", "said"),
        ("north side lamps", "said"),
        ("是否可以先去现场看一下", "said"),
        ("不清楚，待核实", "said"),
        ("…", "said"),
    ],
)
def test_an_opinion_is_understood_as_it_is_written(text: str, opinion: str) -> None:
    assert opinion_words.opinion_in(text) == opinion


def test_every_opinion_that_a_form_takes_can_be_texted() -> None:
    assert {row.opinion for row in opinion_words.table().opinions} == set(OPINIONS)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("不是 004512", (4512,)),
        ("是", ()),
        ("来电13800001234", ()),
        ("００４５１２", (4512,)),
        ("12345", ()),
        ("004512 不是，请拨0571-87654321", (4512, 87654321)),
    ],
)
def test_a_ticket_is_named_by_its_printed_number(text: str, numbers: tuple[int, ...]) -> None:
    assert opinion_words.numbers_in(text) == numbers
