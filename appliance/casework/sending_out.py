"""One press from the form to the department: where the routing table says surely whose duty it is, the ticket goes."""

from __future__ import annotations

from appliance.casework.lifecycle import MoveRefused
from appliance.casework.routing import Routing
from appliance.casework.tickets import Tickets
from appliance.errors import FieldWrong, NeedsLead, TicketChanged
from appliance.people.user import User
from db import tokens


class SendingOut:
    def __init__(self, tickets: Tickets, routing: Routing) -> None:
        self._tickets, self._routing = tickets, routing

    def send(self, no: int, by: User, *, token: str = "") -> bool:
        """Dispatch an accepted ticket to the surely suggested department; False where a person must choose or look."""
        page = self._tickets.page(no, by)
        words = f"{page.form.title} {page.form.content} {page.form.place}"
        suggested = self._routing.suggest(page.row.category, page.row.town, words, no)
        if not suggested or not suggested[0].is_certain:
            return False
        to = suggested[0]
        try:
            self._tickets.move(
                no,
                "dispatch",
                by,
                version=page.row.version,
                token=tokens.scoped("send", token),
                department_id=to.department.id,
                co_department_ids=tuple(unit.id for unit in to.co),
            )
        except (FieldWrong, MoveRefused, NeedsLead, TicketChanged):
            return False
        return True
