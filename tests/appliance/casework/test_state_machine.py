"""Ten thousand steps at random through the whole life of tickets, and what must hold after every one of them.

Two users with versions they read some time ago, departments by web, text message and paper, citizens, requests, a
clock that jumps and is not always believed, an office that changes its mode. No illegal state, no lost update, and the
history told again is the state.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from appliance.casework import guards, lifecycle
from appliance.casework.lifecycle import Actor, MoveRefused
from appliance.casework.replay import replay
from appliance.casework.requests import REQUESTS
from appliance.errors import FieldWrong, NeedsLead, NotAllowed, NotFound, TicketChanged
from appliance.people.roles import Role
from tests import rounds
from tests.appliance.office_bed import Bed

REFUSALS = (MoveRefused, FieldWrong, NeedsLead, NotAllowed, NotFound)
STEPS_OF_ONE = 50
ENDS = ["void", "reject", "answer", "withdraw", "transfer"]
DESK_MOVES = [row.key for row in lifecycle.MOVES if row.key not in {"open", "merge", *ENDS}]
UNIT_MOVES = ["sign", "reply", "return", "ask_extension"]
FORWARD = ["accept", "dispatch", "sign", "reply", "approve", "rate"]

WHICH, WHO = st.integers(0, 2), st.integers(0, 1)


class WholeLife(RuleBasedStateMachine):
    def __init__(self, office: Bed, steps: list[int]) -> None:
        super().__init__()
        self.office, self.steps = office, steps
        office.staff()
        office.set_mode("simple")
        office.is_clock_ok = True
        self.mode = "simple"
        self.users = (office.li, office.wang)
        self.unit_user = office.user("cheng", Role.UNIT, office.city)
        self.numbers = [office.ticket("draft").no, office.ticket("accepted").no, office.ticket("in_progress").no]
        self.seen = {(who, no): office.tickets.row(no).version for who in (0, 1) for no in self.numbers}
        self.count = 0
        self.rows: dict[int, Any] = {}
        self.stamped_before = self.stamped()
        self.remember()

    # --- the steps ---

    @rule(who=WHO, which=WHICH)
    def reads(self, who: int, which: int) -> None:
        no = self.numbers[which]
        page = self.office.tickets.page(no, self.users[who])
        self.seen[who, no] = page.row.version
        assert {move.key for move in page.moves} <= {row.key for row in lifecycle.MOVES}

    @rule(which=WHICH)
    def comes(self, which: int) -> None:
        """A new matter where an old one has ended."""
        if not self.rows[self.numbers[which]]["is_open"]:
            self.numbers[which] = no = self.office.ticket("draft").no
            self.seen |= {(who, no): self.office.tickets.row(no).version for who in (0, 1)}
            self.remember()

    @rule(who=WHO, which=WHICH, move=st.sampled_from(ENDS), given=st.data())
    def ends(self, who: int, which: int, move: str, given: st.DataObject) -> None:
        if self.count % 3 == 0:  # else hardly any would live long
            self.seen[who, self.numbers[which]] = self.rows[self.numbers[which]]["version"]
            self.moves(who, which, move, given)
        self.count += 1

    @rule(who=WHO, which=WHICH, choice=st.integers(0, 30), given=st.data())
    def looks_and_moves(self, who: int, which: int, choice: int, given: st.DataObject) -> None:
        """One of the moves that the page offers, most often; co-departments' parts, which it offers elsewhere."""
        self.reads(who, which)
        page = self.office.tickets.page(self.numbers[which], self.users[who])
        offered = [move.key for move in page.moves if move.key not in {"merge", *ENDS}]
        offered += lifecycle.CO_MOVES.values() if page.co_assignments else []
        if offered:
            self.moves(who, which, offered[choice % len(offered)], given)

    @rule(who=WHO, which=WHICH, move=st.sampled_from(DESK_MOVES), given=st.data())
    def moves(self, who: int, which: int, move: str, given: st.DataObject) -> None:
        """With the version that this user saw last, however old that is."""
        no, by = self.numbers[which], self.users[who]
        version = self.seen[who, no]
        try:
            self.office.tickets.move(no, move, by, version=version, **self.words(move, given))
        except TicketChanged:
            assert version != self.rows[no]["version"]
            self.nothing_moved()
        except NeedsLead:
            assert (self.mode, by.role) == ("full", Role.OPERATOR) or move == "approve"
            assert move in {found.kind for found in self.office.tickets.requests_of(no) if found.is_open}
            self.nothing_moved()
        except REFUSALS:
            self.nothing_moved()
        else:
            assert version == self.rows[no]["version"], "a stale version was let through"
            self.moved(no)

    @rule(which=WHICH)
    def goes_its_way(self, which: int) -> None:
        """So that tickets come far: what usually happens next, by whoever has just looked."""
        no, row = self.numbers[which], self.rows[self.numbers[which]]
        move = next((key for key in FORWARD if row["status"] in lifecycle.move(key).from_statuses), "reopen")
        version = row["version"]
        given: dict[str, Any] = {"department_id": self.office.city.id} if move == "dispatch" else {}
        given |= {"text": "已修复。"} if move == "reply" else {"rating": 4} if move == "rate" else {"reason": "有原因"}
        self.attempt(no, lambda: self.office.tickets.move(no, move, self.office.wang, version=version, **given))

    @rule(child=WHICH, parent=WHICH)
    def joins(self, child: int, parent: int) -> None:
        no, other_no = self.numbers[child], self.numbers[parent]
        if self.count % 4 == 0:
            self.attempt(no, lambda: self.office.make(no, "merge", Actor.LEAD, other_no=other_no))
        self.count += 1

    @rule(which=WHICH, move=st.sampled_from(UNIT_MOVES), is_co=st.booleans())
    def texts(self, which: int, move: str, is_co: bool) -> None:
        """A handler's message has no version: it says what it says whenever it comes."""
        no, handler = self.numbers[which], self.office.he if is_co else self.office.chen
        self.attempt(no, lambda: self.office.make(no, move, Actor.UNIT, handler_id=handler.id))

    @rule(which=WHICH, move=st.sampled_from(UNIT_MOVES))
    def clicks(self, which: int, move: str) -> None:
        no = self.numbers[which]
        given: dict[str, Any] = {"text": "已修复。", "reason": "x", "days": 1}
        version = self.rows[no]["version"]
        self.attempt(no, lambda: self.office.tickets.move(no, move, self.unit_user, version=version, **given))

    @rule(which=WHICH, move=st.sampled_from(["sign", "reply", "return"]), hours_ago=st.integers(-1, 100))
    def brings_paper(self, which: int, move: str, hours_ago: int) -> None:
        no = self.numbers[which]
        at = self.office.clock.now() - timedelta(hours=hours_ago)
        self.attempt(no, lambda: self.office.make(no, move, happened_at=at, for_unit=True, contacted=True))

    @rule(which=WHICH, rating=st.integers(0, 6))
    def citizen_rates(self, which: int, rating: int) -> None:
        no = self.numbers[which]
        self.attempt(no, lambda: self.office.make(no, "rate", Actor.CITIZEN, rating=rating))

    @rule(which=WHICH, kind=st.sampled_from([*REQUESTS, "supervise", "redo"]), days=st.integers(0, 12))
    def asks(self, which: int, kind: str, days: int) -> None:
        no = self.numbers[which]
        self.office.tickets.ask(no, kind, days=days, text="请批准", handler_id=self.office.chen.id)
        self.nothing_moved()

    @rule(which=WHICH, who=WHO, grant=st.booleans())
    def decides(self, which: int, who: int, grant: bool) -> None:
        no = self.numbers[which]
        waiting = [found.id for found in self.office.tickets.requests_of(no) if found.is_open]
        if waiting:
            tickets, by = self.office.tickets, self.users[who]
            self.attempt(no, lambda: tickets.decide(waiting[0], grant, by, "按规定"), may_stay=True)

    @rule(hours=st.integers(0, 400))
    def time_passes(self, hours: int) -> None:
        self.office.pass_time(hours=hours)
        self.office.tickets.sweep(self.office.clock.now())
        self.remember()

    @rule(days=st.sampled_from([-400, -1, 1, 40]), is_known=st.booleans())
    def clock_jumps(self, days: int, is_known: bool) -> None:
        """The time is set, to whatever; the box may doubt it."""
        self.office.clock.step(timedelta(days=days).total_seconds())
        self.office.is_clock_ok = is_known
        if is_known:
            self.office.tickets.recompute_due(self.office.clock.now())
            self.office.tickets.sweep(self.office.clock.now())
        self.remember()

    @rule(mode=st.sampled_from(["simple", "full"]))
    def office_changes(self, mode: str) -> None:
        self.office.set_mode(mode)
        self.mode = mode
        self.stamped_before = self.stamped()

    # --- what must hold ---

    @invariant()
    def history_told_again_is_the_state(self) -> None:
        for no, row in self.rows.items():
            moves = self.office.store.rows("SELECT * FROM ticket_move WHERE ticket_id = ? ORDER BY id", (row["id"],))
            assert replay(moves) == row["status"], no

    @invariant()
    def no_state_is_illegal(self) -> None:
        for row in self.rows.values():
            status = lifecycle.status(row["status"])
            assert bool(row["is_open"]) is status.is_open
            assert (row["paused_at"] is not None) is (row["resume_at"] is not None) is (status.key == "paused")
            assert (row["parent_id"] is not None) is (status.key == "merged")
            assert (row["closed_at"] is not None) is not status.is_open
            assert (row["archived_at"] is not None) is (status.key == "archived")
            assert row["redos"] <= guards.MOST_REDOS
            assert row["extensions"] <= 1
            assert row["stage_due_at"] is None or status.own_clock is not None

    @invariant()
    def who_has_it_in_hand_has_one_task(self) -> None:
        for row in self.rows.values():
            tasks = self.office.store.rows(
                "SELECT * FROM assignment WHERE ticket_id = ? AND ended_at IS NULL", (row["id"],)
            )
            leading = [task["id"] for task in tasks if task["role"] == "lead"]
            is_with_unit = row["status"] in lifecycle.WITH_UNIT
            assert leading == ([row["assignment_id"]] if is_with_unit else [])
            assert is_with_unit or not tasks
            if is_with_unit:
                assert row["due_at"] is not None or row["due_basis"] == "clock"
                assert {(task["due_at"], task["due_basis"]) for task in tasks if task["id"] in leading} == {
                    (row["due_at"], row["due_basis"])
                }

    @invariant()
    def nothing_waits_for_a_word_that_has_no_sense_any_more(self) -> None:
        for no, row in self.rows.items():
            kinds = {found.kind for found in self.office.tickets.requests_of(no) if found.is_open}
            if not lifecycle.status(row["status"]).is_open:
                assert kinds <= {"exclusion"}

    @invariant()
    def nobody_decides_alone_where_there_is_a_lead(self) -> None:
        if self.mode == "full":
            assert self.stamped() == self.stamped_before

    # --- inside ---

    def words(self, move: str, given: st.DataObject) -> dict[str, Any]:
        """What a form would hold: usually enough, sometimes wrong."""
        rating, days = given.draw(st.integers(0, 6)), given.draw(st.integers(0, 12))
        with_co = given.draw(st.booleans())
        all_of_it: dict[str, Any] = {
            "department_id": self.office.city.id,
            "co_department_ids": (self.office.water.id,) if with_co else (),
            "text": "已修复。",
            "reason": "有原因",
            "where": "省平台",
            "ground": ("court", "", "no such ground")[days % 3] if move == "reject" else "",
            "rating": rating,
            "days": days,
            "other_no": self.numbers[days % 3],
            "override": with_co,
        }
        if move.startswith("co_"):
            all_of_it["department_id"] = self.office.water.id
        return all_of_it

    def attempt(self, no: int, act: Any, *, may_stay: bool = False) -> None:
        try:
            act()
        except (*REFUSALS, TicketChanged):
            self.nothing_moved()
        else:
            self.moved(no, may_stay=may_stay)

    @invariant()
    def counts(self) -> None:
        self.steps[0] += 1

    def remember(self) -> None:
        self.rows = {no: self.row(no) for no in self.numbers}

    def row(self, no: int) -> Any:
        return dict(self.office.store.row("SELECT * FROM ticket WHERE no = ?", (no,)) or {})

    def nothing_moved(self) -> None:
        for no in self.numbers:
            assert self.row(no) == self.rows[no], "a refused step changed a ticket"

    def moved(self, no: int, *, may_stay: bool = False) -> None:
        before = self.rows
        self.remember()
        assert self.rows[no]["version"] > before[no]["version"] or may_stay
        for other in self.numbers:
            is_child = self.rows[no]["id"] in {before[other]["parent_id"], self.rows[other]["parent_id"]}
            assert other == no or is_child or self.rows[other] == before[other], "another ticket was changed"

    def stamped(self) -> int:
        found = self.office.store.row("SELECT count(*) AS n FROM ticket_move WHERE is_self_approved = 1")
        return int(found["n"]) if found else 0


