"""Every row of the table from the ticket's page: its form, what it asks for, what a refusal says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from appliance.casework import grounds, lifecycle
from appliance.casework.lifecycle import MOVES, STAYS, Actor
from tests.web.house import House, Seat, form_fields
from tests.web.test_pages import Reader
from web import language, next_steps

ON_THE_WAY: dict[
    str, tuple[str, str, dict[str, Any]]
] = {  # from a status of House.ticket to one that lies beside the everyday way
    "consult": ("accepted", "confer", {"reason": "两个部门都说不归自己管"}),
    "return_review": ("dispatched", "return", {"reason": "路灯归供电公司管"}),
    "paused": ("in_progress", "pause", {"days": 3, "reason": "等市民补充材料"}),
    "merged": ("accepted", "merge", {}),
    "withdrawn": ("accepted", "withdraw", {"reason": "已自行解决"}),
    "transferred": ("accepted", "transfer", {"where": "110 回执 7781"}),
    "rejected": ("draft", "reject", {"ground": "court", "reason": "已进入诉讼"}),
    "void": ("draft", "void", {"reason": "无声电话"}),
}
VALUES = {
    "department": ("department_id", "1"),
    "text": ("text", "控制箱进水，已更换，三盏灯都亮了。"),
    "reason": ("reason", "已向市民说明"),
    "rating": ("rating", "4"),
    "days": ("days", "2"),
    "where": ("where", "110 回执 7781"),
    "ground": ("ground", "petition"),
}
BUTTONS = [
    (status, move.key)
    for move in MOVES
    if move.is_button and Actor.LEAD in move.actors and move.key not in next_steps.BY_DECIDING
    for status in move.from_statuses
]


def come_to(house: House, status: str) -> int:
    """A ticket of this status; its number."""
    if status not in ON_THE_WAY:
        return house.ticket(status)
    before, key, given = ON_THE_WAY[status]
    no, tickets, li = house.ticket(before), house.office.tickets, house.user("li")
    if key == "merge":
        given = {"other_no": house.ticket()}
    tickets.move(no, key, li, version=tickets.row(no).version, **given)
    assert tickets.row(no).status == status
    return no


def form_of(page: str, key: str) -> str:
    """The form with this move's button."""
    forms: list[str] = re.findall(r'(?s)<form class="move".*?</form>', page)
    return next((form for form in forms if f'name="move" value="{key}"' in form), "")


def press(seat: Seat, no: int, key: str, **typed: Any) -> Any:
    """Fill in the form of this move on the ticket's page, as it is drawn there."""
    form = form_of(seat.html(f"/tickets/{no}"), key)
    assert form, f"no form for {key}"
    return seat.send(f"/tickets/{no}/move", {**form_fields(form, f"/tickets/{no}/move"), **typed})


@pytest.mark.parametrize(("status", "key"), BUTTONS, ids="-".join)
def test_every_move_is_made_from_the_page_with_the_fields_it_is_drawn_with(house: House, status: str, key: str) -> None:
    no, move, li = come_to(house, status), lifecycle.move(key), house.seat("li", language="en")
    values = dict(VALUES[need] for need in move.needs if need != "ticket")
    if "ticket" in move.needs:
        values["other_no"] = f"{house.ticket():06}"
    if key == "accept":  # a draft is completed first
        assert f"/tickets/{no}/edit" in li.html(f"/tickets/{no}")
        return
    form = form_of(li.html(f"/tickets/{no}"), key)
    for name in values:
        assert re.search(rf'<(input|textarea|select)[^>]* name="{name}"[^>]* required', form), name
    answer = press(li, no, key, **values)
    assert answer.status_code == 302, answer.text
    reached = house.office.tickets.row(no).status
    assert reached in ({status} if move.to_status == STAYS else {move.to_status, move.or_status})
    assert "Done. The ticket has moved on." in li.html(answer.headers["Location"])


@pytest.mark.parametrize(
    "status", [*ON_THE_WAY, "draft", "accepted", "dispatched", "in_progress", "review", "survey", "closed"]
)
def test_the_page_of_every_status_is_well_formed_in_both_languages(house: House, status: str) -> None:
    no = come_to(house, status)
    for tag in language.TAGS:
        for name in ("wang", "li"):
            reader = Reader(house.seat(name, language=tag).html(f"/tickets/{no}"))
            assert reader.wrong == []
            assert reader.open == []
            ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
            assert sorted({one for one in ids if ids.count(one) > 1}) == []
            labelled = {attributes.get("for") for attributes in reader.all("label")}
            for field in reader.all("textarea", "select"):
                assert field.get("id") in labelled, field


