"""Calls on the screen: the ring pop, taking and missing, the call form, the list, and calling back."""

from __future__ import annotations

import re

import pytest

from modem.commands import Answer, Dial, HangUp
from modem.events import CallRinging, LineChanged, LineState
from tests.web.house import CITIZEN, OTHER_CITIZEN, House, form_fields
from tests.web.test_tickets import WORDS


def test_a_ring_stands_on_every_page_with_number_name_and_earlier_tickets(house: House) -> None:
    closed, open_one = house.ticket("closed"), house.ticket("dispatched")
    house.rings()
    wang = house.seat("wang", language="en")
    for path in ("/", "/tickets", f"/tickets/{closed}", "/messages", "/settings", "/calls/ringing"):
        html = wang.html(path)
        panel = html[html.index('id="ringing"') :]
        assert CITIZEN in panel
        assert "刘大爷" in panel
        assert f"Open ticket {open_one:06}" in panel
        assert f'href="/tickets/{closed}"' in panel


def test_the_open_tickets_chip_shows_the_clock_that_is_late_and_how_late(house: House) -> None:
    no = house.ticket("review")  # the department's days run, and the desk's hours to look at its reply
    house.clock.advance(days=2)
    row = house.office.tickets.row(no)
    assert row.due_at is not None
    assert row.next_due_at is not None
    assert row.due_at > house.clock.now() > row.next_due_at
    house.rings()
    panel = house.seat("wang", language="en").fragment("/calls/ringing").text
    chip = re.search(r'class="due due-(\w+)".*?<time [^>]*>(.*?)</time>', panel)
    assert chip is not None
    assert (chip[1], chip[2].endswith("late")) == ("late", True)


@pytest.mark.parametrize("name", ["unit", "tech"])
def test_departments_and_technicians_never_see_a_ring(house: House, name: str) -> None:
    house.rings()
    seat = house.seat(name)
    for path in ("/settings", "/tickets" if name == "unit" else "/lines"):
        assert CITIZEN not in seat.html(path)
        assert 'id="ringing"' not in seat.html(path)


@pytest.mark.parametrize(("number", "said"), [(None, "Number not known yet"), ("", "Number withheld")])
def test_a_call_without_a_number_says_which_kind_it_is(house: House, number: str | None, said: str) -> None:
    house.rings(number)
    assert said in house.seat("wang", language="en").fragment("/calls/ringing").text


def test_two_calls_stand_one_above_the_other_and_each_has_its_buttons(house: House) -> None:
    first, second = house.rings(call=1), house.rings(OTHER_CITIZEN, line="line2", call=2)
    html = house.seat("wang").fragment("/calls/ringing").text
    assert re.findall(r'data-call="(\d+)" data-state="ringing"', html) == [str(first), str(second)]
    assert 'data-ringing="2"' in html
    for call_id in (first, second):
        assert f'action="/calls/{call_id}/take"' in html
        assert f'action="/calls/{call_id}/missed"' in html


def test_what_lives_stands_above_what_has_ended_and_so_is_what_a_key_presses(house: House) -> None:
    over, live = house.rings(call=1), house.rings(OTHER_CITIZEN, line="line2", call=2)
    house.office.calls.take(over, house.user("wang"))
    house.answered(call=1)
    house.hangs_up(call=1)
    house.office.calls.take(live, house.user("wang"))
    house.answered(line="line2", call=2)
    html = house.seat("wang").fragment("/calls/ringing").text
    assert re.findall(r'data-call="(\d+)" data-state="(\w+)"', html) == [(str(live), "talking"), (str(over), "ended")]
    pressed = html.index('data-key="F8"')
    assert html.rindex('action="/calls/', 0, pressed) == html.index(f'action="/calls/{live}/release"')


def two_talk(house: House) -> tuple[int, int]:
    """Li took the first call, Wang the second one; both talk."""
    lis, wangs = house.rings(call=1), house.rings(OTHER_CITIZEN, line="line2", call=2)
    house.office.calls.take(lis, house.user("li"))
    house.office.calls.take(wangs, house.user("wang"))
    house.answered(call=1)
    house.answered(line="line2", call=2)
    return lis, wangs


