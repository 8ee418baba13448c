"""Who may open what, and what a stranger, another page or an old form can't do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from appliance.people.roles import Role
from tests.web.house import PASSWORDS, ROLES, House, Seat, copy_of
from web import access, doors

# What stands for the gaps of an address.
GAPS = {
    "mark": "x", "path": "theme.css", "no": 1, "call_id": 1, "callback_id": 1, "reminder_id": 1, "sms_id": 1,
    "step_id": 1, "contact_id": 1, "event_id": 1,
    "outbox_id": 1, "message_id": 1, "direction": "in", "name": "nobody", "what": "hangup", "line": "line1",
    "recording_id": 1, "attachment_id": 1, "notice_id": 1, "to_id": 1, "key": "thanks", "which": "now",
    "number": 1, "article_id": 1, "gap_id": 1, "department_id": 1, "handler_id": 1, "leader_id": 1, "rule_id": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def busy(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An office where there is something to open behind every address."""
    house = House(copy_of(furnished, tmp_path_factory.mktemp("busy") / "data"), is_demo=True)
    house.ticket("dispatched")
    house.rings()
    house.texts("西街井盖破了")
    yield house
    house.close()


@pytest.fixture(scope="module")
def seats(busy: House) -> dict[str, Seat]:
    return {role: busy.seat(name) for name, role in ROLES.items()}


def rules(house: House) -> list[Rule]:
    return list(house.app.url_map.iter_rules())


def address(house: House, rule: Rule) -> str:
    with house.app.test_request_context():
        return str(
            house.app.url_map.bind("localhost").build(rule.endpoint, {name: GAPS[name] for name in rule.arguments})
        )


def test_every_page_has_its_row_in_the_table_and_every_row_its_page(busy: House) -> None:
    assert {rule.endpoint for rule in rules(busy)} == set(doors.ROLES)


def test_a_page_without_a_row_is_refused_to_everybody(house: House) -> None:
    house.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert house.stranger().get("/forgotten").status_code == 302
    assert house.seat("li").get("/forgotten").status_code == 403


