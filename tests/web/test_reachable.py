"""Every page of the loop is found from where somebody would look for it, and leads back there."""

from __future__ import annotations

import re

import pytest

from tests.web.house import House
from web import statics

SETTINGS = (
    "/settings/deadlines", "/settings/deadlines/late", "/settings/calendar", "/settings/departments",
    "/settings/departments/places", "/settings/routing", "/settings/words", "/settings/words/texts", "/prompts",
    "/settings/users", "/settings/approvals", "/shift", "/citizens/nuisance", "/agency", "/duty-ledger",
)  # fmt: skip
TICKETS = ("/supervision", "/emergency", "/conferences", "/tasks", "/papers", "/agency")


def main_of(html: str) -> str:
    found = re.search(r"<main\b.*?</main>", html, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("path", SETTINGS)
def test_a_lead_finds_every_page_of_the_office_in_the_settings(house: House, path: str) -> None:
    seat = house.seat("li")
    assert f'href="{path}"' in main_of(seat.html("/settings"))
    seat.html(path)


def test_the_settings_offer_nobody_a_page_that_is_refused_to_him(house: House) -> None:
    for name in ("wang", "li", "unit", "tech"):
        seat = house.seat(name)
        for path in re.findall(r'<li><a href="([^"]+)"', main_of(seat.html("/settings"))):
            assert seat.get(path).status_code == 200, (name, path)


@pytest.mark.parametrize("path", ["/settings/deadlines", "/settings/calendar", "/lines", "/prompts"])
def test_no_page_of_the_box_sends_the_technician_to_a_closed_door(house: House, path: str) -> None:
    seat = house.seat("tech")
    for led_to in set(re.findall(r'<a\b[^>]*href="(/[^"#]*)', main_of(seat.html(path)))):
        assert seat.get(led_to.replace("&amp;", "&")).status_code == 200, (path, led_to)


@pytest.mark.parametrize("path", TICKETS)
def test_the_list_of_tickets_leads_on_and_is_marked_as_the_place(house: House, path: str) -> None:
    seat = house.seat("wang")
    assert f'href="{path}"' in main_of(seat.html("/tickets"))
    html = seat.html(path)
    assert re.search(r'<a class="place" href="/tickets" aria-current="page">', html)
    assert 'href="/tickets"' in main_of(html)


def test_a_paper_is_marked_as_work_of_the_department_for_the_department_alone(house: House) -> None:
    no = house.ticket("dispatched")
    html = house.seat("unit").html(f"/unit/{no}")
    assert len(re.findall(r'class="place"[^>]*aria-current="page"', html)) == 1


def test_the_desk_says_how_many_citizens_are_still_to_be_asked(house: House) -> None:
    no = house.ticket("survey")
    seat = house.seat("wang", language="en")
    assert 'href="/survey"' not in main_of(seat.html("/"))
    house.office.tickets.move(no, "rate", house.user("wang"), version=house.office.tickets.row(no).version, rating=1)
    assert re.search(r'href="/survey">.*?1 citizen to ask', main_of(seat.html("/")), re.DOTALL)


def test_every_sign_that_a_page_names_is_in_the_file_of_signs() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (statics.FOLDER / "icons.svg").read_text(encoding="utf-8")))
    for path in (statics.FOLDER.parent / "templates").rglob("*.html"):
        named = set(re.findall(r"icon\('([\w-]+)'", path.read_text(encoding="utf-8")))
        assert not {name for name in named if "%" not in name} - drawn, path.name
