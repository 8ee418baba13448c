"""Text messages on the screen: boxes, the talk with one number, filing, and honest words for what went out."""

from __future__ import annotations

import re

import pytest

from tests.web.house import CITIZEN, HANDLER, House, form_fields

ADVERT = "10690001234"


def state(house: House, word: str, outbox_id: int | None = None) -> int:
    """Let the newest message of the outbox have come to this state."""
    with house.store.transaction() as tx:
        row = tx.row("SELECT max(id) AS id FROM outbox")
        assert row is not None
        chosen = int(outbox_id or row["id"])
        tx.execute("UPDATE outbox SET state = ? WHERE id = ?", (word, chosen))
    return chosen


def write(house: House, text: str = "请问是哪几盏灯？") -> int:
    return house.office.messages.write(CITIZEN, text, house.user("wang"))


def test_each_box_holds_its_own(house: House) -> None:
    house.texts("西街井盖破了一个口")
    house.texts("恭喜您获得大奖", ADVERT)
    house.texts("什么时候要交？", HANDLER)
    write(house)
    state(house, "failed")
    wang = house.seat("wang")
    boxes = {box: wang.html(f"/messages?box={box}") for box in ("desk", "in", "out", "adverts", "trouble")}
    assert "恭喜您获得大奖" in boxes["adverts"]
    assert all("恭喜您获得大奖" not in html for box, html in boxes.items() if box != "adverts")
    assert "西街井盖" in boxes["in"]
    assert "请问是哪几盏灯？" in boxes["out"]
    assert "请问是哪几盏灯？" in boxes["trouble"]
    assert wang.get("/messages?box=../../etc").status_code == 200


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("queued", "Waiting to be sent"),
        ("sending", "Being sent"),
        ("sent", "Sent; no delivery report yet"),
        ("delivered", "Delivered"),
        ("failed", "The network refused it. Send it again, or call the number."),
        ("unknown", "it may arrive twice"),
    ],
)
def test_the_state_of_a_message_is_said_honestly(house: House, word: str, said: str) -> None:
    write(house)
    state(house, word)
    html = house.seat("wang", language="en").html("/messages?box=out")
    assert said in html
    assert ("Send again" in html) == (word in ("failed", "unknown")), "nothing else may be sent twice by hand"


def test_sending_again_is_one_message_more_however_often_it_is_pressed(house: House) -> None:
    write(house)
    failed = state(house, "unknown")
    wang = house.seat("wang")
    for _ in range(2):
        wang.send(f"/messages/out/{failed}/resend", {"csrf_token": wang.token(), "box": "trouble"})
    assert len(house.office.messages.rows(box="out").rows) == 2


def test_leaving_it_sends_nothing(house: House) -> None:
    write(house)
    failed = state(house, "failed")
    wang = house.seat("wang", language="en")
    answer = wang.post(f"/messages/out/{failed}/give-up", page="/messages?box=trouble")
    after = wang.html(answer.headers["Location"])
    assert "It will not be sent again." in after
    assert "No text message is stuck." in after
    out = wang.html("/messages?box=out")
    assert "Dealt with" in out
    assert "Send again" not in out
    assert len(house.office.messages.rows(box="out").rows) == 1


def test_a_message_that_went_well_is_not_sent_again(house: House) -> None:
    write(house)
    fine = state(house, "delivered")
    wang = house.seat("wang", language="en")
    answer = wang.send(f"/messages/out/{fine}/resend", {"csrf_token": wang.token()})
    assert answer.status_code == 409
    assert "Only a message that failed" in answer.text


def test_what_waits_for_the_desk_is_filed_made_a_ticket_or_ticked_off(house: House) -> None:
    no = house.ticket("dispatched")
    wang = house.seat("wang", language="en")
    for text in ("归入已有的", "另立一单", "不用管"):
        house.texts(text, "13900010099")  # no citizen's open ticket takes it up by itself: it asks the desk
    with house.store.transaction() as tx:
        tx.execute("UPDATE sms_in SET needs_desk = 1, handled_at = NULL")
    html = wang.html("/messages")
    ids = re.findall(r'action="/messages/in/(\d+)/handled"', html)
    assert len(ids) == 3
    done, new, filed = ids  # newest first

    answer = wang.post(f"/messages/in/{filed}/file", {"ticket_no": f"{no:06}"}, page="/messages")
    assert "The text message is filed to the ticket." in wang.html(answer.headers["Location"])
    assert "归入已有的" in wang.html(f"/tickets/{no}")

    answer = wang.post(f"/messages/in/{new}/ticket", page="/messages")
    assert re.fullmatch(r"/tickets/\d+/edit", answer.headers["Location"])

    wang.post(f"/messages/in/{done}/handled", page="/messages")
    assert "Every text message has been dealt with." in wang.html("/messages")