def test_in_a_simple_office_an_operator_decides_alone_and_it_is_stamped(house: House) -> None:
    no, wang = house.ticket("in_progress"), house.seat("wang", language="en")
    assert "noted as approved by yourself" in form_of(wang.html(f"/tickets/{no}"), "pause")
    answer = press(wang, no, "pause", days="3", reason="等市民补充材料")
    page = wang.html(answer.headers["Location"])
    assert "self-approved" in page
    assert "Paused until" in page


def full(house: House) -> None:
    house.office.approvals.set_mode("full", house.user("li"))


def test_in_an_office_of_several_people_an_operators_wish_waits_for_the_lead(house: House) -> None:
    full(house)
    no, wang, li = house.ticket("in_progress"), house.seat("wang", language="en"), house.seat("li", language="en")
    assert "A lead decides this" in form_of(wang.html(f"/tickets/{no}"), "pause")
    answer = press(wang, no, "pause", days="3", reason="等市民补充材料")
    mine = wang.html(answer.headers["Location"])
    assert "It was passed on and waits for the lead&#39;s word." in mine
    assert house.office.tickets.row(no).status == "in_progress"
    assert 'name="grant"' not in mine, "nobody decides what they asked for"
    assert f'href="/tickets/{no}"' in li.html("/tickets?only=requests")

    page = li.html(f"/tickets/{no}")
    assert "Asked for: Pause" in page
    assert "3 working days" in page
    fields = form_fields(page, f"/tickets/{no}/decide")
    refused = li.send(f"/tickets/{no}/decide", {**fields, "grant": "no", "text": "  "})
    assert refused.status_code == 422
    assert "Please write why it is refused." in refused.text
    assert house.office.tickets.requests_of(no)[0].is_open
    granted = li.send(f"/tickets/{no}/decide", {**fields, "grant": "yes", "text": ""})
    assert "Decided." in li.html(granted.headers["Location"])
    assert house.office.tickets.row(no).status == "paused"
    assert f'href="/tickets/{no}"' not in li.html("/tickets?only=requests")


def test_a_request_that_was_decided_already_says_so(house: House) -> None:
    no, li = house.ticket("in_progress"), house.seat("li", language="en")
    request_id = house.office.tickets.ask(no, "extension", days=3, text="等配件", user_id=house.user("unit").id)
    fields = form_fields(li.html(f"/tickets/{no}"), f"/tickets/{no}/decide")
    house.office.tickets.decide(request_id, False, house.user("wang"), "不必")
    again = li.send(f"/tickets/{no}/decide", {**fields, "grant": "yes"})
    assert again.status_code == 422
    assert "That was decided already." in again.text


def test_departments_that_help_are_chosen_while_dispatching_and_written_down_by_the_desk(house: House) -> None:
    no, wang = house.ticket(), house.seat("wang", language="en")
    units = {unit.code: unit.id for unit in house.office.departments.all()}
    press(wang, no, "dispatch", department_id=str(units["CG"]), co_department_ids=str(units["SW"]))
    page = wang.html(f"/tickets/{no}")
    shown = page[page.index("<h2>Departments</h2>") :]
    assert shown.index("City management") < shown.index("Water") < shown.index("helps")
    answer = press(wang, no, "co_reply", text="水管没有问题，与我们无关。")
    assert answer.status_code == 302, answer.text
    assert "水管没有问题" in wang.html(f"/tickets/{no}")
    assert house.office.tickets.row(no).status == "dispatched", "the leading department owes its own reply"


def test_a_reply_that_misses_a_helpers_reply_can_be_sent_on_all_the_same(house: House) -> None:
    no, wang = house.ticket(), house.seat("wang", language="en")
    units = {unit.code: unit.id for unit in house.office.departments.all()}
    press(wang, no, "dispatch", department_id=str(units["CG"]), co_department_ids=str(units["SW"]))
    refused = press(wang, no, "reply", text="路灯已经修好，三盏都亮了。")
    assert refused.status_code == 422
    assert "These departments have not replied yet" in refused.text
    form = form_of(refused.text, "reply")
    assert "路灯已经修好" in form
    assert 'name="override"' in form
    fields = {**form_fields(form, f"/tickets/{no}/move"), "text": "路灯已经修好，三盏都亮了。", "override": "yes"}
    assert wang.send(f"/tickets/{no}/move", fields).status_code == 302
    assert house.office.tickets.row(no).status == "review"


