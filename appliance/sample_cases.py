"""The sample county's particular cases, told by the office's own services: what a new user wants to see at work.

One event of many citizens, a rush, a confidential report, a quarrel on duty, a redo, a caller who disturbs, papers
taken in for somebody, and a roster. Times are those of the clock that is handed in, which the teller moves.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from appliance.casework.lifecycle import Actor
from appliance.casework.tickets import TicketForm
from appliance.clock import FastClock
from appliance.office import Office
from appliance.people.user import User

MINUTES = 7.0  # between two steps


class Cases:
    def __init__(self, office: Office, clock: FastClock, *, operator: User, lead: User, cases: dict[str, Any]) -> None:
        self._office, self._clock, self._operator, self._lead, self._cases = office, clock, operator, lead, cases
        self._units = {unit.code: unit.id for unit in office.departments.all()}

    def tell(self) -> None:
        for story in (self._event, self._surge, self._confidential, self._quarrel, self._redo, self._nuisance):
            story()
        self._agency()
        self._question()
        self._duty()

    # --- one method per case ---

    def _event(self) -> None:
        case = self._cases["event"]
        nos = [
            self._office.tickets.create(self._form(case, text, f"{case['phones']}{place:02d}"), self._operator)
            for place, text in enumerate(case["texts"])
        ]
        self._pass()
        self._office.joining.join(nos[0], nos[1:], self._operator)
        self._move(nos[0], "dispatch", department_id=self._units[case["department"]])

    def _surge(self) -> None:
        case = self._cases["surge"]
        for place in range(case["count"]):
            form = self._form(case, case["text"], f"{case['phones']}{place:02d}")
            no = self._office.tickets.create(form, self._operator)
            self._move(no, "answer", text=case["reply"])
            self._clock.advance(minutes=2)

    def _confidential(self) -> None:
        case = self._cases["confidential"]
        no = self._office.tickets.create(self._form(case, case["content"], case["phone"]), self._operator)
        self._pass()
        self._move(no, "dispatch", department_id=self._units[case["department"]])

    def _quarrel(self) -> None:
        case = self._cases["quarrel"]
        no = self._office.tickets.create(self._form(case, case["content"], case["phone"]), self._operator)
        asked = tuple(self._units[code] for code in case["asked"])
        self._move(no, "confer", reason=case["reason"], co_department_ids=asked)
        self._pass()
        self._office.conferences.opinions.write_down(no, asked[0], "not_ours", case["opinion"], self._operator)
        version = self._office.tickets.row(no).version
        self._office.tickets.move(
            no, "decide", self._lead, version=version, department_id=self._units[case["decided"]], text=case["minutes"]
        )

    def _redo(self) -> None:
        case = self._cases["redo"]
        no = self._office.tickets.create(self._form(case, case["content"], case["phone"]), self._operator)
        unit = self._units[case["department"]]
        self._move(no, "dispatch", department_id=unit)
        handler = self._office.departments.handlers(unit)[0].id
        for reply in case["replies"]:
            self._make(no, "reply", Actor.UNIT, handler_id=handler, text=reply)
            self._move(no, "approve")
            self._make(no, "rate", Actor.CITIZEN, rating=2)
            if reply != case["replies"][-1]:
                self._move(no, "redo", reason=case["wish"])

    def _nuisance(self) -> None:
        case = self._cases["nuisance"]
        self._office.nuisance.put(case["phone"], "warn", self._operator, reason=case["reason"])

    def _agency(self) -> None:
        case = self._cases["agency"]
        service = self._office.agency.add_service(
            self._lead,
            name_zh=case["name_zh"],
            name_en=case["name_en"],
            department_id=self._units[case["department"]],
            limit_days=case["limit_days"],
            materials="\n".join(case["materials"]),
        )
        self._office.agency.receive(service, self._operator, name=case["who"], phone=case["phone"], given=case["given"])

    def _question(self) -> None:
        case, gaps = self._cases["question"], self._office.knowledge.gaps
        unit = self._units[case["department"]]
        asked = gaps.ask(case["text"], self._operator, department_id=unit, category=case["category"])
        gaps.answer(asked, case["answer"], self._operator)

    def _duty(self) -> None:
        """From now on for a month: whoever tries the demo sees who is told."""
        now = self._clock.now()
        for role in ("leader", "backup"):
            name, phone = self._cases["duty"][role]
            self._office.roster.add(role, now, now + timedelta(days=30), self._lead, name=name, phone=phone)

    # --- small steps ---

    def _form(self, case: dict[str, Any], content: str, phone: str) -> TicketForm:
        return TicketForm(
            title=case.get("title", content[:20]),
            content=content,
            place=case["place"],
            contact_name=case.get("name", ""),
            contact_phone=phone,
            type=case["type"],
            category=case["category"],
            town=case["town"],
        )

    def _move(self, no: int, key: str, **given: Any) -> None:
        version = self._office.tickets.row(no).version
        self._office.tickets.move(no, key, self._operator, version=version, **given)
        self._pass()

    def _make(self, no: int, key: str, actor: Actor, **given: Any) -> None:
        self._office.tickets.make_move(no, key, actor=actor, **given)
        self._pass()

    def _pass(self) -> None:
        self._clock.advance(minutes=MINUTES)