@pytest.mark.parametrize(
    ("text", "said"),
    [("DF 004512 done", "names no open ticket of this department"), ("It works now.", "ticket is meant is not clear")],
)
def test_the_desk_is_told_why_an_order_of_a_handler_waits_there(house: House, text: str, said: str) -> None:
    house.texts(text, HANDLER)
    assert said in house.seat("wang", language="en").html("/messages?box=desk")


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("abc", 422), ("999999", 404)])
def test_filing_to_a_ticket_that_is_not_there_says_so_and_keeps_the_number(
    house: House, typed: str, status: int
) -> None:
    house.texts("归入已有的")
    with house.store.transaction() as tx:
        tx.execute("UPDATE sms_in SET needs_desk = 1, handled_at = NULL")
    wang = house.seat("wang", language="en")
    sms_id = re.search(r'action="/messages/in/(\d+)/file"', wang.html("/messages"))
    assert sms_id is not None
    answer = wang.post(f"/messages/in/{sms_id[1]}/file", {"ticket_no": typed}, page="/messages")
    assert answer.status_code == status
    if status == 422:
        assert "Write the number of a ticket" in answer.text
        assert f'value="{typed}"' in answer.text


def test_the_talk_with_a_number_stands_in_order_and_can_go_on(house: House) -> None:
    house.texts("东街路灯不亮")
    house.clock.advance(minutes=5)
    write(house, "请问是哪几盏灯？")
    house.clock.advance(minutes=5)
    house.texts("邮局门口那三盏")
    wang = house.seat("wang", language="en")
    link = re.search(r'href="(/messages/with/in/\d+)"', wang.html("/messages?box=in"))
    assert link is not None
    html = wang.html(link[1])
    places = [html.index(text) for text in ("东街路灯不亮", "请问是哪几盏灯？", "邮局门口那三盏")]
    assert places == sorted(places)
    answer = wang.post("/messages/write", {"text": "谢谢，马上派人。"}, page=link[1])
    assert "谢谢，马上派人。" in wang.html(answer.headers["Location"])


def test_a_message_that_cannot_be_sent_keeps_its_words(house: House) -> None:
    house.texts("东街路灯不亮")
    wang = house.seat("wang", language="en")
    for text, number, said in (
        ("", CITIZEN, "Please fill in this field."),
        ("长" * 700, CITIZEN, "At most 10 parts."),
        ("您好", "10086", "This number can&#39;t be texted."),
    ):
        answer = wang.send("/messages/write", {"csrf_token": wang.token(), "number": number, "text": text})
        assert answer.status_code == 422
        assert said in answer.text
        assert text in answer.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 characters: 1 part / 160"),
        ("长" * 70, "70 characters: 1 part / 70"),
        ("长" * 71, "71 characters: 2 parts (67 characters in each)"),
        ("a" * 161, "161 characters: 2 parts (153 characters in each)"),
    ],
)
def test_the_counter_counts_as_the_network_does(house: House, text: str, said: str) -> None:
    wang = house.seat("wang", language="en")
    for name in ("text", "sms"):
        answer = wang.send("/messages/count", {"csrf_token": wang.token(), name: text}, headers={"HX-Request": "true"})
        assert " ".join(answer.text.split()) == said


def test_a_flood_of_one_number_is_one_row_that_is_ticked_off_at_once(house: House) -> None:
    house.texts("南门积水", HANDLER)
    for serial in range(9):
        house.texts(f"西街第{serial}个井盖破了")
    wang = house.seat("wang", language="en")
    html = wang.html("/messages?box=desk")
    assert "第8个" in html
    assert "第7个" not in html
    assert "7 more messages of this number wait" in html
    assert "7 more messages of this number wait" in wang.html("/desk/side")
    sms_id = house.office.messages.rows().rows[0].id
    path = f"/messages/in/{sms_id}/handled"
    assert 'name="older"' in html
    wang.send(path, {**form_fields(html, path), "box": "desk"})
    left = house.office.messages.rows().rows
    assert [(row.number, row.more) for row in left] == [(HANDLER, 0)]


def test_one_caller_who_rings_again_and_again_is_one_card_with_a_count(house: House) -> None:
    for call in range(1, 4):
        house.rings(call=call)
        house.hangs_up(call=call)
    html = house.seat("wang", language="en").html("/calls/ringing")
    assert html.count("<article") == 1
    assert "3 calls" in html
