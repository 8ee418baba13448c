"""A department's own pages, by hand and without a script."""

from __future__ import annotations

import io

from tests.appliance.attachments.pictures import png
from tests.web.house import CITIZEN, House, Seat, form_fields


def act(seat: Seat, no: int, what: str, **fields: object):
    path = f"/unit/{no}"
    hidden = form_fields(seat.html(path), path)
    data = {**hidden, **fields, "what": what}
    return seat.client.post(path, data=data, base_url=seat.base, headers={"Origin": seat.base})


def test_its_first_page_is_its_own_open_work(house: House) -> None:
    mine, other = house.ticket("dispatched"), house.ticket("accepted")
    unit = house.seat("unit", language="en")
    assert unit.get("/").headers["Location"] == "/unit"
    html = unit.html("/unit")
    assert f"/unit/{mine}" in html
    assert f"/unit/{other}" not in html
    assert unit.get(f"/unit/{other}").status_code == 404


def test_it_signs_replies_with_a_photo_and_sees_its_reply_wait(house: House) -> None:
    no = house.ticket("dispatched")
    unit = house.seat("unit", language="en")
    assert CITIZEN in unit.html(f"/unit/{no}")
    assert act(unit, no, "sign").status_code == 302
    photo = (io.BytesIO(png()), "after.png")
    answer = act(unit, no, "reply", text="三盏路灯已全部修好。", result="solved", contacted="yes", files=photo)
    assert answer.status_code == 302, answer.text[:400]
    html = unit.html(f"/unit/{no}")
    assert "Your reply waits for review" in html
    assert "after.png" in html
    assert unit.get("/attachments/1").data == png()


def test_what_is_refused_is_told_at_its_field_and_stays_typed(house: House) -> None:
    no = house.ticket("in_progress")
    unit = house.seat("unit", language="en")
    answer = act(unit, no, "return", text="")
    assert (answer.status_code, "Please fill in this field." in answer.text) == (422, True)
    answer = act(unit, no, "ask_extension", text="等配件到货", days="")
    assert answer.status_code == 422
    assert "等配件到货" in answer.text


def test_more_time_is_asked_for(house: House) -> None:
    no = house.ticket("in_progress")
    unit = house.seat("unit")
    assert act(unit, no, "ask_extension", text="等配件到货", days="2").status_code == 302
    assert [request.kind for request in house.office.tickets.requests_of(no)] == ["extension"]


def test_the_desk_has_pages_of_its_own(house: House) -> None:
    no = house.ticket("in_progress")
    for name in ("wang", "li", "tech"):
        assert house.seat(name).get("/unit").status_code == 403
        assert house.seat(name).get(f"/unit/{no}").status_code == 403


def test_a_confidential_citizen_is_not_named(house: House) -> None:
    no = house.ticket("dispatched", privacy="confidential")
    html = house.seat("unit", language="en").html(f"/unit/{no}")
    assert CITIZEN not in html
    assert "刘大爷" not in html
    assert "Confidential." in html