def test_a_stranger_is_refused_everywhere_but_at_the_door(busy: House) -> None:
    stranger = busy.stranger()
    for rule in rules(busy):
        if doors.ROLES[rule.endpoint] is doors.STRANGERS:
            continue
        path = address(busy, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = stranger.client.open(path, method=method)
            assert answer.status_code in (302, 401), f"{method} {path}: {answer.status_code}"
            assert answer.status_code == 401 or answer.headers["Location"].startswith("/login?next="), path
            assert "东街" not in answer.text


def test_what_is_open_to_strangers_is_this_and_no_more() -> None:
    open_pages = {endpoint for endpoint, allowed in doors.ROLES.items() if allowed is doors.STRANGERS}
    assert open_pages == {"static_file", "health.healthz", "sign_in.login", "sign_in.choose_language"}


@pytest.mark.parametrize("role", [role for role in Role if role in ROLES.values()])
def test_each_role_opens_its_pages_and_no_other(busy: House, seats: dict[str, Seat], role: Role) -> None:
    for rule in rules(busy):
        allowed = doors.ROLES[rule.endpoint]
        if rule.endpoint in ("sign_in.logout", "live.events"):
            continue  # the one would end this round; the other has tests of its own
        path = address(busy, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            # A post without a form token does nothing: 400 says that the role came past the table.
            status = seats[role].client.open(path, method=method).status_code
            if allowed is not doors.STRANGERS and role not in allowed:
                assert status == 403, f"{role}: {method} {path}: {status}"
            elif method == "GET":
                assert status in (200, 302, 404), f"{role}: {method} {path}: {status}"
            else:
                assert status == 400, f"{role}: {method} {path}: {status}"


EVERYBODYS = {
    "desk.page", "live.events", "sign_in.logout", "sign_in.state", "settings.page", "settings.look",
    "settings.set_language", "settings.password", "settings.keys", "town.page", "town.phones", "town.landline",
    "town.act", "town.heard",
}  # fmt: skip
OWN_CASES = {
    "tickets.list_page",
    "tickets.rows",
    "tickets.page",
    "tickets.timeline",
    "tickets.move",
    "tickets.note",
    "search.page",
    "slips.page",
    "papers.attachment",
    "duty_ledger.page",
    "duty_ledger.ask",
    "knowledge.page",
    "knowledge.one",
    "knowledge_gaps.page",
    "knowledge_gaps.answer",
}
READING = {"tickets.list_page", "tickets.rows", "tickets.page", "tickets.timeline", "search.page"}
UNITS = {"unit_work.page", "unit_work.rows", "unit_work.one", "unit_work.act", "unit_work.opine", "unit_notices.answer"}
LINES = {
    "lines.page",
    "lines.cards",
    "talk.page",
    "talk.state",
    "talk.levels",
    "talk.judgement",
    "talk.begin",
    "talk.pick_up",
    "talk.hang_up",
    "talk.judge",
    "talk.give_up",
    "forwarding.page",
    "forwarding.state",
    "forwarding.ask",
    "landline.page",
    "landline.state",
    "landline.measure",
    "landline.telephone",
    "landline.call",
    "landline.give_up",
    "landline.report",
    "call_flow.page",
    "announcements.page",
}
LISTENING = {"prompts.page", "prompts.one", "prompts.listen"}
RECORDING = {
    "prompts.upload", "prompts.speak", "prompts.use", "prompts.discard", "prompts.shipped", "prompts.before",
    "prompts.waiting", "prompts.telephone", "call_flow.change",
}  # fmt: skip
TIME_READ = {"deadlines.page", "holidays.page", "holidays.change"}
TIME_SET = {"deadlines.choose", "deadlines.own", "holidays.notice_entered", "holidays.file", "holidays.own"}
LATE = {"deadlines.late"}
KEEPING = {
    "departments.page",
    "departments.add",
    "departments.take_list",
    "departments.one",
    "departments.change",
    "departments.hours_change",
    "departments.disable",
    "departments.add_person",
    "departments.set_duties",
    "departments.disable_person",
    "departments.towns",
    "departments.put_place",
    "departments.take_places",
    "departments.disable_place",
    "emergency.add_contact",
    "nuisance.decide",
    "emergency.remove_contact",
    "emergency.switch_rings",
    "papers.erase",
    "approvals.mode",
    "recordings.hold",
    "recordings.keep",
    "recordings.keep_identities",
    "text_words.page",
    "text_words.ask_for_codes",
    "text_words.new_code",
    "text_words.take_code",
    "text_words.add_leader",
    "text_words.remove_leader",
    "text_words.texts",
    "text_words.preview",
    "text_words.write_text",
    "users.page",
    "users.add",
    "users.reset",
    "users.disable",
}


@pytest.mark.parametrize(
    ("role", "theirs"),
    [
        (Role.UNIT, EVERYBODYS | OWN_CASES | UNITS),
        (Role.TECHNICIAN, EVERYBODYS | LINES | LISTENING | RECORDING | TIME_READ | TIME_SET),
        (Role.LEADER, EVERYBODYS | LATE | READING),
        (
            Role.AUDITOR,
            EVERYBODYS | {"recordings.page", "recordings.one", "approvals.page"} | TIME_READ | LATE | READING,
        ),
    ],
)
def test_the_table_gives_each_role_exactly_this(role: Role, theirs: set[str]) -> None:
    """Said a second time on purpose: who widens the table has to say so here too."""
    assert {page for page, allowed in doors.ROLES.items() if allowed and role in allowed} == theirs


def test_leads_keep_users_and_prompts_and_the_desk_has_everything_else() -> None:
    pages = {page for page, allowed in doors.ROLES.items() if allowed is not doors.STRANGERS}
    assert {page for page in pages if Role.LEAD in (doors.ROLES[page] or ())} == pages - UNITS
    not_the_operators = {page for page in pages if Role.OPERATOR not in (doors.ROLES[page] or ())}
    assert not_the_operators == KEEPING | RECORDING | TIME_SET | UNITS


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_whoever_reads_masked_begins_with_the_tickets_and_opens_nothing_of_the_desk(house: House, role: str) -> None:
    house.ticket()
    house.office.users.add("zhao", role, "tall-bridge-55")
    seat = house.stranger()
    seat.sign_in("zhao", "tall-bridge-55")
    assert seat.get("/").headers["Location"] == "/tickets"
    assert seat.get("/settings").status_code == 200
    for path in ("/tickets/1/edit", "/tickets/1/slip", "/messages", "/calls", "/callbacks", "/lines", "/survey"):
        assert seat.get(path).status_code == 403, path


def test_a_wrong_password_is_told_in_one_sentence_and_the_name_is_kept(house: House) -> None:
    stranger = house.stranger(language="en")
    known, unknown = stranger.sign_in("wang", "wrong-password"), stranger.sign_in("nobody", "wrong-password")
    assert known.status_code == unknown.status_code == 401
    sentence = "The name or the password is wrong."
    assert sentence in known.text
    assert sentence in unknown.text
    assert 'value="wang"' in known.text
    assert "wrong-password" not in known.text


def test_after_many_attempts_the_page_says_how_long_to_wait(house: House) -> None:
    stranger = house.stranger(language="en")
    answers = [stranger.sign_in("wang", "wrong-password") for _ in range(6)]
    assert answers[-1].status_code == 429
    minutes = re.search(r"Try again in (\d+) minutes", answers[-1].text)
    assert minutes is not None
    assert int(answers[-1].headers["Retry-After"]) == 60 * int(minutes[1])
    house.clock.advance(minutes=int(minutes[1]))
    assert stranger.sign_in("wang", PASSWORDS["wang"]).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/tickets/1?a=b", "/tickets/1?a=b"),
        ("https://example.org/", "/"),
        ("//example.org/", "/"),
        ("/\\example.org/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
        ("http://[", "/"),
        ("/[", "/["),
        ("//[", "/"),
    ],
)
def test_signing_in_leads_back_and_never_to_another_box(wanted: str, leads_to: str) -> None:
    assert access.local_path(wanted) == leads_to


def test_signing_in_leads_back_to_the_page_that_was_asked_for(house: House) -> None:
    no = house.ticket()
    stranger = house.stranger()
    door = stranger.get(f"/tickets/{no}").headers["Location"]
    answer = stranger.sign_in("wang", PASSWORDS["wang"], path=door)
    assert answer.headers["Location"] == f"/tickets/{no}"


def test_an_address_that_is_none_leads_to_the_desk_and_breaks_nothing(house: House) -> None:
    stranger = house.stranger()
    answer = stranger.sign_in("wang", PASSWORDS["wang"], path="/login?next=http://[")
    assert answer.headers["Location"] == "/"
    assert stranger.get("/login?next=http://[").headers["Location"] == "/"
    fields = {"csrf_token": stranger.token(), "language": "en", "next": "http://["}
    assert stranger.send("/settings/language", fields).headers["Location"] == "/"
    stranger = house.stranger()
    fields = {"csrf_token": stranger.token("/login")}
    assert stranger.send("/tickets/new", fields, headers={"Referer": "http://["}).headers["Location"] == (
        "/login?next=/"
    )


def test_on_plain_loopback_the_cookie_is_plain_httponly_and_samesite(house: House) -> None:
    answer = house.stranger().sign_in("wang", PASSWORDS["wang"])
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "session" in line)
    assert cookie.startswith("hotline_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie


def test_over_tls_every_cookie_is_secure_and_has_the_host_prefix(house: House) -> None:
    stranger = house.stranger(is_secure=True)
    answers = [stranger.get("/login"), stranger.sign_in("wang", PASSWORDS["wang"])]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 2
    for cookie in cookies:
        assert cookie.startswith("__Host-hotline_")
        assert "Secure" in cookie
        assert "Domain" not in cookie
    assert stranger.get("/").status_code == 200
    assert stranger.get("/").headers["Strict-Transport-Security"]


def test_a_session_is_ended_on_the_server_not_in_the_browser_alone(house: House) -> None:
    seat = house.seat("wang")
    cookie = seat.client.get_cookie("hotline_session")
    assert cookie is not None
    seat.post("/logout", page="/settings")
    thief = house.stranger()
    thief.client.set_cookie("hotline_session", cookie.value)
    assert thief.get("/").status_code == 302


def test_a_closed_account_is_out_at_once(house: House) -> None:
    wang, li = house.seat("wang"), house.seat("li")
    assert wang.get("/").status_code == 200
    li.post("/settings/users/wang/disable", page="/settings/users")
    assert wang.get("/").status_code == 302


def test_a_post_without_or_with_a_foreign_token_does_nothing(house: House) -> None:
    wang, li = house.seat("wang"), house.seat("li")
    form = {"note": "x", "title": "x", "content": "xxxxx", "place": "x", "type": "help", "category": "other"}
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "made-up"}, {"csrf_token": li.token()}):
        answer = wang.send("/tickets/new", {**form, **token})
        assert answer.status_code == 400
    assert house.office.tickets.rows().rows == ()
    assert wang.send("/tickets/new", {**form, "csrf_token": wang.token()}).status_code == 302


