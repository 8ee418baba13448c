"""A seat for an hour or a day: whoever helps out when the lines jam signs in with a word that ends by itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.casework import forms
from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotAllowed
from appliance.people import roles
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.people.users import LONGEST_DISPLAY_NAME, Users
from appliance.upkeep.audit import Audit
from db import people, tokens
from db.store import Store

LENGTHS_H = (1, 4, 9, 24)
SYLLABLES = tuple(first + second for first in "bdfghjkmnprstwz" for second in "aeiou")
WORD_SYLLABLES = 3
WORDS = 3  # of 75 ** 3 each: 56 bits, and easy to read out across a table


@dataclass(frozen=True, slots=True)
class Seat:
    """Shown once, to the one who opened it: the word is kept nowhere."""

    name: str
    password: str
    leaves_at: datetime


class Seats:
    def __init__(self, store: Store, clock: Clock, audit: Audit, users: Users) -> None:
        self._store, self._clock, self._audit, self._users = store, clock, audit, users

    def open(self, shown_as: str, hours: int, by: User, *, token: str = "") -> Seat:
        """A new operator who can sign in for this long. Raises FieldWrong, NotAllowed.

        The same form again ends the seat that it opened before: nobody saw that one's word.
        """
        if not roles.row(by.role).keeps_users and by.role is not Role.OPERATOR:
            raise NotAllowed
        if hours not in LENGTHS_H:
            raise FieldWrong("hours", "Choose how long the seat is needed.")
        shown = forms.clean(shown_as)
        if not shown or len(shown) > LONGEST_DISPLAY_NAME:
            raise FieldWrong(
                "shown_as", "Write who it is, at most %(longest)d characters.", longest=LONGEST_DISPLAY_NAME
            )
        now = self._clock.now()
        leaves_at, scoped = now + timedelta(hours=hours), tokens.scoped("seat", token)
        name, password = f"seat-{_word(2)}", "-".join(_word(WORD_SYLLABLES) for _ in range(WORDS))
        user = self._users.add(name, Role.OPERATOR, password, shown, leaves_at=leaves_at)
        with self._store.transaction() as tx:
            before = tokens.once(tx, scoped)
            if before is not None:
                people.set_user_leaves(tx, int(before), utc_text(now))
                self._audit.write(tx, "seat_ended", "user", int(before), by)
                tokens.forget(tx, scoped)
            tokens.remember(tx, scoped, utc_text(now), by.id, str(user.id))
            self._audit.write(tx, "seat_opened", "user", user.id, by, words=(name, str(hours)))
        return Seat(name, password, leaves_at)

    def open_ones(self) -> tuple[tuple[User, datetime], ...]:
        """Seats that still let somebody in, the first to end first."""
        now = utc_text(self._clock.now())
        return tuple(
            (self._users.by_id(row["id"]), from_utc_text(row["leaves_at"]))
            for row in people.users_leaving_after(self._store, now)
        )


def _word(syllables: int) -> str:
    return "".join(secrets.choice(SYLLABLES) for _ in range(syllables))
