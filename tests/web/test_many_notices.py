"""Notices and tasks for departments, and notices to citizens, on the pages."""

from __future__ import annotations

import re

from tests.web.house import CITIZEN, HANDLER, OTHER_CITIZEN, House, Seat


def send_task(seat: Seat, **fields: object):
    given = {"kind": "task", "title": "冬季防火排查", "text": "请排查商铺消防通道。", "due_at": "2026-11-25T17:00"}
    return seat.post("/tasks", {**given, "kinds": "bureau", **fields}, page="/tasks")


def test_a_task_goes_to_all_bureaus_and_its_table_says_who_has_it(house: House) -> None:
    seat = house.seat("wang", language="en")
    answer = send_task(seat)
    assert answer.headers["Location"].startswith("/tasks/1")
    html = seat.html("/tasks/1")
    assert "City management" in html
    assert "Water" not in html
    assert "0 of 1 done" in html


def test_a_handlers_ok_stands_in_the_table(house: House) -> None:
    seat = house.seat("wang", language="en")
    send_task(seat)
    with house.store.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'sent', sent_at = created_at")
    house.texts("收到", HANDLER)
    html = seat.html("/tasks/1")
    assert "by text message" in html
    assert "杨帆" in html


def test_a_department_sees_it_on_its_page_and_says_that_it_is_done(house: House) -> None:
    send_task(house.seat("wang"))
    unit = house.seat("unit", language="en")
    assert "冬季防火排查" in unit.html("/unit")
    answer = unit.post("/tasks/mine/1", {"text": "已排查32家", "do": "done"}, page="/unit")
    assert answer.status_code == 302
    assert "冬季防火排查" not in unit.html("/unit")
    html = house.seat("wang", language="en").html("/tasks/1")
    assert "已排查32家" in html
    assert "1 of 1 done" in html
    assert unit.get("/tasks").status_code == 403
    assert house.seat("wang").send("/tasks/mine/1", {"csrf_token": "x"}).status_code in (400, 403)


def test_what_is_wrong_is_told_and_stays_typed(house: House) -> None:
    seat = house.seat("wang", language="en")
    answer = send_task(seat, kinds="", title="冬季排查")
    assert answer.status_code == 422
    assert "Choose at least one department." in answer.text
    assert "冬季排查" in answer.text


def test_the_desk_reminds_writes_down_prints_and_closes(house: House) -> None:
    seat = house.seat("wang", language="en")
    send_task(seat)
    house.clock.advance(minutes=1)
    assert "City management" in seat.html("/tasks/1/paper")
    assert seat.post("/tasks/1/remind", page="/tasks/1").status_code == 302
    assert (
        seat.post(
            "/tasks/answers/1", {"channel": "phone", "text": "明天办完", "do": "has"}, page="/tasks/1"
        ).status_code
        == 302
    )
    assert "明天办完" in seat.html("/tasks/1")
    assert "Every department has acknowledged it." in seat.html("/tasks/1/paper")
    assert seat.post("/tasks/1/close", page="/tasks/1").status_code == 302
    assert "Closed" in seat.html("/tasks")
    assert seat.get("/tasks/9").status_code == 404


NOTICE = {"text": "东街今晚停电检修。", "category": "lamp", "town": "", "days": "365"}


def test_a_notice_is_shown_first_and_only_then_sent(house: House) -> None:
    house.ticket()
    house.ticket(contact_phone=OTHER_CITIZEN)
    seat = house.seat("wang", language="en")
    shown = seat.post("/notices", {**NOTICE, "do": "show"}, page="/notices")
    assert shown.status_code == 200
    assert "Send to 2 citizens" in shown.text
    assert house.store.rows("SELECT 1 FROM outbox WHERE purpose = 'notice'") == []
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text.split('id="new"')[0]))
    answer = seat.send("/notices", {**hidden, "do": "send"})
    assert answer.status_code == 302, answer.text[:300]
    found = house.store.rows(
        "SELECT w.number FROM outbox o JOIN outbox_words w ON w.outbox_id = o.id WHERE o.purpose = 'notice'"
    )
    assert {row["number"] for row in found} == {CITIZEN, OTHER_CITIZEN}
    html = seat.html(answer.headers["Location"])
    assert "Waiting to be sent" in html
    assert seat.post("/notices/1/cancel", page="/notices/1").status_code == 302
    assert "Called off" in seat.html("/notices/1")


def test_a_number_that_was_not_shown_sends_nothing(house: House) -> None:
    house.ticket()
    seat = house.seat("wang", language="en")
    answer = seat.post("/notices", {**NOTICE, "do": "send", "expected": "7"}, page="/notices")
    assert (answer.status_code, "There are 1 citizens now." in answer.text) == (422, True)
    assert house.store.rows("SELECT 1 FROM outbox WHERE purpose = 'notice'") == []


def test_nothing_goes_to_everybody(house: House) -> None:
    answer = house.seat("wang", language="en").post("/notices", {**NOTICE, "category": ""}, page="/notices")
    assert (answer.status_code, "nothing goes to everybody" in answer.text) == (422, True)