def test_a_token_of_the_door_is_worth_nothing_inside(house: House) -> None:
    stranger = house.stranger()
    at_the_door = stranger.token("/login")
    stranger.sign_in("wang", PASSWORDS["wang"])
    assert (
        stranger.send("/settings/look", {"csrf_token": at_the_door, "theme": "dark", "size": "100"}).status_code == 400
    )


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://localhost:1", "https://localhost"])
def test_a_form_from_another_origin_is_refused_even_with_a_good_token(house: House, origin: str) -> None:
    wang = house.seat("wang")
    fields = {"csrf_token": wang.token(), "theme": "dark", "size": "100"}
    assert wang.send("/settings/look", fields, headers={"Origin": origin}).status_code == 403
    assert wang.send("/settings/look", fields).status_code == 302


def test_a_form_left_open_over_a_restart_can_still_be_sent(house: House, furnished: Path) -> None:
    wang = house.seat("wang")
    token = wang.token()
    again = House(house.folder)
    try:
        wang.client.application = again.app
        assert wang.send("/settings/look", {"csrf_token": token, "theme": "dark", "size": "100"}).status_code == 302
    finally:
        again.close()


def test_every_answer_carries_the_headers_that_keep_others_out(busy: House, seats: dict[str, Seat]) -> None:
    for path in ("/", "/login", "/nothing-here", "/healthz", "/tickets/1", "/desk/queue"):
        headers = seats["operator"].get(path).headers
        policy = headers["Content-Security-Policy"]
        for rule in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
            assert rule in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_one_time_password_opens_nothing_but_the_page_to_change_it(house: House) -> None:
    house.office.users.reset("wang", "one-time-1234", house.user("li"))
    seat = house.stranger(language="en")
    seat.sign_in("wang", "one-time-1234")
    assert seat.get("/").headers["Location"] == "/settings/password"
    assert seat.fragment("/desk/queue").status_code == 302
    state = seat.get("/session")
    assert state.status_code == 200, "the page itself asks, and an answer that is no JSON would break it"
    assert state.json is not None
    page = seat.html("/settings/password")
    assert "Choose your own password first" in page
    answer = seat.post(
        "/settings/password",
        {"old": "one-time-1234", "new": "quiet-river-12", "again": "quiet-river-12"},
        page="/settings/password",
    )
    assert answer.status_code == 302
    assert seat.get("/").status_code == 200, "the session that changed the password goes on"


