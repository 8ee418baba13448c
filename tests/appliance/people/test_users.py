from __future__ import annotations

import pytest
from werkzeug.security import check_password_hash

from appliance.casework.lifecycle import Actor
from appliance.errors import FieldWrong, NotAllowed, NotFound, SignInRefused, SignInThrottled
from appliance.people import passwords, roles
from appliance.people.roles import Role, Sight
from tests.appliance.office_bed import Bed

GOOD = "correct horse"
SEAT, ELSEWHERE = "192.168.1.20", "192.168.1.30"


@pytest.fixture
def li(office: Bed) -> Bed:
    office.users.add("li", "operator", GOOD, "李")
    return office


def guess(office: Bed, times: int, address: str = SEAT, name: str = "li") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            office.users.sign_in(name, "wrong guess", address)


def test_whoever_signs_in_is_known_by_the_token(li: Bed) -> None:
    token, user = li.users.sign_in("li", GOOD, SEAT)
    assert (user.name, user.display_name, user.role, user.must_change) == ("li", "李", Role.OPERATOR, False)
    assert li.users.by_token(token) == user
    assert li.users.by_token("") is None
    assert li.users.by_token(token + "x") is None


def test_a_name_is_the_same_in_large_letters(li: Bed) -> None:
    assert li.users.sign_in(" LI ", GOOD, SEAT)[1].name == "li"


def test_the_token_has_256_bits_and_only_its_digest_is_kept(li: Bed) -> None:
    token, _ = li.users.sign_in("li", GOOD, SEAT)
    other, _ = li.users.sign_in("li", GOOD, SEAT)
    assert len(token) >= 43
    assert token != other
    kept = str(li.everything())
    assert token not in kept
    assert GOOD not in kept


def test_names_and_addresses_of_attempts_are_kept_as_digests(li: Bed) -> None:
    guess(li, 1, name="nobody-here")
    assert "nobody-here" not in str(li.everything())
    assert SEAT not in str(li.everything())


@pytest.mark.parametrize("name", ["li", "nobody", "", "li'--", "\x00"])
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(li: Bed, name: str) -> None:
    with pytest.raises(SignInRefused) as refused:
        li.users.sign_in(name, "wrong guess", SEAT)
    assert str(refused.value) == SignInRefused.message


