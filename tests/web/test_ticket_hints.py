"""What may be the same matter is said while it is written, and offered where tickets are joined."""

from __future__ import annotations

from tests.web.house import CITIZEN, OTHER_CITIZEN, House, Seat
from tests.web.test_ticket_moves import form_of


def hints(seat: Seat, **typed: str) -> str:
    fields = {"csrf_token": seat.token(), **typed}
    answer = seat.send("/tickets/hints", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_same_telephone_shows_its_tickets(house: House) -> None:
    no = house.ticket()
    said = hints(house.seat("wang", language="en"), contact_phone=CITIZEN)
    assert f'href="/tickets/{no}"' in said
    assert "same telephone" in said


def test_like_words_of_the_same_class_show_another_citizens_ticket(house: House) -> None:
    no = house.ticket()
    wang = house.seat("wang", language="en")
    typed = {"category": "路灯", "content": "东街邮局门口的路灯不亮一周了", "contact_phone": OTHER_CITIZEN}
    assert f'href="/tickets/{no}"' in hints(wang, **typed)
    assert hints(wang, **{**typed, "category": "noise"}).strip() == ""


def test_nothing_typed_says_nothing(house: House) -> None:
    house.ticket()
    assert hints(house.seat("wang")).strip() == ""


def test_where_such_matters_truly_belong_is_said_at_once(house: House) -> None:
    assert "12388" in hints(house.seat("wang", language="en"), category="conduct")
    assert "12388" in hints(house.seat("wang"), category="conduct")


def test_a_ticket_is_no_hint_of_itself(house: House) -> None:
    no = house.ticket()
    wang = house.seat("wang")
    assert hints(wang, contact_phone=CITIZEN, but=str(no)).strip() == ""
    assert f'name="but" value="{no}"' in wang.html(f"/tickets/{no}/edit")


def test_only_the_desk_is_told(house: House) -> None:
    house.ticket()
    unit = house.seat("unit")
    fields = {"csrf_token": unit.token(), "contact_phone": CITIZEN}
    assert unit.send("/tickets/hints", fields).status_code == 403


def test_what_may_be_the_same_is_offered_where_tickets_are_joined(house: House) -> None:
    first, second = house.ticket(), house.ticket()
    form = form_of(house.seat("wang", language="en").html(f"/tickets/{second}"), "merge")
    assert f'<option value="{first:06}">' in form
    assert f'<option value="{second:06}">' not in form