def test_whom_a_lead_adds_has_to_choose_their_own_password(house: House) -> None:
    form = {"name": "zhou", "role": "operator", "password": "one-time-1234"}
    assert house.seat("li").post("/settings/users", form, page="/settings/users").status_code == 302
    seat = house.stranger()
    seat.sign_in("zhou", "one-time-1234")
    assert seat.get("/").headers["Location"] == "/settings/password"


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("wrong", "quiet-river-12", "quiet-river-12", "old"),
        (PASSWORDS["wang"], "short", "short", "new"),
        (PASSWORDS["wang"], "12345678", "12345678", "new"),
        (PASSWORDS["wang"], "quiet-river-12", "quiet-river-13", "again"),
    ],
)
def test_a_bad_new_password_is_told_beside_its_field(house: House, old: str, new: str, again: str, field: str) -> None:
    seat = house.seat("wang")
    answer = seat.post("/settings/password", {"old": old, "new": new, "again": again}, page="/settings/password")
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert f'value="{new}"' not in answer.text
    assert house.stranger().sign_in("wang", PASSWORDS["wang"]).status_code == 302


def test_there_is_no_user_before_somebody_adds_one(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    try:
        assert house.office.users.count() == 0
        for name in ("admin", "root", "demo", "wang"):
            assert house.stranger().sign_in(name, name).status_code == 401
    finally:
        house.close()
