from __future__ import annotations

import pytest

from appliance.errors import FieldWrong
from appliance.limits import own_preset
from appliance.limits.own_preset import SINGLE
from appliance.limits.presets import CUSTOM, DEFAULT, PRESETS, preset

TYPED = own_preset.as_form(DEFAULT)


def test_what_was_typed_is_what_counts_and_what_is_kept() -> None:
    own = own_preset.from_form(TYPED | {"days_help": " 7 ", "hours_urgent": "12", "extension_days": "3"})
    assert own.key == CUSTOM
    assert (own.workdays_of("help"), own.clock_hours["urgent"], own.extension_days) == (7, 12, 3)
    assert own.counts_from_next_day
    assert own_preset.read(own_preset.kept(own)) == own
    assert own.label != DEFAULT.label


def test_the_day_of_dispatch_counts_where_the_box_is_not_ticked() -> None:
    own = own_preset.from_form({name: value for name, value in TYPED.items() if name != "counts_from_next_day"})
    assert not own.counts_from_next_day
    assert own_preset.as_form(own).get("counts_from_next_day") is None
    assert own_preset.read(own_preset.kept(own)) == own


@pytest.mark.parametrize("row", PRESETS, ids=lambda row: row.key)
def test_a_preset_of_the_program_is_kept_by_its_name_alone(row: object) -> None:
    assert own_preset.kept(preset("bureau")) == '{"preset":"bureau"}'
    assert own_preset.read(own_preset.kept(row)) is row  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("days_help", "0"), ("days_help", "61"), ("days_help", ""), ("days_help", "five"), ("days_help", "-1"),
        ("days_help", "٥"), ("days_help", "1234"), ("hours_critical", "0"), ("hours_urgent", "169"),
        *((row.name, str(row.most + 1)) for row in SINGLE), *((row.name, str(row.least - 1)) for row in SINGLE),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_sense_is_refused_at_its_field(name: str, text: str) -> None:
    with pytest.raises(FieldWrong) as refused:
        own_preset.from_form(TYPED | {name: text})
    assert refused.value.field == name


def test_a_field_that_is_missing_is_refused() -> None:
    with pytest.raises(FieldWrong):
        own_preset.from_form({})
