"""Tickets that read alike are offered, and joined in one step; what cannot be joined is named and stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.casework.joining import Joining
from appliance.errors import NotAllowed, NotFound
from appliance.people.roles import Role
from tests.appliance.office_bed import Bed

TOLD = ("东街邮局门口电线被风刮断了", "东街电线被风刮断掉在路上", "邮局门口的电线断了掉地上")


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    made = Bed(tmp_path)
    made.staff()
    return made


def joining(bed: Bed) -> Joining:
    return Joining(bed.store, bed.clock, bed.tickets)


def drafts(bed: Bed, *texts: str) -> list[int]:
    return [bed.tickets.open_draft(source="sms", content=text) for text in texts]


def test_what_reads_like_it_or_like_one_that_does_is_offered_and_nothing_else(bed: Bed) -> None:
    first, second, third = drafts(bed, *TOLD)
    drafts(bed, "西门小区停水两天了", "谢谢你们")
    assert {each.no for each in joining(bed).alike(first, bed.li)} == {second, third}


def test_all_of_them_follow_in_one_step_and_the_same_form_twice_is_once(bed: Bed) -> None:
    first, second, third = drafts(bed, *TOLD)
    done = joining(bed).join(first, [second, third, third], bed.li, token="t")
    assert (done.count, done.refused) == (2, ())
    assert joining(bed).join(first, [second, third], bed.li, token="t").count == 0
    assert [bed.tickets.row(no).status for no in (first, second, third)] == ["draft", "merged", "merged"]
    assert joining(bed).alike(first, bed.li) == ()


def test_what_cannot_be_joined_is_named_and_the_rest_is_joined(bed: Bed) -> None:
    first, second = drafts(bed, *TOLD[:2])
    closed = bed.ticket("closed").no
    done = joining(bed).join(first, [second, closed, 4711, first], bed.li)
    assert (done.count, done.refused) == (1, (closed, 4711, first))
    assert bed.tickets.row(closed).status == "closed"


def test_another_class_an_old_one_and_one_that_was_sent_out_are_not_offered(bed: Bed) -> None:
    drafts(bed, TOLD[0])
    bed.pass_time(hours=73)
    first = bed.ticket("accepted", content=TOLD[0], title=TOLD[0], category="lamp").no
    bed.ticket("accepted", content=TOLD[1], title=TOLD[1], category="waste")
    bed.ticket("dispatched", content=TOLD[2], title=TOLD[2], category="lamp")
    assert joining(bed).alike(first, bed.li) == ()


def test_only_the_desk_is_offered_anything(bed: Bed) -> None:
    [first] = drafts(bed, TOLD[0])
    with pytest.raises(NotAllowed):
        joining(bed).alike(first, bed.user("chengguan", Role.UNIT, bed.city))
    with pytest.raises(NotFound):
        joining(bed).alike(4711, bed.li)
    with pytest.raises(NotFound):
        joining(bed).join(4711, [first], bed.li)
