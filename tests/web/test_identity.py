"""The page that shows who stands behind a pseudonym, and the one of nuisance callers."""

from __future__ import annotations

import re

import pytest

from tests.web.house import CITIZEN, PASSWORDS, House, form_fields

WHY = "法院调取证据函2026-17"


@pytest.fixture
def report(house: House) -> int:
    house.texts(f"我是钱多多,{CITIZEN},举报李科长向摊位收钱")
    no = house.office.tickets.rows(user=house.user("wang")).rows[0].no
    seat = house.seat("wang")
    page = f"/tickets/{no}/edit"
    words = {"title": "举报", "content": f"钱多多{CITIZEN}举报收钱", "place": "县里"}
    who = {"contact_name": "钱多多", "contact_phone": CITIZEN}
    fields = {**words, **who, "type": "report", "category": "other", "version": "1", "then": "accept"}
    assert seat.post(page, fields).status_code == 302
    return no


def test_no_page_of_the_ticket_names_the_reporter(house: House, report: int) -> None:
    seat = house.seat("wang")
    for path in (f"/tickets/{report}", f"/tickets/{report}/edit", f"/tickets/{report}/identity", "/tickets", "/",
                 "/callbacks", "/messages?box=in", "/messages?box=out", "/calls"):  # fmt: skip
        html = seat.html(path)
        assert CITIZEN not in html, path
        assert "钱多多" not in html, path
    assert f"举报人-{report:06}" in seat.html(f"/tickets/{report}")


def test_with_a_second_persons_password_the_page_shows_it_once(house: House, report: int) -> None:
    seat, page = house.seat("wang"), f"/tickets/{report}/identity"
    fields = {"reason": WHY, "second": "li", "password": PASSWORDS["li"]}
    shown = seat.post(f"{page}/password", fields, page=page)
    assert CITIZEN in shown.text
    assert "钱多多" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    again = seat.html(page)
    assert CITIZEN not in again
    assert WHY in again


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": WHY, "second": "li", "password": "wrong-wrong"},
        {"reason": WHY, "second": "wang", "password": PASSWORDS["wang"]},
        {"reason": WHY, "second": "tech", "password": PASSWORDS["tech"]},
        {"reason": "", "second": "li", "password": PASSWORDS["li"]},
    ],
)
def test_what_is_wrong_shows_nothing(house: House, report: int, fields: dict[str, str]) -> None:
    seat, page = house.seat("wang"), f"/tickets/{report}/identity"
    refused = seat.post(f"{page}/password", fields, page=page)
    assert refused.status_code == 422
    assert CITIZEN not in refused.text
    assert fields["password"] not in refused.text


def test_a_department_and_a_technician_are_refused(house: House, report: int) -> None:
    for user in ("unit", "tech"):
        assert house.seat(user).get(f"/tickets/{report}/identity").status_code == 403


def test_an_anonymous_citizen_is_given_a_code_once(house: House) -> None:
    house.texts("举报有人倒垃圾在河边")
    no = house.office.tickets.rows(user=house.user("wang")).rows[0].no
    seat = house.seat("wang")
    fields = {"title": "倒垃圾", "content": "举报有人倒垃圾在河边", "place": "河边", "type": "complaint",
              "category": "other", "privacy": "anonymous", "version": "1", "then": "accept"}  # fmt: skip
    seat.post(f"/tickets/{no}/edit", fields)
    page = f"/tickets/{no}/identity"
    shown = seat.post(f"{page}/query-code", {}, page=page).text
    code = re.search(rf"{no:06} ([0-9]{{8}})", shown)
    assert code is not None
    assert code[1] not in seat.html(page)
    house.texts(f"CX {no:06} {code[1]}", "13700009999")
    assert house.office.messages.rows("in").rows[0].outcome == "progress_told"


def test_a_caller_is_held_off_and_let_go(house: House) -> None:
    seat, page = house.seat("wang"), "/citizens/nuisance"
    fields = {"number": "13500008888", "level": "watch", "reason": "一天拨打四十次", "days": "3"}
    assert seat.post(page, fields).status_code == 302
    html = seat.html(page)
    assert "一天拨打四十次" in html
    assert seat.post(page, {**fields, "days": "90"}).status_code == 422
    (row,) = house.office.nuisance.rows(house.user("wang"))
    form = form_fields(seat.html(page), f"{page}/{row.id}/lift")
    assert [seat.send(f"{page}/{row.id}/lift", form).status_code for _ in range(2)] == [302, 302]
    assert house.office.nuisance.rows(house.user("wang"))[0].ended_at is not None
    assert len(house.store.rows("SELECT seq FROM audit WHERE action = 'nuisance_lifted'")) == 1


def test_only_a_lead_decides_what_was_asked(house: House) -> None:
    assert house.seat("wang").post("/citizens/nuisance/1/decide", {"grant": "yes"}, page="/settings").status_code == 403