def test_what_the_desk_writes_down_for_a_department_carries_the_time_at_which_it_truly_came(house: House) -> None:
    no, wang = house.ticket("in_progress"), house.seat("wang", language="en")
    house.clock.advance(hours=5)
    press(wang, no, "reply", text="路灯已经修好，三盏都亮了。", result="solved", contacted="yes",
          happened_at="2026-11-23T10:15")  # fmt: skip
    page = wang.html(f"/tickets/{no}")
    assert "entered for the department" in page
    assert "truly at 10:15" in page
    assert "Spoke with the citizen" in page
    assert "Solved" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2026-11-24T10:15", "That is in the future."), ("2026-11-20T10:15", "That is before it was dispatched"),
     ("soon", "Write day and time")],
)  # fmt: skip
def test_a_time_that_cannot_be_is_named_beside_its_field(house: House, typed: str, said: str) -> None:
    no, wang = house.ticket("in_progress"), house.seat("wang", language="en")
    house.clock.advance(hours=2)
    refused = press(wang, no, "reply", text="路灯已经修好，三盏都亮了。", happened_at=typed)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'id="move-reply-{no}-happened_at-wrong"' in refused.text
    assert "路灯已经修好" in form_of(refused.text, "reply"), "nothing typed is lost"
    assert '<details class="seldom" open>' in form_of(refused.text, "reply")


@pytest.mark.parametrize(
    ("other", "said"),
    [("", "Please write the number of the other ticket."), ("abc", "Write the number of a ticket"),
     ("999999", "There is no such ticket."), ("000001", "A ticket cannot be joined with itself.")],
)  # fmt: skip
def test_a_ticket_that_cannot_be_joined_says_why(house: House, other: str, said: str) -> None:
    no, wang = house.ticket(), house.seat("wang", language="en")
    refused = press(wang, no, "merge", other_no=other)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'id="move-merge-{no}-other_no-wrong"' in refused.text
    assert house.office.tickets.row(no).status == "accepted"


def test_a_ticket_is_joined_with_one_that_stands_alone_and_is_of_its_own_class(house: House) -> None:
    parent, child, third, water = house.ticket(), house.ticket(), house.ticket(), house.ticket(category="water")
    wang = house.seat("wang", language="en")
    press(wang, child, "merge", other_no=f"{parent:06}")
    assert (
        f"Ticket {child:06} is joined with {parent:06} already" in press(wang, third, "merge", other_no=str(child)).text
    )
    assert "is about a matter of another class" in press(wang, third, "merge", other_no=str(water)).text


def test_tickets_joined_long_ago_are_not_parted(house: House) -> None:
    no = come_to(house, "merged")
    house.clock.advance(days=8)
    wang = house.seat("wang", language="en")
    refused = press(wang, no, "unmerge", reason="不是同一件事")
    assert refused.status_code == 422
    assert "It was joined more than 7 days ago." in refused.text


def test_joined_tickets_lead_to_each_other(house: House) -> None:
    parent, child = house.ticket(), house.ticket(title="西街路灯也不亮")
    wang = house.seat("wang", language="en")
    press(wang, child, "merge", other_no=f"{parent:06}")
    assert f"Joined with {parent:06}" in wang.html(f"/tickets/{child}")
    page = wang.html(f"/tickets/{parent}")
    assert "西街路灯也不亮" in page[page.index("Joined with this ticket") :]


def test_the_list_is_narrowed_to_what_is_supervised_paused_or_returned(house: House) -> None:
    plain, supervised = house.ticket(), house.ticket()
    paused, returned = come_to(house, "paused"), come_to(house, "return_review")
    li = house.seat("li", language="en")
    press(li, supervised, "supervise", reason="书记批示", level="2")
    expected = {"supervised": supervised, "paused": paused, "returned": returned}
    for only, no in expected.items():
        found = set(re.findall(r'href="/tickets/(\d+)"', li.html(f"/tickets?only={only}")))
        assert found == {str(no)}, only
    assert str(plain) in re.findall(r'href="/tickets/(\d+)"', li.html("/tickets?only=nonsense"))
    assert "Supervised, level 2" in li.html(f"/tickets/{supervised}")


