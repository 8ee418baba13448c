from __future__ import annotations

import csv
from importlib import resources

import pytest

from appliance.errors import FieldWrong, NotFound
from appliance.people.places import Place
from tests.appliance.office_bed import Bed


@pytest.fixture
def county(office: Bed) -> Bed:
    """The eight townships of the sample county with their villages."""
    lines = resources.files("appliance").joinpath("sample_places.csv").read_text("utf-8").splitlines()
    assert office.places.import_rows(csv.DictReader(lines)) == 88
    return office


def test_the_sample_county_has_eight_towns_of_ten_villages(county: Bed) -> None:
    towns = county.places.towns()
    assert len(towns) == 8
    assert {len(county.places.villages(town.code)) for town in towns} == {10}
    assert county.places.name("LH01", "zh_CN") == "石桥村"
    assert county.places.name("LH01", "en") == "Shiqiao village"
    assert county.places.name("nowhere", "en") == "nowhere"


@pytest.mark.parametrize(
    ("said", "town", "code"),
    [
        ("柳河镇石桥村北边河滩", "LH", "LH01"),
        ("石桥村北边河滩", "LH", "LH01"),
        ("城关镇金禾花园", "CQ", "CQ"),
        ("柳河那边的桥", "LH", "LH"),
        ("the bridge in Shiqiao village", "LH", "LH01"),
    ],
)
def test_a_place_said_in_words_is_recognised(county: Bed, said: str, town: str, code: str) -> None:
    place = county.places.recognise(said)
    assert place is not None
    assert (place.town, place.code) == (town, code)


@pytest.mark.parametrize("said", ["", "二路公交", "从柳河镇到城关镇的公路", "石桥村和泉眼村之间"])
def test_where_no_town_or_two_are_meant_none_is_guessed(county: Bed, said: str) -> None:
    assert county.places.recognise(said) is None


def test_a_village_of_another_town_than_the_one_named_does_not_count(county: Bed) -> None:
    place = county.places.recognise("城关镇石桥村路")
    assert place is not None
    assert place.code == "CQ"


def test_a_town_out_of_use_takes_its_villages_along_and_keeps_its_name(county: Bed) -> None:
    county.places.disable("LH", county.wang)
    assert len(county.places.towns()) == 7
    assert county.places.recognise("石桥村") is None
    assert county.places.name("LH", "zh_CN") == "柳河镇"
    with pytest.raises(FieldWrong):
        county.places.checked("LH")
    with pytest.raises(NotFound):
        county.places.disable("LH", county.wang)
    assert county.places.put(Place("LH", "", "柳河镇", "", "lhz"), county.wang).name_en == "柳河镇"
    assert county.places.checked("LH") == "LH"
    assert county.places.checked("") == ""


def test_the_same_place_again_is_no_change(county: Bed) -> None:
    before = county.audit.head().seq
    county.places.put(Place("LH", "", "柳河镇", "Liuhe township", "LHZ"), county.wang)
    assert county.audit.head().seq == before


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", ("", "", "柳河镇", "", "")),
        ("code", ("TOOLONGACODE1", "", "柳河镇", "", "")),
        ("name_zh", ("XX", "", "", "", "")),
        ("name_zh", ("XX", "", "长" * 41, "", "")),
        ("parent", ("XX", "nowhere", "某村", "", "")),
        ("parent", ("XX", "LH01", "某村", "", "")),
    ],
)
def test_a_wrong_place_names_its_field_and_line(
    county: Bed, field: str, values: tuple[str, str, str, str, str]
) -> None:
    with pytest.raises(FieldWrong) as wrong:
        county.places.put(Place(*values), county.wang)
    assert wrong.value.field == field
    good = {"code": "ZZ", "name_zh": "新镇"}
    bad = dict(zip(("code", "parent", "name_zh", "name_en", "initials"), values, strict=True))
    with pytest.raises(FieldWrong, match=f"Line 3, {field}"):
        county.places.import_rows([good, bad])
    assert "ZZ" not in {town.code for town in county.places.towns()}
