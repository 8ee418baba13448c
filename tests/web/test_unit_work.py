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


def test_it_says_whose_duty_a_matter_is_where_it_was_asked(house: House) -> None:
    no = house.ticket("accepted")
    units = house.office.departments.all()
    city = next(each for each in units if each.code == "CG")
    house.office.tickets.move(
        no,
        "confer",
        house.user("li"),
        version=house.office.tickets.row(no).version,
        co_department_ids=tuple(each.id for each in units[:2]),
        reason="两家都说不归自己管",
    )
    unit = house.seat("unit", language="en")
    html = unit.html("/unit")
    assert "两家都说不归自己管" in html
    assert CITIZEN not in html
    fields = form_fields(html, f"/unit/opinions/{no}") | {"opinion": "not_ours", "words": "灯杆属供电公司"}

    def send(**more: str):
        path = f"/unit/opinions/{no}"
        return unit.client.post(path, data=fields | more, base_url=unit.base, headers={"Origin": unit.base})

    assert send(opinion="").status_code == 422
    assert f'data-draft="opinion-{no}"' in html, "a draft of another consultation would come back here"
    first = send()
    assert first.headers["Location"].endswith(f"sent=opinion-{no}"), "the browser keeps a draft that was sent"
    assert send().status_code == 302
    [conference] = house.office.conferences.of_ticket(no, house.user("li"))
    mine = next(each for each in conference.opinions if each.department == city)
    assert (mine.opinion, mine.words, mine.channel) == ("not_ours", "灯杆属供电公司", "web")
    shown = house.seat("li", language="en").html("/conferences")
    assert "on its page" in shown
    assert "1 of 2 have not answered" in shown
    assert unit.get(f"/unit/opinions/{no + 1}").status_code == 405


def test_who_was_not_asked_has_no_opinion_to_give(house: House) -> None:
    no = house.ticket("accepted")
    unit = house.seat("unit")
    assert f"/unit/opinions/{no}" not in unit.html("/unit")
    data = {"opinion": "ours", "csrf_token": form_fields(unit.html("/unit"), "/logout").get("csrf_token", "")}
    answer = unit.client.post(f"/unit/opinions/{no}", data=data, base_url=unit.base, headers={"Origin": unit.base})
    assert answer.status_code == 404
