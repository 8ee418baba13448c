"""A danger that is told on the telephone: the chain begins with the draft of the call, before anything is saved.

What was typed by then goes into the draft as far as it can be kept; a field that is wrong never holds up the chain.
Saving the form afterwards fills the same draft.
"""

from __future__ import annotations

from appliance.casework import sight
from appliance.casework.emergency import Emergencies
from appliance.casework.tickets import TicketForm, Tickets
from appliance.errors import FieldWrong
from appliance.people.user import User
from db import tickets as rows
from db.store import Store, Transaction


class EmergencyCalls:
    """Any page's thread."""

    def __init__(self, store: Store, tickets: Tickets, emergencies: Emergencies) -> None:
        self._store, self._tickets, self._emergencies = store, tickets, emergencies

    def start(self, call_id: int, kind: str, by: User, *, form: TicketForm | None = None) -> int:
        """It is one; returns the number of the call's ticket. Pressed twice it is one danger.

        Raises FieldWrong (of the kind alone), NotFound, NotAllowed.
        """
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            no = self._ticket(tx, call_id, form, by)
            self._emergencies.start(no, kind, by)
            tx.announce("call", call_id)  # its card shows what to say
            return no

    def _ticket(self, tx: Transaction, call_id: int, form: TicketForm | None, by: User) -> int:
        known = rows.of_call(tx, call_id)
        is_draft = known is not None and known["status"] == "draft"
        if known is not None and known["is_open"] and not (is_draft and form is not None):
            return int(known["no"])
        try:
            return self._tickets.create(form or TicketForm(), by, call_id=call_id, accept=False)
        except FieldWrong:
            if known is not None and is_draft:
                return int(known["no"])
            return self._tickets.create(TicketForm(), by, call_id=call_id, accept=False)
