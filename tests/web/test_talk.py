"""The pages of a line: the test call, and call forwarding."""

from __future__ import annotations

from modem.commands import Answer, SendKeys, SetForwarding
from modem.events import ForwardingTold, ForwardReason, ForwardRule, KeyPressed
from tests.web.house import CITIZEN, House

DUTY = "13800009999"


def test_a_test_call_is_made_from_the_page_alone(house: House) -> None:
    tech = house.seat("tech", language="en")
    tech.post("/lines/line1/talk/begin", page="/lines/line1/talk")
    assert "Call 13711112222" in tech.html("/lines/line1/talk")
    house.rings()
    page = tech.html("/lines/line1/talk/state")
    assert "It rings." in page
    assert CITIZEN not in page
    tech.post("/lines/line1/talk/pick-up", page="/lines/line1/talk")
    assert ("line1", Answer(1)) in house.sent
    house.answered()
    assert "Connected." in tech.html("/lines/line1/talk/state")
    heard = {"caller_hears": "yes", "office_hears": "yes"}
    answer = tech.post("/lines/line1/talk/judge", heard, page="/lines/line1/talk")
    assert "The result of the test call is saved." in tech.html(answer.headers["Location"])
    assert house.office.talk_paths.is_proven("line1")


def test_a_side_that_heard_nothing_is_told_what_to_check_and_the_line_is_marked(house: House) -> None:
    wang = house.seat("wang", language="en")
    wang.post("/lines/line1/talk/begin", page="/lines/line1/talk")
    house.rings()
    wang.post("/lines/line1/talk/pick-up", page="/lines/line1/talk")
    house.answered()
    heard = {"caller_hears": "no", "office_hears": "yes"}
    wang.post("/lines/line1/talk/judge", heard, page="/lines/line1/talk")
    assert "The caller did not hear the office." in wang.html("/lines/line1/talk")
    assert "Not proven: the box does not answer" in wang.html("/lines")
    house.hangs_up()
    house.rings(call=2)
    panel = wang.html("/calls/ringing")
    assert "I have picked up" not in panel, "nobody can have"
    assert "Missed" in panel
    assert 'href="/lines/line1/talk"' in panel


def test_a_test_can_be_given_up_and_a_result_without_a_call_is_refused(house: House) -> None:
    wang = house.seat("wang", language="en")
    wang.post("/lines/line1/talk/begin", page="/lines/line1/talk")
    heard = {"caller_hears": "yes", "office_hears": "yes"}
    answer = wang.post("/lines/line1/talk/judge", heard, page="/lines/line1/talk")
    assert "was picked up during this test" in answer.text
    wang.post("/lines/line1/talk/give-up", page="/lines/line1/talk")
    assert "Test again" in wang.html("/lines/line1/talk")


def test_pages_of_no_line_do_not_exist(house: House) -> None:
    wang = house.seat("wang")
    for path in ("/lines/ghost/talk", "/lines/ghost/forwarding", "/lines/ghost/talk/state"):
        assert wang.get(path).status_code == 404


def test_forwarding_is_set_told_and_ended_from_the_page(house: House) -> None:
    wang = house.seat("wang", language="en")
    path = "/lines/line1/forwarding"
    wang.post(path, {"do": "on", "reason": "always", "number": DUTY})
    assert house.sent[-1] == ("line1", SetForwarding(1, ForwardReason.ALWAYS, DUTY))
    assert "The network has been asked." in wang.html(path)
    rule = ForwardRule(ForwardReason.ALWAYS, is_active=True, number=DUTY)
    house.services.desk.handle(ForwardingTold("line1", 1, (rule,)))
    assert f"Every call goes to {DUTY}" in wang.html("/lines")
    wang.post(path, {"do": "off", "reason": "always", "number": DUTY})
    assert house.sent[-1] == ("line1", SetForwarding(2, ForwardReason.ALWAYS, ""))


def test_a_wrong_number_to_forward_to_keeps_what_was_typed(house: House) -> None:
    wang = house.seat("wang", language="en")
    for number, why in (
        ("12a", "This is not a telephone number."),
        ("", "Write the number that calls are forwarded to."),
    ):
        answer = wang.post("/lines/line1/forwarding", {"do": "on", "reason": "busy", "number": number})
        assert answer.status_code == 422
        assert why in answer.text
        assert f'value="{number}"' in answer.text
    assert house.sent == []


def test_keys_are_pressed_for_the_other_side_and_its_keys_are_shown(house: House) -> None:
    wang = house.seat("wang", language="en")
    call_id = house.rings()
    wang.post(f"/calls/{call_id}/take", page="/")
    house.answered()
    wang.post(f"/calls/{call_id}/keys", {"keys": "12#"}, page="/")
    assert house.sent[-1] == ("line1", SendKeys(1, "12#"))
    answer = wang.post(f"/calls/{call_id}/keys", {"keys": "1a"}, page="/")
    assert "Keys are the digits" in answer.text
    house.services.desk.handle(KeyPressed("line1", 1, "5"))
    house.services.desk.handle(KeyPressed("line1", 1, "0"))
    assert "The other side pressed 50" in wang.html("/calls/ringing")


def test_a_technician_answers_no_citizen_while_no_test_goes_on(house: House) -> None:
    house.rings()
    answer = house.seat("tech", language="en").post("/lines/line1/talk/pick-up", page="/lines/line1/talk")
    assert "during this test" in answer.text
    assert house.sent == []


def test_the_technician_sees_the_forwarding_and_no_form_to_change_it(house: House) -> None:
    page = house.seat("tech", language="en").html("/lines/line1/forwarding")
    assert "Operators and leads set it." in page
    assert 'name="number"' not in page
