"""The same matter twice is noticed while the operator types, and a number never gives a protected person away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.casework.duplicates import SAME_CALLER, SAME_PLACE
from appliance.casework.tickets import TicketForm
from appliance.clock import utc_text
from appliance.errors import NotAllowed
from tests.appliance.people.reporter import Reporter
from tests.appliance.small_office import WANG, ZHAO, SmallOffice

LAMP = "东街邮局到小学门口的三盏路灯一周不亮"


@pytest.fixture
def office(tmp_path: Path) -> SmallOffice:
    return SmallOffice(tmp_path)


def matter(office: SmallOffice, content: str, *, phone: str = WANG, category: str = "lamp", **more: Any) -> int:
    form = TicketForm(
        content=content, place="东街", type="help", category=category, contact_name="王", contact_phone=phone, **more
    )
    return office.office.tickets.create(form, office.li)


def hints(office: SmallOffice, **typed: Any) -> list[tuple[int, str]]:
    return [(hint.no, hint.reason) for hint in office.office.hints.of(office.li, **typed)]


def test_other_tickets_of_the_same_telephone_are_shown(office: SmallOffice) -> None:
    no = matter(office, LAMP)
    assert hints(office, phone=f"+86 {WANG}") == [(no, SAME_CALLER)]
    assert hints(office, phone=ZHAO) == []


def test_alike_words_of_the_same_class_and_town_are_shown(office: SmallOffice) -> None:
    no = matter(office, LAMP)
    matter(office, "垃圾三天没有人来收运", phone="13500001111")
    assert hints(office, category="lamp", text="东街小学门口路灯不亮", phone=ZHAO) == [(no, SAME_PLACE)]


def test_another_class_or_other_words_are_no_hint(office: SmallOffice) -> None:
    matter(office, LAMP)
    assert hints(office, category="other", text=LAMP) == []
    assert hints(office, category="lamp", text="西村变压器烧了没有电") == []
    assert hints(office, category="lamp", text="灯") == []


def test_what_is_older_than_a_week_is_another_matter(office: SmallOffice) -> None:
    matter(office, LAMP)
    office.clock.advance(8 * 86400)
    assert hints(office, category="lamp", text=LAMP) == []


def test_the_ticket_that_is_being_changed_is_no_hint_of_itself(office: SmallOffice) -> None:
    no = matter(office, LAMP)
    assert office.office.hints.of(office.li, category="lamp", text=LAMP, phone=WANG, but=no) == ()


def test_a_number_leads_to_no_protected_persons_ticket(office: SmallOffice) -> None:
    reporter = Reporter(office)
    no = reporter.comes()
    reporter.is_protected(no)
    assert hints(office, phone=reporter.number) == []
    assert hints(office, phone=office.office.tickets.row(no).phone) == [(no, SAME_CALLER)]


def test_only_the_desk_is_given_hints(office: SmallOffice) -> None:
    unit = office.office.users.add("unit", "unit", "copper-kettle-51", department_id=office.department().id)
    with pytest.raises(NotAllowed):
        office.office.hints.of(unit, phone=WANG)


def test_who_comes_again_with_the_same_class_is_marked(office: SmallOffice) -> None:
    first = matter(office, LAMP)
    office.clock.advance(20 * 86400)
    again = matter(office, "路灯又不亮了请来修理")
    other = matter(office, "垃圾没有人来收运", category="other")
    office.clock.advance(40 * 86400)
    late = matter(office, "路灯再次不亮请来修理")
    marked = [office.office.tickets.row(no).is_repeat for no in (first, again, other, late)]
    assert marked == [False, True, False, False]


def test_joined_tickets_are_two_appeals_and_one_matter(office: SmallOffice) -> None:
    one, two = matter(office, LAMP), matter(office, LAMP, phone=ZHAO)
    office.move(two, "merge", other_no=one)
    now = office.clock.now()
    counted = office.office.hints.counts(now - timedelta(days=1), now + timedelta(days=1))
    assert (counted.appeals, counted.events) == (2, 1)


@pytest.mark.parametrize(
    "sql",
    [
        (
            "SELECT t.id FROM ticket t WHERE t.category = 'a' AND t.town = 'b' AND t.created_at >= 'c'"
            " ORDER BY t.created_at DESC LIMIT 300"
        ),
        "SELECT t.id FROM ticket t WHERE t.citizen_id = 1 ORDER BY t.id DESC LIMIT 6",
    ],
)
def test_hints_walk_an_index_and_sort_nothing(office: SmallOffice, sql: str) -> None:
    plan = " ".join(row["detail"] for row in office.store.rows(f"EXPLAIN QUERY PLAN {sql}"))
    assert "USING" in plan
    assert "INDEX" in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan


def test_a_ticket_of_years_ago_costs_nothing(office: SmallOffice) -> None:
    """Only what lies within the week is compared, whatever the number of older ones."""
    old = utc_text(office.clock.now() - timedelta(days=300))
    matter(office, LAMP)
    with office.store.transaction() as tx:
        tx.execute("UPDATE ticket SET created_at = ?", (old,))
    no = matter(office, LAMP, phone=ZHAO)
    assert hints(office, category="lamp", text=LAMP) == [(no, SAME_PLACE)]
