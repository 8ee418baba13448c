"""Between a protected person and everybody who works on the matter: what is typed passes here before it is kept.

A form that says "in confidence", or whose type asks for it, loses its citizen to the vault; one that says "anonymous"
loses him altogether. Departments see a pseudonym and reach him through the office alone. Once protected, a person
stays protected on every ticket that comes from the same pseudonym.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Protocol

from appliance.casework.views import ANONYMOUS, CONFIDENTIAL, TicketForm
from appliance.people.numbers import is_reference
from appliance.people.vault import Vault
from db.store import Transaction

SCRUBBED = ("title", "content", "place", "wish")


class Shield(Protocol):
    """What a form becomes before it is written, and whose ticket it is then."""

    def form(
        self, tx: Transaction, ticket: sqlite3.Row, form: TicketForm, citizen_id: int | None
    ) -> tuple[TicketForm, int | None]: ...

    def draft(self, no: int, citizen: sqlite3.Row | None) -> tuple[str, bool]: ...


class Relay:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def form(
        self, tx: Transaction, ticket: sqlite3.Row, form: TicketForm, citizen_id: int | None
    ) -> tuple[TicketForm, int | None]:
        """The form without its citizen where he is protected, and the pseudonym he has become."""
        is_known = self._vault.is_pseudonym(tx, citizen_id) or is_reference(form.contact_phone)
        if not (form.is_confidential or form.is_anonymous or is_known):
            return form, citizen_id
        keep = not form.is_anonymous or is_known
        shielded = self._vault.protect(
            tx, ticket, citizen_id, name=form.contact_name, phone=form.contact_phone, keep=keep
        )
        clean = {name: shielded.scrub(getattr(form, name)) for name in SCRUBBED}
        privacy = CONFIDENTIAL if keep else ANONYMOUS
        return (
            replace(form, **clean, contact_name=shielded.name, contact_phone=shielded.phone, privacy=privacy),
            shielded.citizen_id,
        )

    def draft(self, no: int, citizen: sqlite3.Row | None) -> tuple[str, bool]:
        """What the citizen of a new draft is called on it, and whether it is confidential from the start."""
        if citizen is not None and is_reference(citizen["phone"] or ""):
            return self._vault.names.confidential(no), True
        return (citizen["name"] or "") if citizen is not None else "", False