def test_ten_thousand_steps_leave_no_illegal_state_and_lose_no_update(office: Bed) -> None:
    """What hypothesis draws depends on the modules that are loaded: it walks on until it has been nearly everywhere."""
    wanted, steps = rounds.count(10_000, soak=200_000), [0]
    enough = len(lifecycle.MOVES) - 4
    while steps[0] < wanted or (len(made(office)) < enough and steps[0] < 5 * wanted):
        run_state_machine_as_test(
            lambda: WholeLife(office, steps),  # type: ignore[arg-type]
            settings=settings(
                max_examples=max(wanted // STEPS_OF_ONE // 4, (wanted - steps[0]) // STEPS_OF_ONE),
                stateful_step_count=STEPS_OF_ONE,
                deadline=None,
                database=None,
                derandomize=not rounds.is_soak() and steps[0] == 0,  # the same walk twice would see nothing new
                phases=(Phase.generate,),  # a shorter example would begin with another past of the office
            ),
        )
    reached = {row["to_status"] for row in office.store.rows("SELECT DISTINCT to_status FROM ticket_move")}
    assert reached == {row.key for row in lifecycle.STATUSES}
    assert len(made(office)) >= enough
    assert office.audit.verify().is_whole


def made(office: Bed) -> set[str]:
    return {row["move"] for row in office.store.rows("SELECT DISTINCT move FROM ticket_move")}
