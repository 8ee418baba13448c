"""Whatever is pressed twice is done once: the same form sent again, and the same value saved again, writes no row.

Every address that takes a form stands here, with a case or with the reason why pressing it again is another deed.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from appliance.callflow.plan_form import typed_of
from appliance.limits import own_preset
from appliance.limits.presets import DEFAULT
from appliance.outreach.notices_to_units import NoticeForm
from tests.web.house import CITIZEN, HANDLER, OTHER_CITIZEN, House, form_fields

NOT_COUNTED = frozenset({"session", "sqlite_sequence"})  # who was seen when
WHY = "一天拨打四十次,只骂人不说事"


@dataclass(frozen=True)
class Post:
    path: str
    fields: dict[str, Any] = field(default_factory=dict)
    page: str = "/settings"  # from which the form comes, with its token
    who: str = "li"


Case = Callable[[House], Post]


def unit_id(house: House, code: str = "CG") -> int:
    return next(unit.id for unit in house.office.departments.all() if unit.code == code)


def taken_code(house: House) -> Post:
    house.office.words.codes.new_code(handler_id(house), house.user("li"))
    return Post(f"/settings/words/handler/{handler_id(house)}/no-code", {}, "/settings/words")


def handler_id(house: House) -> int:
    handler = house.office.departments.handler_by_number(HANDLER)
    assert handler is not None
    return handler.id


def nuisance(house: House, level: str = "watch") -> int:
    return house.office.nuisance.put(CITIZEN, level, house.user("li"), reason=WHY, days=7)


def asked_nuisance(house: House) -> Post:
    house.office.approvals.set_mode("full", house.user("li"))
    number = house.office.nuisance.put(CITIZEN, "block", house.user("wang"), reason=WHY, days=7)
    return Post(f"/citizens/nuisance/{number}/decide", {"grant": "yes"}, "/citizens/nuisance")


def conference(house: House) -> int:
    no, wang = house.ticket("accepted"), house.user("wang")
    house.office.tickets.move(
        no, "confer", wang, version=house.office.tickets.row(no).version, reason="两家都推",
        co_department_ids=(unit_id(house),),
    )  # fmt: skip
    return no


def decided(house: House) -> Post:
    no = conference(house)
    return Post(
        f"/conferences/{no}/decide", {"department_id": unit_id(house), "text": "由城管局牵头。"}, f"/conferences/{no}"
    )


def opinion(house: House, path: str, page: str, who: str = "li") -> Post:
    no = conference(house)
    return Post(
        path.format(no=no),
        {"department_id": unit_id(house), "opinion": "ours", "words": "灯杆归我局"},
        page.format(no=no),
        who,
    )


def announcement(house: House) -> int:
    return house.office.announcements.add("停水通知", "明日停水。", house.user("li"))


def changed_announcement(house: House) -> Post:
    return Post(
        f"/announcements/{announcement(house)}/change", {"title": "停电通知", "words": "明日停电。"}, "/announcements"
    )


def rule(house: House) -> int:
    lead = {"lead": str(unit_id(house)), "category": "路灯", "basis": "三定方案"}
    seat = house.seat("li")
    answer = seat.send("/settings/routing", {"csrf_token": seat.token(), **lead})
    assert answer.status_code == 302, answer.text[:300]
    return house.office.routing.rules()[0].id


def leader(house: House) -> int:
    house.office.words.leaders.add("陈县长", "13500006666", house.user("li"))
    return house.office.words.leaders.all()[0].id


def contact(house: House) -> int:
    house.office.follow_up.emergency_people.add("leader", "陈县长", "13500006666", house.user("li"))
    return house.office.follow_up.emergency_people.contacts()[0].id


def unit_notice(house: House) -> int:
    form = NoticeForm("task", "排查", "请排查。", "2026-11-25T17:00", (unit_id(house),))
    return house.office.paper.unit_notices.send(form, house.user("li"))


def receipt(house: House) -> int:
    return house.office.paper.unit_notices.page(unit_notice(house), house.user("li"))[1][0].id


def message(house: House) -> int:
    house.texts("西街井盖破了一个口")
    return house.office.messages.rows(box="in").rows[0].id


def filed(house: House) -> Post:
    no = house.ticket("accepted")
    return Post(f"/messages/in/{message(house)}/file", {"ticket_no": str(no)}, "/messages")


def missed_call(house: House) -> int:
    house.rings(OTHER_CITIZEN)
    house.hangs_up()
    house.clock.advance(minutes=2)
    return house.office.callbacks.rows()[0].id


def service(house: House) -> int:
    house.office.agency.add_service(
        house.user("li"),
        name_zh="代办老年证",
        name_en="",
        department_id=unit_id(house),
        limit_days=5,
        materials="身份证",
    )
    return house.office.agency.services()[0].id


def duty(house: House) -> int:
    now = house.clock.now()
    house.office.roster.add("leader", now, now + timedelta(hours=8), house.user("li"), name="陈", phone="13500006666")
    return house.office.roster.between(now, now + timedelta(days=1))[0].id


def handover(house: House) -> Post:
    number = house.office.handovers.hand_over("无", house.user("wang"))
    return Post(f"/shift/handover/{number}/take", {}, f"/shift/handover/{number}")


def own_limits() -> dict[str, str]:
    return own_preset.as_form(DEFAULT) | {"days_consult": "4"}


def person(house: House) -> str:
    return f"/settings/departments/{unit_id(house)}/people/{handler_id(house)}"


def place(code: str = "cgz") -> dict[str, str]:
    return {"code": code, "parent": "", "name_zh": "城关镇", "name_en": "Chengguan", "initials": "cgz"}


def placed(house: House) -> Post:
    page = "/settings/departments/places"
    assert house.seat("li").post(page, place(), page=page).status_code == 302
    return Post(f"{page}/cgz/disable", {}, page)


@dataclass(frozen=True)
class Sheet:
    """A list as a spreadsheet saves it; read anew each time it is sent."""

    text: str

    def file(self) -> tuple[io.BytesIO, str]:
        return io.BytesIO(self.text.encode()), "list.csv"


def plan(house: House) -> Post:
    typed = typed_of(house.office.call_flows.line("line1").plan)
    fields = {
        **typed.values,
        **{name: list(ticks) for name, ticks in typed.ticked.items()},
        "brand": "水务热线",
        "do": "save",
    }
    return Post("/lines/line1/flow", fields, "/lines/line1/flow")


def reminder(house: House) -> Post:
    house.rings("")
    house.hangs_up()
    found = house.store.row("SELECT id FROM reminder")
    assert found is not None
    return Post(f"/reminders/{found['id']}/ack", {}, "/")


def draft_note(house: House) -> Post:
    no = house.ticket("accepted")
    return Post(f"/tickets/{no}/note", {"note": "已电话核实"}, f"/tickets/{no}")


def move(house: House, until: str, **fields: Any) -> Post:
    no = house.ticket(until)
    return Post(f"/tickets/{no}/move", fields, f"/tickets/{no}")


def exclusion(house: House) -> Post:
    no = house.ticket("dispatched")
    return Post("/duty-ledger/exclusions", {"no": str(no), "reason": "重复件，不应计入"}, "/duty-ledger")


def decided_exclusion(house: House) -> Post:
    no = house.ticket("dispatched")
    house.office.approvals.set_mode("full", house.user("li"))
    house.office.duty_ledger.ask_exclusion(no, "重复件，不应计入", house.user("wang"))
    number = house.office.duty_ledger.exclusions(house.user("li"))[0].id
    return Post(f"/duty-ledger/exclusions/{number}", {"grant": "yes", "text": "同意"}, "/duty-ledger")


CASES: dict[str, Case] = {
    "call_flow.change": plan,
    "reminders.ack": reminder,
    "departments.take_list": lambda house: Post(
        "/settings/departments/list",
        {"file": Sheet("code,name_zh,name_en,kind,handler,phone\nGD,供电公司,Power,utility,何源,13900010099\n")},
        "/settings/departments",
    ),
    "departments.take_places": lambda house: Post(
        "/settings/departments/places/list",
        {"file": Sheet("code,parent,name_zh,name_en,initials\ncgz,,城关镇,Chengguan,cgz\n")},
        "/settings/departments/places",
    ),
    "routing.take_list": lambda house: Post(
        "/settings/routing/list",
        {"file": Sheet("class,category,town,keyword,lead,co,basis,valid_from\n,lamp,,,CG,,三定方案,\n")},
        "/settings/routing",
    ),
    "agency.add_service": lambda house: Post(
        "/agency/services",
        {"name_zh": "代办老年证", "department_id": unit_id(house), "limit_days": "5", "materials": "身份证"},
        "/agency",
    ),
    "agency.retire_service": lambda house: Post(f"/agency/services/{service(house)}/retire", {}, "/agency"),
    "announcements.add": lambda house: Post(
        "/announcements", {"title": "停水", "words": "明日停水。"}, "/announcements"
    ),
    "announcements.change": changed_announcement,
    "announcements.retire": lambda house: Post(f"/announcements/{announcement(house)}/retire", {}, "/announcements"),
    "announcements.switch_off": lambda house: Post("/announcements/off", {"line": ""}, "/announcements"),
    "approvals.mode": lambda house: Post("/settings/approvals/mode", {"mode": "full"}, "/settings/approvals"),
    "callbacks.record": lambda house: Post(
        f"/callbacks/{missed_call(house)}/result", {"result": "no_answer", "note": ""}, "/callbacks"
    ),
    "conferences.ask": lambda house: Post(
        f"/conferences/{(no := conference(house))}/ask", {"department_id": unit_id(house, "SW")}, f"/conferences/{no}"
    ),
    "conferences.decide": decided,
    "conferences.opine": lambda house: opinion(house, "/conferences/{no}/opinion", "/conferences/{no}"),
    "unit_work.opine": lambda house: opinion(house, "/unit/opinions/{no}", "/unit", "unit"),
    "deadlines.choose": lambda house: Post(
        "/settings/deadlines/choose", {"key": "guangdong_2022"}, "/settings/deadlines"
    ),
    "deadlines.own": lambda house: Post("/settings/deadlines/own", own_limits(), "/settings/deadlines"),
    "departments.add": lambda house: Post(
        "/settings/departments",
        {"code": "GD", "name_zh": "供电公司", "name_en": "Power", "kind": "utility"},
        "/settings/departments",
    ),
    "departments.change": lambda house: Post(
        f"/settings/departments/{unit_id(house)}",
        {"name_zh": "城市管理局", "name_en": "City", "kind": "bureau", "duties": "路灯"},
        f"/settings/departments/{unit_id(house)}",
    ),
    "departments.disable": lambda house: Post(
        f"/settings/departments/{unit_id(house, 'SW')}/disable", {}, f"/settings/departments/{unit_id(house, 'SW')}"
    ),
    "departments.add_person": lambda house: Post(
        f"/settings/departments/{unit_id(house)}/people",
        {"handler": "何源", "phone": "13900010099"},
        f"/settings/departments/{unit_id(house)}",
    ),
    "departments.set_duties": lambda house: Post(
        person(house), {"may_sign": "yes", "rank": "2"}, f"/settings/departments/{unit_id(house)}"
    ),
    "departments.disable_person": lambda house: Post(
        f"{person(house)}/disable", {}, f"/settings/departments/{unit_id(house)}"
    ),
    "departments.put_place": lambda house: Post(
        "/settings/departments/places", place(), "/settings/departments/places"
    ),
    "departments.disable_place": placed,
    "duty_ledger.ask": exclusion,
    "duty_ledger.decide": decided_exclusion,
    "emergency.add_contact": lambda house: Post(
        "/emergency/contacts", {"role": "leader", "name": "陈县长", "phone": "13500006666"}, "/emergency"
    ),
    "emergency.remove_contact": lambda house: Post(f"/emergency/contacts/{contact(house)}/remove", {}, "/emergency"),
    "emergency.start": lambda house: Post(
        f"/emergency/{(no := house.ticket('accepted'))}/start", {"kind": "gas"}, f"/emergency/{no}"
    ),
    "emergency.switch_rings": lambda house: Post("/emergency/rings", {"rings": ""}, "/emergency"),
    "messages.file": filed,
    "messages.handled": lambda house: Post(f"/messages/in/{message(house)}/handled", {}, "/messages"),
    "messages.write": lambda house: Post(
        "/messages/write", {"number": CITIZEN, "text": "请补充地点"}, f"/messages/with/in/{message(house)}"
    ),
    "nuisance.put": lambda house: Post(
        "/citizens/nuisance",
        {"number": CITIZEN, "level": "limit", "reason": WHY, "days": "7", "per_day": "3"},
        "/citizens/nuisance",
    ),
    "nuisance.decide": asked_nuisance,
    "nuisance.lift": lambda house: Post(f"/citizens/nuisance/{nuisance(house)}/lift", {}, "/citizens/nuisance"),
    "recordings.keep": lambda house: Post(
        "/recordings/keep", {"keep_days": "90", "betters_sound": "no"}, "/recordings"
    ),
    "recordings.keep_identities": lambda house: Post("/recordings/identities", {"keep_years": "4"}, "/recordings"),
    "routing.put": lambda house: Post(
        "/settings/routing", {"lead": str(unit_id(house)), "category": "路灯", "basis": "三定"}, "/settings/routing"
    ),
    "routing.turn": lambda house: Post(f"/settings/routing/{rule(house)}/end", {}, "/settings/routing"),
    "settings.set_language": lambda house: Post("/settings/language", {"language": "en"}),
    "shift.add_duty": lambda house: Post(
        "/shift/duty",
        {
            "role": "leader",
            "name": "陈",
            "phone": "13500006666",
            "starts_at": "2026-11-23T18:00",
            "ends_at": "2026-11-23T22:00",
        },
        "/shift",
    ),
    "shift.remove_duty": lambda house: Post(f"/shift/duty/{duty(house)}/remove", {}, "/shift"),
    "shift.hand_over": lambda house: Post("/shift/handover", {"note": "无"}, "/shift"),
    "shift.take_over": handover,
    "text_words.ask_for_codes": lambda house: Post("/settings/words/codes", {"codes": "on"}, "/settings/words"),
    "text_words.take_code": taken_code,
    "text_words.add_leader": lambda house: Post(
        "/settings/words/leaders", {"name": "陈县长", "phone": "13500006666"}, "/settings/words"
    ),
    "text_words.remove_leader": lambda house: Post(
        f"/settings/words/leaders/{leader(house)}/remove", {}, "/settings/words"
    ),
    "text_words.write_text": lambda house: Post(
        "/settings/words/texts",
        {"key": "receipt_open", "language": "zh", "text": "【{office}】收到,编号{no}。"},
        "/settings/words/texts",
    ),
    "tickets.move": lambda house: move(house, "accepted", move="dispatch", department_id=unit_id(house)),
    "tickets.note": draft_note,
    "unit_notices.send": lambda house: Post(
        "/tasks",
        {"kind": "notice", "title": "停水", "text": "明日停水。", "department_ids": str(unit_id(house))},
        "/tasks",
    ),
    "unit_notices.close": lambda house: Post(f"/tasks/{(made := unit_notice(house))}/close", {}, f"/tasks/{made}"),
    "unit_notices.remind": lambda house: Post(f"/tasks/{(made := unit_notice(house))}/remind", {}, f"/tasks/{made}"),
    "unit_notices.write_down": lambda house: Post(
        f"/tasks/answers/{receipt(house)}", {"channel": "phone", "text": "已知", "do": "done"}, "/tasks"
    ),
    "unit_notices.answer": lambda house: Post(
        f"/tasks/mine/{receipt(house)}", {"text": "已知", "do": "done"}, "/unit", "unit"
    ),
    "users.add": lambda house: Post(
        "/settings/users",
        {"name": "chen", "role": "operator", "password": "market-lamps-11", "display_name": "陈晨"},
        "/settings/users",
    ),
    "users.disable": lambda house: Post("/settings/users/wang/disable", {}, "/settings/users"),
    "users.reset": lambda house: Post("/settings/users/wang/reset", {"password": "market-lamps-11"}, "/settings/users"),
}


# Why pressing these again is another deed, or one that leaves no row, or where the proof stands.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(
        ("agency.receive", "agency.move"), "tests/web/test_agency.py: one item of one form, a move of one version"
    ),
    **dict.fromkeys(
        ("announcements.switch_on", "prompts.before", "prompts.discard", "prompts.shipped", "prompts.speak",
         "prompts.telephone", "prompts.upload", "prompts.use", "recordings.hold"),
        "needs a recording: tests/appliance/prompts and callflow hold what a second press does",
    ),
    **dict.fromkeys(
        ("calls.press", "calls.lifted", "calls.missed", "calls.name_caller", "calls.rate", "calls.record",
         "calls.stop_recording", "calls.release", "calls.take", "calls.dial", "callbacks.call", "survey.call"),
        "of the telephone: a key pressed twice is two keys, a call dialled twice two calls",
    ),
    **dict.fromkeys(
        ("forwarding.change", "forwarding.ask", "landline.call", "landline.give_up", "landline.measure",
         "landline.telephone", "talk.begin", "talk.give_up", "talk.hang_up", "talk.judge", "talk.pick_up", "town.act"),
        "asks a line, and again: what it answers counts",
    ),
    **dict.fromkeys(
        ("emergency.dismiss", "emergency.pass_on", "emergency.report", "emergency.close", "emergency.confirm"),
        "tests/web/test_follow_up.py: a double click on a danger",
    ),
    **dict.fromkeys(
        ("emergency.start_in_call", "emergency.end_event"), "tests/appliance/casework: it begins and ends once"
    ),
    **dict.fromkeys(
        ("sign_in.login", "sign_in.logout", "sign_in.choose_language", "settings.look", "settings.password"),
        "of this browser, or refused with the old password",
    ),
    **dict.fromkeys(
        ("messages.count", "text_words.preview", "tickets.hints", "knowledge.offers", "holidays.file"), "reads only"
    ),
    **dict.fromkeys(
        ("messages.new_ticket", "messages.resend", "messages.give_up", "citizen_notices.send",
         "citizen_notices.cancel"),
        "tests/appliance/intake/test_messages.py, outreach/test_citizen_notices.py",
    ),
    **dict.fromkeys(
        ("holidays.notice_entered", "holidays.own"),
        "entered only against what was looked at before, which has changed by then",
    ),
    **dict.fromkeys(
        ("identity.ask", "identity.with_code", "identity.with_password", "identity.query_code",
         "text_words.new_code", "shift.open_seat"),
        "every look is written down, every code is a new one",
    ),
    **dict.fromkeys(
        ("joining.join", "tickets.decide", "tickets.edit", "tickets.text", "tickets.new", "papers.enter",
         "papers.erase", "slips.handed_over", "survey.record", "survey.decide", "unit_work.act"),
        "carries the token or the version of its form: tests/web/test_tickets.py, test_slips.py, test_follow_up.py",
    ),
    **dict.fromkeys(
        ("knowledge.edit", "knowledge.new", "knowledge.retire", "knowledge_gaps.ask", "knowledge_gaps.answer",
         "knowledge_gaps.close"),
        "carries the token or the version of its form; what a department answers anew stands anew",
    ),
}  # fmt: skip
NOTHING_TO_CHANGE = frozenset({"announcements.switch_off"})  # none is on: it is off already


def everything(house: House) -> dict[str, list[tuple[object, ...]]]:
    names = house.store.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    kept = [row["name"] for row in names if row["name"] not in NOT_COUNTED]
    return {name: [tuple(row) for row in house.store.rows(f'SELECT * FROM "{name}"')] for name in kept}


@pytest.mark.parametrize("endpoint", CASES)
def test_the_same_form_sent_twice_writes_once(endpoint: str, house: House) -> None:
    post = CASES[endpoint](house)
    seat = house.seat(post.who, language="en")
    hidden = {"csrf_token": seat.token(post.page), **form_fields(seat.get(post.page).text, post.path)}
    before = everything(house)

    def press() -> TestResponse:
        files = {name: value.file() for name, value in post.fields.items() if isinstance(value, Sheet)}
        return seat.send(post.path, {**hidden, **post.fields, **files})

    first = press()
    after = everything(house)
    assert first.status_code in {200, 302}, first.text[:500]
    assert (before == after) == (endpoint in NOTHING_TO_CHANGE), "the first press did nothing: this proves nothing"
    house.clock.advance(1)
    assert press().status_code < 500
    again = everything(house)
    assert {name: rows for name, rows in again.items() if rows != after[name]} == {}


def test_every_address_that_takes_a_form_was_thought_of(house: House) -> None:
    taking = {rule.endpoint for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert CASES.keys() & ELSEWHERE.keys() == set()
    assert taking <= CASES.keys() | ELSEWHERE.keys(), "say what a second press does"
