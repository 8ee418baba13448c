"""The pages of a line: the test call, and call forwarding."""

from __future__ import annotations

import html
import re

import pytest

from modem.commands import Answer, HangUp, SendKeys, SetForwarding
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


TALK = "/lines/line1/talk"


def test_whoever_picked_up_for_the_test_hangs_up_there_and_is_asked_what_was_heard(house: House) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{TALK}/begin", page=TALK)
    house.rings()
    assert "Hang up" not in tech.html(TALK)
    picked_up = tech.post(f"{TALK}/pick-up", page=TALK, headers={"HX-Request": "true"})
    assert "<html" not in picked_up.text
    assert 'id="talk"' in picked_up.text
    assert 'type="radio"' not in picked_up.text, "the answers stand outside of what is drawn anew"
    house.answered()
    assert "/talk/hang-up" not in house.seat("wang").html(TALK)
    tech.post(f"{TALK}/hang-up", page=TALK)
    assert house.sent[-1] == ("line1", HangUp(1))
    house.hangs_up()
    page = tech.html(TALK)
    assert "The call has ended. Say what you heard." in page
    assert "/talk/hang-up" not in page


def test_the_page_names_who_is_testing_and_refuses_everybody_else_in_a_sentence(house: House) -> None:
    tech, li = house.seat("tech", language="en"), house.seat("li", language="en")
    tech.post(f"{TALK}/begin", page=TALK)
    page = li.html(TALK)
    assert "赵工 has been testing this line since" in page
    assert "/talk/give-up" not in page
    assert 'type="radio"' not in page
    form = {"csrf_token": li.token(), "caller_hears": "no", "office_hears": "no"}
    for deed in ("begin", "judge", "give-up"):
        answer = li.send(f"{TALK}/{deed}", form)
        assert answer.status_code == 409
        assert "赵工 has been testing line line1 since" in answer.text
    assert 'type="radio"' in tech.html(TALK), "the test goes on"
    house.clock.advance(minutes=6)
    assert "That is more than 5 minutes ago" in li.html(TALK)
    answer = li.post(f"{TALK}/give-up", page=TALK)
    assert "That test went on for more than 5 minutes" in li.html(answer.headers["Location"])
    assert 'type="radio"' not in tech.html(TALK)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "caller_hears"),
        ({"caller_hears": "yes"}, "office_hears"),
        ({"caller_hears": "maybe", "office_hears": "yes"}, "caller_hears"),
        ({"caller_hears": "yes", "office_hears": "YES"}, "office_hears"),
    ],
)
def test_an_answer_that_was_not_given_is_no_no(house: House, answers: dict[str, str], field: str) -> None:
    tech = house.seat("tech", language="en")
    tech.post(f"{TALK}/begin", page=TALK)
    house.rings()
    tech.post(f"{TALK}/pick-up", page=TALK)
    house.answered()
    before = house.office.talk_paths.result("line1")
    answer = tech.post(f"{TALK}/judge", answers, page=TALK)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert f'aria-describedby="{field}-wrong"' in answer.text
    assert "Choose yes or no." in answer.text
    if answers.get("caller_hears") == "yes":
        assert 'id="caller_hears-yes" value="yes" required checked' in answer.text, "what was chosen stays"
    assert house.office.talk_paths.result("line1") == before
    assert house.office.talk_paths.test("line1") is not None


def test_the_form_for_the_answers_is_drawn_anew_only_for_another_test(house: House) -> None:
    tech = house.seat("tech", language="en")

    def fresh() -> str:
        found = re.search(r'id="talk-judge" data-fresh="([^"]*)"', tech.html(TALK))
        assert found is not None
        return html.unescape(found[1])

    none = fresh()
    assert tech.fragment(none).status_code == 204
    tech.post(f"{TALK}/begin", page=TALK)
    assert 'type="radio"' in tech.fragment(none).text
    first = fresh()
    assert tech.fragment(first).status_code == 204
    tech.post(f"{TALK}/give-up", page=TALK)
    assert tech.fragment(first).status_code == 200
    tech.post(f"{TALK}/begin", page=TALK)
    assert tech.fragment(first).status_code == 200


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
        assert 'aria-invalid="true" aria-describedby="number-wrong"' in answer.text
        assert 'id="number-wrong"' in answer.text
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
    for key in "1234567890" * 3 + "#":
        house.services.desk.handle(KeyPressed("line1", 1, key))
    page = wang.html("/calls/ringing")
    assert "The other side pressed …0" + "1234567890" * 3 + "#" in page, "cut in front, and it says so"


def test_a_technician_answers_no_citizen_while_no_test_goes_on(house: House) -> None:
    house.rings()
    answer = house.seat("tech", language="en").post("/lines/line1/talk/pick-up", page="/lines/line1/talk")
    assert "during this test" in answer.text
    assert house.sent == []


def test_the_technician_sees_the_forwarding_and_no_form_to_change_it(house: House) -> None:
    page = house.seat("tech", language="en").html("/lines/line1/forwarding")
    assert "Operators and leads set it." in page
    assert 'name="number"' not in page