def test_nobody_but_the_desk_decides_requests(house: House) -> None:
    no = house.ticket("in_progress")
    request_id = house.office.tickets.ask(no, "extension", days=3, text="等配件", user_id=house.user("unit").id)
    unit = house.seat("unit", language="en")
    page = unit.html(f"/tickets/{no}")
    assert "Asked for: More time" in page
    assert 'name="grant"' not in page
    fields = {"csrf_token": unit.token(), "request_id": str(request_id), "grant": "yes"}
    assert unit.send(f"/tickets/{no}/decide", fields).status_code == 403


def test_moves_that_a_lead_makes_are_told_apart_for_an_operator_only_where_there_is_a_lead(house: House) -> None:
    no, wang = house.ticket("in_progress"), house.seat("wang", language="en")
    assert '<small class="stamp">lead</small>' not in wang.html(f"/tickets/{no}")
    full(house)
    assert '<small class="stamp">lead</small>' in wang.html(f"/tickets/{no}")
    assert '<small class="stamp">lead</small>' not in house.seat("li", language="en").html(f"/tickets/{no}")


def test_what_was_asked_for_stands_in_the_queue_of_the_desk_until_it_is_decided(house: House) -> None:
    no, wang = house.ticket("in_progress"), house.seat("wang", language="en")
    assert f'href="/tickets/{no}"' not in wang.html("/")
    request_id = house.office.tickets.ask(no, "extension", days=3, text="等配件", user_id=house.user("unit").id)
    desk = wang.html("/")
    assert f'href="/tickets/{no}"' in desk
    assert "To decide" in desk
    house.office.tickets.decide(request_id, True, house.user("wang"))
    assert f'href="/tickets/{no}"' not in wang.html("/")


def test_a_department_that_helps_does_its_own_part_and_no_more(house: House) -> None:
    no, tickets, wang = house.ticket(), house.office.tickets, house.user("wang")
    units = {unit.code: unit.id for unit in house.office.departments.all()}
    version = tickets.row(no).version
    tickets.move(no, "dispatch", wang, version=version, department_id=units["SW"], co_department_ids=(units["CG"],))
    unit = house.seat("unit", language="en")  # of CG
    assert set(re.findall(r'name="move" value="(\w+)"', unit.html(f"/tickets/{no}"))) == {
        "co_sign",
        "co_reply",
        "co_return",
    }
    press(unit, no, "co_sign")
    assert "co_sign" not in re.findall(r'name="move" value="(\w+)"', unit.html(f"/tickets/{no}"))
    press(unit, no, "co_reply", text="人行道已经恢复，照片随后送到。", department_id=str(units["SW"]))
    assert re.findall(r'name="move" value="(\w+)"', unit.html(f"/tickets/{no}")) == []
    assert tickets.row(no).status == "dispatched"
    states = {task.department.code: task.state for task in tickets.page(no, wang).co_assignments}
    assert states == {"CG": "replied"}


def test_a_rejection_asks_for_its_ground_and_the_number_told(house: House) -> None:
    no = house.ticket("draft")
    wang = house.seat("wang", language="en")
    form = form_of(wang.html(f"/tickets/{no}"), "reject")
    assert re.findall(r'<option value="(\w*)"', form) == ["", *grounds.LABELS]
    fields = form_fields(form, f"/tickets/{no}/move") | {"ground": grounds.OTHER_NUMBER, "where": " "}
    refused = wang.post(f"/tickets/{no}/move", fields)
    assert (refused.status_code, "Which number or office" in refused.text) == (422, True)
    wang.post(f"/tickets/{no}/move", fields | {"where": "Medical insurance office 8123456"})
    page = wang.html(f"/tickets/{no}")
    assert house.office.tickets.row(no).status == "rejected"
    assert "Told to call another number" in page
    assert "Medical insurance office 8123456" in page


def test_an_answer_that_names_another_number_is_counted_as_such(house: House) -> None:
    wang, li = house.seat("wang"), house.user("li")
    for where in ("", "Medical insurance office 8123456"):
        no = house.ticket("accepted", type="enquiry")
        fields = form_fields(form_of(wang.html(f"/tickets/{no}"), "answer"), f"/tickets/{no}/move")
        wang.post(f"/tickets/{no}/move", fields | {"text": "Ask them.", "where": where})
        assert house.office.tickets.row(no, li).status == "closed"
    assert house.office.tickets.ended_by_ground("2000", "3000") == {grounds.OTHER_NUMBER: 1}