@pytest.mark.parametrize("name", ["li", "nobody", "gone"])
def test_a_name_that_is_not_there_costs_the_same_work(li: Bed, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    li.users.add("gone", "operator", GOOD)
    li.users.disable("gone")
    compared: list[str] = []

    def compare(kept: str, typed: str) -> bool:
        compared.append(kept.partition("$")[0])
        return check_password_hash(kept, typed)

    monkeypatch.setattr(passwords, "check_password_hash", compare)
    with pytest.raises(SignInRefused):
        li.users.sign_in(name, "wrong guess", SEAT)
    assert compared == [passwords.METHOD]


def test_five_wrong_guesses_make_this_name_wait_at_this_address_only(li: Bed) -> None:
    li.users.add("wang", "lead", GOOD)
    guess(li, 5)
    with pytest.raises(SignInThrottled) as throttled:
        li.users.sign_in("li", GOOD, SEAT)
    assert throttled.value.fields == {"minutes": 15}
    assert li.users.sign_in("li", GOOD, ELSEWHERE)
    assert li.users.sign_in("wang", GOOD, SEAT)


def test_the_wait_ends(li: Bed) -> None:
    guess(li, 5)
    li.pass_time(minutes=14, seconds=59)
    with pytest.raises(SignInThrottled) as throttled:
        li.users.sign_in("li", GOOD, SEAT)
    assert throttled.value.fields == {"minutes": 1}
    li.pass_time(seconds=1)
    assert li.users.sign_in("li", GOOD, SEAT)


def test_trying_while_one_must_wait_does_not_lengthen_the_wait(li: Bed) -> None:
    guess(li, 5)
    for _ in range(10):
        with pytest.raises(SignInThrottled):
            li.users.sign_in("li", "wrong guess", SEAT)
    li.pass_time(minutes=15)
    assert li.users.sign_in("li", GOOD, SEAT)


def test_a_success_forgives_what_was_before(li: Bed) -> None:
    guess(li, 4)
    li.users.sign_in("li", GOOD, SEAT)
    guess(li, 4)
    assert li.users.sign_in("li", GOOD, SEAT)


def test_unknown_names_are_throttled_like_known_ones(li: Bed) -> None:
    guess(li, 5, name="nobody")
    with pytest.raises(SignInThrottled):
        li.users.sign_in("nobody", "wrong guess", SEAT)


def test_a_wrong_clock_locks_nobody_out(li: Bed) -> None:
    li.is_clock_ok = False
    guess(li, 12)
    assert li.users.sign_in("li", GOOD, SEAT)


def test_failures_noted_by_a_clock_that_was_ahead_lock_nobody_out(li: Bed) -> None:
    li.pass_time(days=400)
    guess(li, 5)
    li.pass_time(days=-400)
    assert li.users.sign_in("li", GOOD, SEAT)


def test_a_session_ends_after_twelve_hours_whatever_happens_in_it(li: Bed) -> None:
    token, user = li.users.sign_in("li", GOOD, SEAT)
    for _ in range(11):
        li.pass_time(hours=1)
        assert li.users.by_token(token) == user
    li.pass_time(minutes=59)
    assert li.users.by_token(token) == user
    li.pass_time(minutes=1)
    assert li.users.by_token(token) is None


def test_a_wrong_clock_signs_nobody_out(li: Bed) -> None:
    token, user = li.users.sign_in("li", GOOD, SEAT)
    li.is_clock_ok = False
    li.pass_time(days=4000)
    assert li.users.by_token(token) == user


def test_being_seen_is_written_once_a_minute_at_most(li: Bed) -> None:
    token, _ = li.users.sign_in("li", GOOD, SEAT)
    seen = []
    for _ in range(12):
        li.pass_time(seconds=10)
        li.users.by_token(token)
        seen.append(li.rows("session")[0][4])
    assert len(set(seen)) == 3  # at sign-in, after one minute, after two


def test_signing_out_ends_this_session_only(li: Bed) -> None:
    here, _ = li.users.sign_in("li", GOOD, SEAT)
    there, _ = li.users.sign_in("li", GOOD, ELSEWHERE)
    li.users.sign_out(here)
    li.users.sign_out("no such token")
    assert li.users.by_token(here) is None
    assert li.users.by_token(there) is not None


def test_a_disabled_user_is_out_at_once_and_stays_out(li: Bed) -> None:
    token, _ = li.users.sign_in("li", GOOD, SEAT)
    li.users.disable("LI")
    assert li.users.by_token(token) is None
    with pytest.raises(SignInRefused):
        li.users.sign_in("li", GOOD, SEAT)
    assert [(user.name, user.is_disabled) for user in li.users.all()] == [("li", True)]
    assert li.users.count() == 1


def test_a_reset_password_is_to_be_changed_and_ends_every_session(li: Bed) -> None:
    token, _ = li.users.sign_in("li", GOOD, SEAT)
    li.users.reset("li", "another horse")
    assert li.users.by_token(token) is None
    new_token, user = li.users.sign_in("li", "another horse", SEAT)
    assert user.must_change
    li.users.change_password(user, "another horse", "a third horse", keep_token=new_token)
    after = li.users.by_token(new_token)
    assert after is not None
    assert not after.must_change
    assert li.users.sign_in("li", "a third horse", ELSEWHERE)


def test_changing_the_password_ends_the_other_sessions(li: Bed) -> None:
    here, user = li.users.sign_in("li", GOOD, SEAT)
    there, _ = li.users.sign_in("li", GOOD, ELSEWHERE)
    with pytest.raises(FieldWrong) as wrong:
        li.users.change_password(user, "not it", "another horse")
    assert wrong.value.field == "old"
    assert li.users.by_token(there) is not None
    li.users.change_password(user, GOOD, "another horse", keep_token=here)
    assert li.users.by_token(here) is not None
    assert li.users.by_token(there) is None


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "two words"}),
        ("name", {"name": "x" * 41}),
        ("name", {"name": "LI"}),  # taken
        ("role", {"role": "king"}),
        ("password", {"password": "12345678"}),
        ("department_id", {"role": "unit"}),
        ("department_id", {"department_id": 1}),
        ("department_id", {"role": "unit", "department_id": 999}),
    ],
)
def test_a_user_that_cannot_be_is_refused_by_field_and_nothing_is_written(
    li: Bed, field: str, values: dict[str, object]
) -> None:
    assert li.city.id == 1
    before = li.everything()
    with pytest.raises(FieldWrong) as wrong:
        li.users.add(**{"name": "new", "role": "operator", "password": GOOD, **values})  # type: ignore[arg-type]
    assert wrong.value.field == field
    assert li.everything() == before


def test_a_department_user_acts_for_its_department(li: Bed) -> None:
    user = li.users.add("cheng", "unit", GOOD, department_id=li.city.id)
    assert user.department_id == li.city.id
    assert user.actor is Actor.UNIT


def test_only_the_lead_and_the_shell_keep_users(li: Bed) -> None:
    for role in Role:
        user = li.user(f"a-{role}", role, li.city if role is Role.UNIT else None)
        if roles.row(role).keeps_users:
            li.users.add(f"new-{role}", "operator", GOOD, by=user)
            continue
        for attempt in (
            lambda by: li.users.add("new", "operator", GOOD, by=by),
            lambda by: li.users.disable("li", by=by),
            lambda by: li.users.reset("li", "another horse", by=by),
        ):
            with pytest.raises(NotAllowed):
                attempt(user)
    assert [user.name for user in li.users.all() if user.name.startswith("new")] == ["new-lead"]


