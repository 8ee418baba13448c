"""Nobody looks behind a pseudonym alone, without a reason, or without a trace."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import FieldWrong, NotAllowed, NotFound, SignInThrottled
from appliance.people.reveal import GAP, MOST_WRONG, CodeWrong, NoLeader
from tests.appliance.people.reporter import NAME, NUMBER, office_with_reporter
from tests.appliance.small_office import SmallOffice

WHY, SECRET, LEADER = "法院调取证据函2026-17", "copper-kettle-51", "13500007777"


@pytest.fixture
def matter(tmp_path: Path) -> tuple[SmallOffice, int]:
    office, reporter = office_with_reporter(tmp_path)
    no = reporter.comes()
    reporter.is_protected(no)
    office.deliver()
    return office, no


def second(office: SmallOffice, role: str = "lead", name: str = "zhao") -> Any:
    return office.office.users.add(name, role, SECRET, "赵")


def on_duty(office: SmallOffice) -> None:
    now = office.clock.now()
    office.office.roster.add(
        "leader", now - timedelta(hours=1), now + timedelta(hours=8), office.lead, name="县领导", phone=LEADER
    )


def audited(office: SmallOffice) -> list[str]:
    return [row["action"] for row in office.store.rows("SELECT action FROM audit WHERE action LIKE 'identity%'")]


def reveal(office: SmallOffice, no: int, **more: Any) -> Any:
    given = {"reason": WHY, "name": "zhao", "password": SECRET, "address": "127.0.0.1", **more}
    return office.office.reveal.with_password(no, office.li, **given)


def test_a_second_users_password_shows_who_it_is(matter: Any) -> None:
    office, no = matter
    second(office)
    shown = reveal(office, no)
    assert (shown.name, shown.numbers) == (NAME, (NUMBER,))
    (access,) = office.office.reveal.accesses(no, office.lead)
    assert (access.asked_by, access.second, access.method, access.reason) == ("李四", "赵", "password", WHY)
    assert access.was_shown
    assert audited(office) == ["identity_asked_password", "identity_seen"]


def test_nobody_is_his_own_second_person(matter: Any) -> None:
    office, no = matter
    with pytest.raises(FieldWrong, match="somebody else"):
        reveal(office, no, name="LI")
    assert audited(office) == []


def test_without_a_reason_nothing_is_shown(matter: Any) -> None:
    office, no = matter
    second(office)
    with pytest.raises(FieldWrong, match="why"):
        reveal(office, no, reason="  x ")


def test_a_wrong_password_is_written_down_and_counts_like_a_sign_in(matter: Any) -> None:
    office, no = matter
    second(office)
    with pytest.raises(FieldWrong):
        reveal(office, no, password="wrong-wrong")
    assert audited(office) == ["identity_refused"]
    with pytest.raises(SignInThrottled):  # noqa: PT012 - so many that one is refused
        for _ in range(30):
            try:
                reveal(office, no, password="wrong-wrong")
            except FieldWrong:
                continue


@pytest.mark.parametrize("role", ["technician", "unit"])
def test_not_everybody_can_stand_by(matter: Any, role: str) -> None:
    office, no = matter
    department = office.department().id if role == "unit" else None
    office.office.users.add("zhao", role, SECRET, "赵", department)
    with pytest.raises(FieldWrong, match="stand by"):
        reveal(office, no)


def test_only_the_desk_may_ask(matter: Any) -> None:
    office, no = matter
    auditor = second(office, "auditor", "shen")
    with pytest.raises(NotAllowed):
        office.office.reveal.can(no, auditor)
    with pytest.raises(NotAllowed):
        office.office.reveal.accesses(no, auditor)


def test_behind_an_ordinary_ticket_there_is_nobody(matter: Any) -> None:
    office, _ = matter
    second(office)
    office.text(from_="13800007777", text="东街路灯不亮了")
    no = office.last_no()
    assert not office.office.reveal.can(no, office.li)
    with pytest.raises(NotFound):
        reveal(office, no)


def test_the_duty_leaders_code_shows_who_it_is_once(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    access = office.office.reveal.ask_leader(no, WHY, office.li)
    code = code_sent(office)
    shown = office.office.reveal.with_code(no, access, code, office.li)
    assert shown.numbers == (NUMBER,)
    with pytest.raises(CodeWrong):
        office.office.reveal.with_code(no, access, code, office.li)


def code_sent(office: SmallOffice) -> str:
    office.deliver()
    (text,) = office.phone(LEADER)
    assert NUMBER not in text
    assert NAME not in text
    digits = "".join(sign if sign.isdecimal() else " " for sign in text.split("验证码")[1]).split()
    return digits[0]


def test_the_code_stands_in_no_row_so_nobody_at_the_desk_can_read_it(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    office.office.reveal.ask_leader(no, WHY, office.li)
    code = code_sent(office)
    assert GAP in office.outbox(purpose="code")[0]["text"]
    assert all(code not in row["text"] for row in office.outbox())
    raw = b"".join(path.read_bytes() for path in office.folder.glob("hotline.db*"))
    assert code.encode() not in raw


def test_writing_the_gaps_sign_to_oneself_brings_no_code(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    access = office.office.reveal.ask_leader(no, WHY, office.li)
    office.office.messages.write("13800001234", f"{GAP} [code {access}]", office.li)
    code = code_sent(office)
    assert office.phone("13800001234") == [f"{GAP} [code {access}]"]
    assert code


def test_three_wrong_codes_end_it(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    access = office.office.reveal.ask_leader(no, WHY, office.li)
    code = code_sent(office)
    for _ in range(MOST_WRONG):
        with pytest.raises(CodeWrong):
            office.office.reveal.with_code(no, access, "12", office.li)
    with pytest.raises(CodeWrong):
        office.office.reveal.with_code(no, access, code, office.li)
    assert audited(office).count("identity_refused") == MOST_WRONG + 1


def test_a_code_is_good_for_ten_minutes_and_for_who_asked(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    access = office.office.reveal.ask_leader(no, WHY, office.li)
    code = code_sent(office)
    with pytest.raises(CodeWrong):
        office.office.reveal.with_code(no, access, code, office.lead)
    office.wait(minutes=11)
    with pytest.raises(CodeWrong):
        office.office.reveal.with_code(no, access, code, office.li)


def test_pressed_twice_the_leader_is_texted_once(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    first = office.office.reveal.ask_leader(no, WHY, office.li)
    assert office.office.reveal.ask_leader(no, WHY, office.li) == first
    office.deliver()
    assert len(office.phone(LEADER)) == 1


def test_a_code_that_waited_too_long_for_its_line_is_not_sent_at_all(matter: Any) -> None:
    office, no = matter
    on_duty(office)
    office.office.reveal.ask_leader(no, WHY, office.li)
    office.clock.advance(660)
    office.deliver()
    assert office.phone(LEADER) == []
    assert office.outbox(purpose="code")[0]["state"] == "failed"


def test_without_a_leader_on_duty_it_says_what_to_do(matter: Any) -> None:
    office, no = matter
    with pytest.raises(NoLeader):
        office.office.reveal.ask_leader(no, WHY, office.li)


def test_a_reason_that_names_the_reporter_is_kept_without_him(matter: Any) -> None:
    office, no = matter
    second(office)
    reveal(office, no, reason=f"{NAME} {NUMBER}要求更正")
    (access,) = office.office.reveal.accesses(no, office.li)
    assert NAME not in access.reason
    assert NUMBER not in access.reason
