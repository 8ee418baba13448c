"""Numbers that no database of ours can hold are no page, or count as not given."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from tests.web.house import House
from web import forms, ids

TOO_LARGE = ("99999999999999999999", str(ids.LARGEST_ID + 1), "9" * 5000)


@pytest.mark.parametrize("number", TOO_LARGE)
def test_an_address_with_a_number_beyond_64_bits_is_no_page(house: House, number: str) -> None:
    li = house.seat("li")
    token = li.token()
    walked = 0
    for rule in house.app.url_map.iter_rules():
        if "<int:" not in rule.rule:
            continue
        walked += 1
        path = rule.rule.replace("<any('in', out):direction>", "in")
        path = path.replace("<what>", "accept").replace("<key>", "check")
        for name in rule.arguments:
            path = path.replace(f"<int:{name}>", number)
        assert "<" not in path
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = li.client.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
            # 405: without the number it is the address of another page, which takes no such form.
            assert answer.status_code in (404, 405), f"{method} {path[:80]}: {answer.status_code}"
    assert walked >= 15


QUERIES = (
    "/calls?before={}", "/messages?before={}", "/search?q=x&before={}", "/search?q=%23{}", "/search?q={}",
    "/tickets?before={}", "/tickets?department={}", "/tickets/new?call={}", "/tickets/1/timeline?version={}",
)  # fmt: skip


def test_a_query_with_such_a_number_is_answered_as_if_it_were_not_there(house: House) -> None:
    house.ticket()
    wang = house.seat("wang")
    for path in QUERIES:
        for number in (*TOO_LARGE, "-1", "1_0", "１", "x", ""):
            assert wang.get(path.format(number)).status_code == 200, path.format(number[:30])


@pytest.mark.parametrize("number", TOO_LARGE)
def test_a_form_with_such_numbers_is_refused_in_a_sentence(house: House, number: str) -> None:
    no = house.ticket()
    house.texts("西街井盖破了")
    li = house.seat("li")
    order = {"csrf_token": li.token(), "move": "dispatch", "version": number, "department_id": number, "no": number}
    sent = {
        f"/tickets/{no}/move": order,
        f"/tickets/{no}/edit": {**order, "title": "x", "content": "x", "type": "help", "category": "other"},
        "/tickets/new": {**order, "call": number, "title": "x", "content": "x", "type": "help", "category": "other"},
        "/calls/dial": {**order, "number": "13800010001", "ticket_no": number},
        "/messages/write": {**order, "number": "13800010001", "text": "x", "ticket_no": number},
        "/messages/in/1/file": {**order, "ticket_no": number},
        "/settings/users": {**order, "name": "new", "role": "unit", "password": "quiet-river-12"},
    }
    for path, fields in sent.items():
        assert li.send(path, fields).status_code in (302, 409, 422), path


def test_the_largest_number_there_can_be_is_a_number() -> None:
    largest = str(ids.LARGEST_ID)
    assert forms.number(MultiDict({"n": largest}), "n") == ids.LARGEST_ID
    assert forms.number(MultiDict({"n": str(ids.LARGEST_ID + 1)}), "n") is None


def test_the_largest_number_in_an_address_reaches_the_page_behind_it(house: House) -> None:
    li = house.seat("li", language="en")
    assert li.get(f"/tickets/{ids.LARGEST_ID}").status_code == 404
