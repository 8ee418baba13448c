"""The code with which somebody who left no number asks for the progress of the matter: made, and shown once."""

from __future__ import annotations

from appliance.casework import sight
from appliance.errors import NotFound, OfficeError
from appliance.people.query_codes import QueryCodes
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import tickets as rows
from db.store import Store


class HasANumber(OfficeError):
    message = "This citizen is known by a number and asks from that telephone: no code is needed."


class AskingCodes:
    def __init__(self, store: Store, audit: Audit, codes: QueryCodes) -> None:
        self._store, self._audit, self._codes = store, audit, codes

    def new(self, no: int, by: User) -> str:
        """A new code; the one before is good no longer. Raises HasANumber, NotAllowed, NotFound."""
        sight.must_be_desk(by)
        with self._store.transaction() as tx:
            ticket = rows.listed(tx, no)
            if ticket is None:
                raise NotFound
            if ticket["citizen_phone"] and not ticket["is_anonymous"]:
                raise HasANumber
            code = self._codes.new()
            rows.mend(tx, ticket["id"], query_key=self._codes.key_of(no, code))
            self._audit.write(tx, "query_code_made", "ticket", ticket["id"], by)
            return code