def test_keys_press_ones_own_call_though_a_colleagues_is_older(house: House) -> None:
    lis, wangs = two_talk(house)
    html = house.seat("wang", language="en").fragment("/calls/ringing").text
    cards = dict(re.findall(r'(?s)<article [^>]*data-call="(\d+)"(.*?)</article>', html))
    assert list(cards) == [str(wangs), str(lis)], "one's own stands first"
    assert 'data-key="F8"' in cards[str(wangs)]
    assert "data-key" not in cards[str(lis)]
    assert "<kbd" not in cards[str(lis)]
    assert 'data-key="F8"' in house.seat("li").fragment("/calls/ringing").text


def test_a_colleagues_call_is_hung_up_only_after_the_page_has_asked(house: House) -> None:
    lis, _ = two_talk(house)
    house.sent.clear()
    wang = house.seat("wang", language="en")
    answer = wang.send(f"/calls/{lis}/release", {"csrf_token": wang.token()})  # as a page from before Li took it would
    assert answer.status_code == 409
    assert "李建国 has taken this call." in answer.text
    assert house.sent == []
    page = wang.html("/calls/ringing")
    asked = page[page.index(f'id="call-end-{lis}"') :]
    assert "李建国 has this call." in asked
    assert "Hang up all the same" in asked
    wang.post(f"/calls/{lis}/release", page="/calls/ringing")
    assert house.sent == [("line1", HangUp(1))]


def test_a_call_that_a_colleague_has_just_taken_is_not_called_missed(house: House) -> None:
    call_id = house.rings()
    house.office.calls.take(call_id, house.user("li"))
    wang = house.seat("wang", language="en")
    assert wang.send(f"/calls/{call_id}/missed", {"csrf_token": wang.token()}).status_code == 409
    house.answered()
    house.hangs_up()
    assert house.office.calls.rows().rows[0].outcome == "answered"


def test_an_outgoing_call_does_not_call_itself_an_incoming_one(house: House) -> None:
    house.office.calls.dial(CITIZEN, house.user("wang"))
    html = house.seat("wang", language="en").fragment("/calls/ringing").text
    assert f'data-say="Outgoing call {CITIZEN} "' in html
    assert 'data-ringing="0"' in html


@pytest.mark.parametrize(("language", "said"), [("en", "dialled by 王敏"), ("zh_CN", "王敏 拨出")])
def test_a_call_of_ours_was_dialled_not_taken(house: House, language: str, said: str) -> None:
    house.office.calls.dial(CITIZEN, house.user("wang"))
    html = house.seat("wang", language=language).fragment("/calls/ringing").text
    assert said in html
    assert "taken by" not in html
    assert "接听" not in html.replace("接听或", "")


def test_a_code_of_the_network_is_not_dialled_and_the_page_says_why(house: House) -> None:
    wang = house.seat("wang", language="en")
    for number in ("*#06#", "**21*13800010001#", "13800010001#", "＊100＃"):
        answer = wang.send("/calls/dial", {"csrf_token": wang.token(), "number": number})
        assert answer.status_code == 409
        assert "Codes with * or # are not dialled from here." in answer.text
    assert house.sent == []
    wang.send("/calls/dial", {"csrf_token": wang.token(), "number": "+85223456789"})
    assert [command.number for _, command in house.sent if isinstance(command, Dial)] == ["+85223456789"]


@pytest.mark.parametrize("number", ["1" * 300, "+" + "8" * 30, "++8613800010001", "1+2+3", "12", "+-+"])
def test_what_no_telephone_can_ring_at_is_not_dialled(house: House, number: str) -> None:
    wang = house.seat("wang", language="en")
    answer = wang.send("/calls/dial", {"csrf_token": wang.token(), "number": number})
    assert answer.status_code == 409
    assert "telephone number" in answer.text
    assert house.sent == []


def test_taking_a_call_without_javascript_answers_it_and_leads_to_its_form(house: House) -> None:
    call_id = house.rings()
    wang = house.seat("wang")
    answer = wang.post(f"/calls/{call_id}/take", page="/")
    assert answer.headers["Location"] == f"/tickets/new?call={call_id}"
    assert house.sent == [("line1", Answer(1))]
    html = wang.html(answer.headers["Location"])
    assert f'name="contact_phone" value="{CITIZEN}"' in html
    saved = wang.post(f"/tickets/new?call={call_id}", WORDS, page=f"/tickets/new?call={call_id}")
    assert saved.status_code == 302
    row = house.office.tickets.row(1)
    assert (row.call_id, row.status, row.source) == (call_id, "accepted", "call")