def test_adding_resetting_and_disabling_twice_by_one_form_is_done_once(li: Bed) -> None:
    first, second = (li.users.add("zhao", "operator", "tall bridge", by=li.wang, token="form") for _ in range(2))
    assert first == second
    for _ in range(2):
        li.users.reset("zhao", "another horse", li.wang, token="form")
    li.users.reset("zhao", "a third horse", li.wang, token="another form")
    for _ in range(2):
        li.users.disable("zhao", li.wang)
    told = li.store.rows("SELECT action FROM audit WHERE entity = 'user' AND entity_id = ? ORDER BY seq", (first.id,))
    assert [row["action"] for row in told] == ["user_added", "password_reset", "password_reset", "user_disabled"]


def test_asking_whether_somebody_is_signed_in_writes_nothing(li: Bed) -> None:
    token, _ = li.users.sign_in("li", GOOD, SEAT)
    before = [tuple(row) for row in li.rows("session")]
    li.clock.advance(hours=3)
    assert li.users.is_signed_in(token)
    assert [tuple(row) for row in li.rows("session")] == before
    li.clock.advance(hours=10)
    assert not li.users.is_signed_in(token)
    assert not li.users.is_signed_in("")


def test_nobody_disables_themselves_and_nobody_who_is_not_there(li: Bed) -> None:
    with pytest.raises(FieldWrong):
        li.users.disable("wang", by=li.wang)
    with pytest.raises(NotFound):
        li.users.disable("nobody")
    with pytest.raises(NotFound):
        li.users.reset("nobody", "another horse")
    with pytest.raises(NotFound):
        li.users.by_id(999)


def test_roles_that_only_read_move_nothing(office: Bed) -> None:
    for role in (Role.LEADER, Role.AUDITOR, Role.TECHNICIAN):
        with pytest.raises(NotAllowed):
            _ = office.user(str(role), role).actor


def test_every_role_has_its_row_and_only_the_technician_sees_no_ticket() -> None:
    assert {row.role for row in roles.ROLES} == set(Role)
    assert [row.role for row in roles.ROLES if row.tickets is Sight.NONE] == [Role.TECHNICIAN]
    assert [row.role for row in roles.ROLES if row.actor in {Actor.OPERATOR, Actor.LEAD}] == [Role.OPERATOR, Role.LEAD]


def test_the_language_is_kept_and_an_unknown_one_refused(li: Bed) -> None:
    _, user = li.users.sign_in("li", GOOD, SEAT)
    li.users.set_language(user, "en")
    assert li.users.by_id(user.id).language == "en"
    with pytest.raises(FieldWrong):
        li.users.set_language(user, "tlh")


def test_what_is_done_with_users_stands_in_the_audit(li: Bed) -> None:
    guess(li, 1)
    _, user = li.users.sign_in("li", GOOD, SEAT)
    li.users.change_password(user, GOOD, "another horse")
    li.users.reset("li", GOOD, by=li.wang)
    li.users.disable("li", by=li.wang)
    found = [(row["action"], row["role"], row["user_id"]) for row in li.store.rows("SELECT * FROM audit ORDER BY seq")]
    assert found == [
        ("user_added", "shell", None),
        ("sign_in_refused", "system", None),
        ("sign_in", "operator", user.id),
        ("password_changed", "operator", user.id),
        ("password_reset", "lead", li.wang.id),
        ("user_disabled", "lead", li.wang.id),
    ]


def test_attempts_and_sessions_are_kept_in_bounded_number(li: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.sessions.KEPT_ATTEMPTS", 3)
    monkeypatch.setattr("db.sessions.KEPT_SESSIONS", 2)
    for _ in range(5):
        li.users.sign_in("li", GOOD, SEAT)
    assert len(li.rows("sign_in_attempt")) == 3
    assert len(li.rows("session")) == 2


def test_a_shown_name_fits_the_screen(office: Bed) -> None:
    assert office.users.add("a", "operator", GOOD, "李" * 40).display_name == "李" * 40
    with pytest.raises(FieldWrong) as wrong:
        office.users.add("b", "operator", GOOD, "李" * 41)
    assert wrong.value.field == "display_name"
    assert office.users.count() == 1


def test_only_the_boxs_own_command_line_gives_a_password_to_keep(office: Bed) -> None:
    lead = office.users.add("lead", "lead", GOOD)
    assert not lead.must_change
    assert office.users.add("new", "operator", GOOD, by=lead).must_change
