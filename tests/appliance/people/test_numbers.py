from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.people.numbers import kind_of, mask, may_dial, may_text, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13800138000", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("013800138000", "13800138000"),
        ("+86013800138000", "13800138000"),
        (" 138-0013 8000 ", "13800138000"),
        ("138\u20130013\u20138000", "13800138000"),
        ("（138）00138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),  # full-width
        ("+86 138 0013 8000", "13800138000"),
        ("0571-8888 0000", "057188880000"),
        ("88880000", "057188880000"),  # the office's own area
        ("8888000", "05718888000"),
        ("+8657188880000", "057188880000"),
        ("+86057188880000", "057188880000"),
        ("+861062345678", "01062345678"),  # Beijing: 6234 5678 is a landline
        ("+8610690123456", "10690123456"),  # a mass sender
        ("+861065812345", "1065812345"),
        ("+8610086", "10086"),
        ("+8695588", "95588"),
        ("+864001234567", "4001234567"),
        ("4001234567", "4001234567"),
        ("10086", "10086"),
        ("12345", "12345"),
        ("106900123456789", "106900123456789"),
        ("+85212345678", "+85212345678"),
        ("0085212345678", "+85212345678"),
        ("+12025550100", "+12025550100"),
        ("China Unicom", "China Unicom"),
        ("中国移动", "中国移动"),
        ("", ""),
        ("   ", ""),
        ("---", ""),
        ("*#06#", "*#06#"),
        ("+", ""),
    ],
)
def test_a_number_is_written_in_one_way(raw: str, expected: str) -> None:
    assert normalise(raw, "0571") == expected


def test_a_local_number_stays_bare_without_an_area_code() -> None:
    assert normalise("88880000") == "88880000"
    assert normalise("88880000", "571") == "057188880000"


@pytest.mark.parametrize(
    ("number", "kind", "is_texted"),
    [
        ("13800138000", "mobile", True),
        ("+85212345678", "international", True),
        ("057188880000", "landline", False),
        ("88880000", "landline", False),
        ("4001234567", "landline", False),
        ("110", "short", False),
        ("12345", "short", False),
        ("123456", "short", False),
        ("*100#", "short", False),
        ("10086", "advert", False),
        ("10001", "advert", False),
        ("1069012345678", "advert", False),
        ("10655059123", "advert", False),  # eleven digits, and still no mobile
        ("95588", "advert", False),
        ("95588123", "advert", False),
        ("JD.com", "letters", False),
        ("中国移动", "letters", False),
        ("", "letters", False),
        ("++8613800138000", "letters", False),
        ("1+2+3", "letters", False),
        ("+" + "1" * 21, "international", False),
    ],
)
def test_services_and_mass_senders_are_never_texted(number: str, kind: str, is_texted: bool) -> None:
    assert kind_of(number) == kind
    assert may_text(number) is is_texted


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13912341234", "139****1234"),
        ("057188880000", "057****0000"),
        ("88880000", "8****00"),
        ("+85212345678", "+85****5678"),
        ("10086", "10086"),
        ("95588", "95588"),
        ("12345", "12345"),
        ("JD.com", "JD.com"),
        ("++8613800138000", "++8****8000"),  # garbled, and still somebody's
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_ends_only(number: str, shown: str) -> None:
    assert mask(number) == shown


@pytest.mark.parametrize(
    ("number", "may"),
    [
        ("110", True),
        ("12345", True),
        ("13800138000", True),
        ("057188880000", True),
        ("+85212345678", True),
        ("1" * 20, True),
        ("1" * 21, False),
        ("12", False),
        ("", False),
        ("+", False),
        ("++8613800138000", False),
        ("1+2+3", False),
        ("*100#", False),
        ("JD.com", False),
        ("１１０", False),
    ],
)
def test_only_what_a_telephone_can_ring_at_is_dialled(number: str, may: bool) -> None:
    assert may_dial(number) is may


NUMBERS = st.text(st.sampled_from("0123456789+-() ０１８６#*"), max_size=20) | st.from_regex(
    r"\+?(86)?0?1[3-9]\d{9}", fullmatch=True
)


@given(raw=NUMBERS, region=st.sampled_from(["", "0571", "010"]))
def test_normalising_twice_changes_nothing(raw: str, region: str) -> None:
    once = normalise(raw, region)
    assert normalise(once, region) == once


@given(raw=st.text(max_size=30))
def test_any_text_has_a_kind_and_a_mask(raw: str) -> None:
    number = normalise(raw, "0571")
    assert kind_of(number)
    assert mask(number) is not None
    assert not (may_text(number) and kind_of(number) not in {"mobile", "international"})


@given(number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_way_to_write_a_mobile_number_is_the_same_number(number: str) -> None:
    written = (
        number,
        f"+86{number}",
        f"0086{number}",
        f"86{number}",
        f"0{number}",
        f"{number[:3]} {number[3:7]} {number[7:]}",
    )
    assert {normalise(form, "0571") for form in written} == {number}
    middle = number[3:7]
    assert middle not in mask(number) or number.count(middle) > 1
