"""Somebody who works here and is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.casework.lifecycle import Actor
from appliance.errors import NotAllowed
from appliance.people import roles
from appliance.people.roles import Role


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    display_name: str
    role: Role
    language: str = ""
    department_id: int | None = None
    must_change: bool = False
    is_disabled: bool = False

    @property
    def actor(self) -> Actor:
        """As whom this user moves tickets. Raises NotAllowed for roles that only read."""
        actor = roles.row(self.role).actor
        if actor is None:
            raise NotAllowed
        return actor
