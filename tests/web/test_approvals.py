"""The page that says who decides, and what was decided by one person alone."""

from __future__ import annotations

import re

import pytest

from tests.web.house import CITIZEN, House

PAGE = "/settings/approvals"
WORDS = "县长批示：限期办结"


def supervised(house: House) -> int:
    """A ticket that an operator alone put under supervision."""
    no = house.ticket("accepted")
    tickets = house.office.tickets
    tickets.move(no, "supervise", house.user("wang"), version=tickets.row(no).version, reason=WORDS)
    return no


def test_what_one_person_decided_alone_stands_in_the_months_list(house: House) -> None:
    no, wang = supervised(house), house.seat("wang")
    shown = wang.html(PAGE)
    assert f"{no:06d}" in shown
    assert WORDS in shown
    assert "month=2026-10" in shown
    assert "month=2026-12" not in shown
    before = wang.html(f"{PAGE}?month=2026-10")
    assert f"{no:06d}" not in before
    assert "month=2026-11" in before


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000-01", "2026-11-01", "2026%00"])
def test_a_month_that_is_none_is_this_one(house: House, month: str) -> None:
    no = supervised(house)
    assert f"{no:06d}" in house.seat("wang").html(f"{PAGE}?month={month}")


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_the_ends_of_the_calendar_are_months_too(house: House, month: str) -> None:
    assert month in house.seat("wang").html(f"{PAGE}?month={month}")


def test_only_a_lead_changes_how_the_office_works(house: House) -> None:
    wang, li = house.seat("wang"), house.seat("li")
    assert wang.post(f"{PAGE}/mode", {"mode": "full"}, page=PAGE).status_code == 403
    assert house.office.tickets.is_simple()
    assert li.post(f"{PAGE}/mode", {"mode": "other"}, page=PAGE).status_code == 422
    assert li.post(f"{PAGE}/mode", {"mode": "full"}, page=PAGE).status_code == 302
    assert not house.office.tickets.is_simple()
    assert 'value="full" checked' in li.html(PAGE)
    assert 'type="radio"' not in wang.html(PAGE)


def test_an_auditor_reads_neither_name_nor_number_there(house: House) -> None:
    tickets, wang = house.office.tickets, house.user("wang")
    no = house.ticket("accepted", title=f"刘大爷{CITIZEN}反映路灯")
    tickets.move(
        no, "supervise", wang, version=tickets.row(no).version, reason=f"刘大爷 138-0001-0001 多次来电 {WORDS}"
    )
    house.office.users.add("audit", "auditor", "green-valley-55", display_name="周审计")
    auditor = house.stranger()
    assert auditor.sign_in("audit", "green-valley-55").status_code == 302
    for seat, is_masked in ((house.seat("li"), False), (auditor, True)):
        shown = seat.html(PAGE)
        assert f"{no:06d}" in shown
        assert WORDS in shown
        for secret in ("刘大爷", CITIZEN, "138-0001-0001"):
            assert (secret not in shown) is is_masked, secret


# --- deciding a request --------------------------------------------------------------------------------------------


def test_who_grants_more_time_without_a_number_of_days_is_asked_for_them(house: House) -> None:
    """As a department writes it by text: the reason alone, or "half a month"."""
    no, li = house.ticket("in_progress"), house.seat("li", language="en")
    before = house.office.tickets.row(no).due_at
    house.office.tickets.ask(no, "extension", text="延期半个月等配件", user_id=house.user("unit").id)
    page, path = f"/tickets/{no}", f"/tickets/{no}/decide"
    assert re.search(r'<input[^>]* name="days"[^>]* value=""', li.html(page))
    wrong = li.post(path, {"grant": "yes", "days": ""}, page=page)
    assert wrong.status_code == 422
    assert re.search(r'id="request-\d+-days-wrong"', wrong.text)
    assert house.office.tickets.row(no).due_at == before
    assert li.post(path, {"grant": "yes", "days": "3"}, page=page).status_code == 302
    after = house.office.tickets.row(no).due_at
    assert before is not None
    assert after is not None
    assert after > before


def test_what_cannot_be_granted_says_why_beside_the_request(house: House) -> None:
    no, li = house.ticket("in_progress", urgency="critical"), house.seat("li", language="en")
    house.office.tickets.ask(no, "withdraw", text="撤诉")
    answer = li.post(f"/tickets/{no}/decide", {"grant": "yes"}, page=f"/tickets/{no}")
    assert answer.status_code == 422
    assert re.search(r'id="request-\d+-text-wrong">.*A danger is not withdrawn', answer.text, re.DOTALL)
    assert house.office.tickets.row(no).status == "in_progress"