def test_taking_a_call_in_place_leaves_the_page_and_opens_the_form_beside_it(house: House) -> None:
    call_id = house.rings()
    wang = house.seat("wang", language="en")
    answer = wang.post(f"/calls/{call_id}/take", page="/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "taken by 王敏" in answer.text
    assert 'hx-swap-oob="beforeend:#drawer"' in answer.text
    form = wang.fragment(f"/tickets/new?call={call_id}").text
    assert f'id="call-{call_id}"' in form
    assert "<html" not in form

    saved = wang.send(
        f"/tickets/new?call={call_id}", {**WORDS, "csrf_token": wang.token()}, headers={"HX-Request": "true"}
    )
    assert "Saved. The ticket is: Accepted." in saved.text
    assert 'name="department_id"' in saved.text, "dispatching is the next thing, at once"
    version = re.search(r'name="version" value="(\d+)"', saved.text)
    department = re.search(r'<option value="(\d+)">City management', saved.text)
    assert version is not None
    assert department is not None
    order = {"move": "dispatch", "version": version[1], "department_id": department[1], "csrf_token": wang.token()}
    sent = wang.send("/tickets/1/move", order, headers={"HX-Request": "true"})
    assert "Waiting for the department to sign" in sent.text
    assert house.office.tickets.row(1).status == "dispatched"


def test_a_refused_call_form_comes_back_in_place_with_every_word(house: House) -> None:
    call_id = house.rings()
    wang = house.seat("wang", language="en")
    fields = {**WORDS, "type": "", "csrf_token": wang.token()}
    answer = wang.send(f"/tickets/new?call={call_id}", fields, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert f'id="call-{call_id}-type-wrong"' in answer.text
    assert "三盏路灯一周不亮。" in answer.text
    assert "<html" not in answer.text


def test_the_second_who_takes_a_call_is_told_who_has_it(house: House) -> None:
    call_id = house.rings()
    wang, li = house.seat("wang"), house.seat("li", language="en")
    form = {"csrf_token": li.token()}
    wang.post(f"/calls/{call_id}/take", page="/")
    answer = li.send(f"/calls/{call_id}/take", form, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#trouble", "said above the page; nothing of the page is replaced"
    assert "王敏 has taken this call." in answer.text
    assert len(house.sent) == 1


def test_hanging_up_ends_the_call_and_done_takes_it_off_the_page(house: House) -> None:
    call_id = house.rings()
    wang = house.seat("wang")
    wang.post(f"/calls/{call_id}/take", page="/")
    house.answered()
    wang.post(f"/calls/{call_id}/release", page="/")
    assert house.sent[-1] == ("line1", HangUp(1))
    house.hangs_up()
    assert f'data-call="{call_id}" data-state="ended"' in wang.fragment("/calls/ringing").text
    wang.post(f"/calls/{call_id}/release", page="/")
    assert "data-call=" not in wang.fragment("/calls/ringing").text


def test_on_a_line_with_a_telephone_beside_it_the_operator_picks_up_and_says_so(house: House) -> None:
    call_id = house.rings(line="line2")
    wang = house.seat("wang", language="en")
    panel = wang.fragment("/calls/ringing").text
    assert "I have picked up" in panel
    assert "Speak on the telephone beside this line." in panel
    wang.post(f"/calls/{call_id}/take", page="/")
    assert house.sent == [], "the software answers no line it can't talk on"
    assert 'data-state="talking"' in wang.fragment("/calls/ringing").text


def test_a_missed_call_comes_into_the_list_of_call_backs_and_goes_when_reached(house: House) -> None:
    house.rings()
    house.hangs_up()
    wang = house.seat("wang", language="en")
    html = wang.html("/callbacks")
    callback = re.search(r'action="(/callbacks/\d+)/call"', html)
    assert callback is not None
    assert CITIZEN in html
    assert "1 missed call" in html
    assert "min left" in html
    assert f'href="/callbacks#callback-{callback[1].split("/")[-1]}"' in wang.html("/")
    house.clock.advance(minutes=45)
    assert "min late" in house.seat("wang", language="en").html("/callbacks")

    wang = house.seat("wang", language="en")
    wang.post(f"{callback[1]}/call", page="/callbacks")
    assert [command for _, command in house.sent] == [Dial(2, CITIZEN)]
    assert "tried 1 time" in wang.html("/callbacks")
    wang.post(f"{callback[1]}/result", {"result": "no_answer", "note": "晚饭后再打"}, page="/callbacks")
    assert "tried 2 times" in wang.html("/callbacks")
    wang.post(f"{callback[1]}/result", {"result": "reached"}, page="/callbacks")
    assert callback[1] not in wang.html("/callbacks")


def test_a_result_sent_twice_counts_and_notes_once(house: House) -> None:
    no = house.ticket()
    house.rings()
    house.hangs_up()
    wang = house.seat("wang", language="en")
    action = re.search(r'action="(/callbacks/\d+/result)"', wang.html("/callbacks"))
    assert action is not None
    with house.store.transaction() as tx:
        tx.execute("UPDATE callback SET ticket_id = (SELECT id FROM ticket WHERE no = ?)", (no,))
    form = {**form_fields(wang.html("/callbacks"), action[1]), "result": "no_answer", "note": "晚饭后再打"}
    for _ in range(2):
        assert wang.send(action[1], form).status_code == 302
    assert "tried 1 time" in wang.html("/callbacks")
    assert wang.html(f"/tickets/{no}").count("晚饭后再打") == 1
    # The next try is another form; so is another result of the same one.
    wang.post(action[1], {"result": "no_answer"}, page="/callbacks")
    assert "tried 2 times" in wang.html("/callbacks")
    wang.send(action[1], {**form, "result": "reached", "note": ""})
    assert action[1] not in wang.html("/callbacks")


def test_saying_missed_of_a_ringing_call_needs_no_guess(house: House) -> None:
    call_id = house.rings()
    wang = house.seat("wang", language="en")
    wang.post(f"/calls/{call_id}/missed", page="/")
    house.hangs_up()
    assert CITIZEN in wang.html("/callbacks")
    assert "Missed" in wang.html("/calls?outcome=missed")


def test_the_list_of_calls_shows_outcome_length_and_who_took_it(house: House) -> None:
    call_id = house.rings()
    wang = house.seat("wang", language="en")
    wang.post(f"/calls/{call_id}/take", page="/")
    house.answered()
    house.clock.advance(seconds=127)
    house.hangs_up()
    html = wang.html("/calls")
    table = html[html.index("<tbody>") :]
    for word in (CITIZEN, "2:07", "Answered", "王敏", "line1"):
        assert word in table
    assert "<tbody>" not in wang.html("/calls?outcome=missed")


def test_the_list_of_calls_is_drawn_anew_once_the_row_says_how_it_ended(house: House) -> None:
    wang = house.seat("wang", language="en")
    part = re.search(r'id="calls"[^>]*data-fresh="([^"]*)" data-news="ring call"', wang.html("/calls?outcome=missed"))
    assert part is not None
    assert part[1] == "/calls/rows?outcome=missed"
    subscription = house.office.feed.subscribe()
    call_id = house.rings()
    house.hangs_up()
    drawn = wang.fragment(part[1]).text
    assert "<html" not in drawn
    assert CITIZEN in drawn
    last = [item for item in subscription.take(1) if item.kind == "call"][-1]
    assert last.id == call_id

    outcomes = []
    house.store.on_commit(lambda news: outcomes.append([row.outcome for row in house.office.calls.rows().rows]))
    house.rings(OTHER_CITIZEN, call=2)
    house.answered(call=2)
    house.hangs_up(call=2)
    assert outcomes[-1] == ["answered", "missed"], "the last news comes after the row"


def test_a_long_list_of_calls_is_paged(house: House) -> None:
    for call in range(1, 56):
        house.rings(call=call)
        house.hangs_up(call=call)
    wang = house.seat("wang")
    older = re.search(r'href="(/calls\?before=\d+)"', wang.html("/calls"))
    assert older is not None
    assert wang.html(older[1]).count("<tr data-row>") == 5


def test_dialling_what_is_no_number_or_with_no_line_free_says_why(house: House) -> None:
    wang = house.seat("wang", language="en")
    token = {"csrf_token": wang.token()}
    answer = wang.send("/calls/dial", {**token, "number": "12ab"}, headers={"HX-Request": "true"})
    assert "This is not a telephone number." in answer.text
    house.rings(line="line1", call=1)
    house.rings(line="line2", call=2)
    answer = wang.send("/calls/dial", {**token, "number": CITIZEN}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "another call is on it" in answer.text
    li = house.seat("li")
    in_chinese = li.send("/calls/dial", {"csrf_token": li.token(), "number": CITIZEN}).text
    assert "正在通话" in in_chinese, "the reason inside the sentence speaks Chinese too"


def test_the_desk_shows_lines_ringing_free_and_broken(house: House) -> None:
    house.rings()
    html = house.seat("wang", language="en").fragment("/desk/lines").text
    assert "ringing" in html
    assert "Free" in html


def test_a_reminder_leads_to_where_something_can_be_done(house: House) -> None:
    house.services.desk.handle(LineChanged("line1", LineState.NO_NETWORK))
    house.clock.advance(minutes=20)
    house.rings("", line="line2", call=3)
    house.hangs_up(line="line2", call=3)
    house.clock.advance(minutes=2)
    house.services.desk.tick()
    no = house.ticket("draft")
    house.office.messages.write(CITIZEN, "您好", house.user("wang"))
    with house.store.transaction() as tx:
        tx.execute("UPDATE outbox SET state = 'failed', ticket_id = (SELECT id FROM ticket WHERE no = ?)", (no,))
    house.office.reminders.sweep()
    html = house.seat("wang", language="en").fragment("/desk/side").text
    links = {
        " ".join(text.split()): href for href, text in re.findall(r'class="row-link" href="([^"]*)">(.*?)</a>', html)
    }
    assert links['<span class="row-no">line1</span> A line does not work'] == "/lines"
    assert links["A caller without a number was missed"] == "/calls?outcome=missed"
    (to_message,) = (href for text, href in links.items() if "A message could not be sent" in text)
    assert re.fullmatch(r"/messages\?box=trouble#sms-out-\d+", to_message)


def test_a_reminder_is_ticked_off_one_by_one(house: House) -> None:
    house.ticket("draft")
    house.ticket("draft")
    house.clock.advance(days=1)
    house.office.reminders.sweep()
    wang = house.seat("wang", language="en")
    html = wang.html("/")
    assert html.count("A draft waits longer than it should") == 2
    action = re.search(r'action="(/reminders/\d+/ack)"', html)
    assert action is not None
    wang.post(action[1], page="/")
    assert wang.html("/").count("A draft waits longer than it should") == 1


@pytest.mark.parametrize(
    ("level", "label"), [("watch", "Watched"), ("warn", "Warned"), ("limit", "Limited"), ("over", "Beyond the calls")]
)
def test_the_card_of_a_nuisance_caller_says_the_level_and_what_to_do(house: House, level: str, label: str) -> None:
    known = "limit" if level == "over" else level
    per_day = {"limit": 20, "over": 1}.get(level)
    house.office.nuisance.put(
        CITIZEN, known, house.user("li"), reason="calls forty times a day", days=7, per_day=per_day
    )
    if level == "over":
        house.rings()
        house.hangs_up()
    house.rings(call=2)
    html = house.seat("wang", language="en").fragment("/calls/ringing").text
    said = re.search(r'call-held">(.*?)</p>', html, re.S)
    assert said is not None
    assert label in said[1]
    assert len(re.sub(r"<[^>]*>", "", said[1]).strip()) > len(label) + 20


def test_a_blocked_callers_ring_is_no_card_and_stands_in_the_list(house: House) -> None:
    house.office.nuisance.put(CITIZEN, "block", house.user("li"), reason="calls forty times a day", days=7)
    house.services.desk.handle(CallRinging("line1", 1, CITIZEN))
    wang = house.seat("wang", language="en")
    assert CITIZEN not in wang.fragment("/calls/ringing").text
    house.hangs_up()
    assert CITIZEN not in wang.fragment("/calls/ringing").text
    assert CITIZEN in wang.html("/calls?outcome=blocked")
    assert "1 call held off" in wang.html("/citizens/nuisance")
