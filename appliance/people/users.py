"""Who works here, and who is signed in.

Sessions are rows that can be ended; the cookie holds the only copy of a token.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.clock import Clock, from_utc_text, utc_text
from appliance.errors import FieldWrong, NotAllowed, NotFound, SignInRefused, SignInThrottled
from appliance.people import roles, throttle
from appliance.people.keys import BoxKey
from appliance.people.passwords import Passwords, must_be_good
from appliance.people.roles import Role
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from appliance.upkeep.clock_steps import Steps
from db import people, sessions, tokens
from db.store import Store, Transaction

__all__ = ["User", "Users"]  # User is looked for here by the pages

TOKEN_BYTES = 32
SESSION_LASTS = timedelta(hours=12)  # absolute (ASVS 7.3.2); the screen locks, it does not sign out
SEEN_EVERY = timedelta(minutes=1)
NAME = re.compile(r"[^\W_][\w.@-]{0,39}")
LONGEST_DISPLAY_NAME = 40
SHELL = "shell"  # whoever works on the box's own command line
LANGUAGES = ("", "zh_CN", "en")


class Users:
    def __init__(self, store: Store, clock: Clock, key: BoxKey, audit: Audit, clock_ok: Callable[[], bool]) -> None:
        self._store, self._clock, self._key, self._audit = store, clock, key, audit
        self._clock_ok = clock_ok
        self._passwords = Passwords()
        self._last_of_earlier_runs = sessions.newest_id(store)
        self._look_at_clock: Callable[[], object] = lambda: None

    def connect(self, *, look_at_clock: Callable[[], object]) -> None:
        """`look_at_clock` finds out whether the time was set just now; asked before a session ends by the clock."""
        self._look_at_clock = look_at_clock

    # --- signing in ---

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, User]:
        """Open a session: the token for the cookie, and who it is. Raises SignInRefused or SignInThrottled."""
        name_key = self._key.digest("sign-in name", name.strip().casefold())
        address_key = self._key.digest("sign-in address", address)
        self._must_wait_no_longer(name_key, address_key)
        row = people.user_by_name(self._store, name.strip())
        known = row if row is not None and row["disabled_at"] is None and not self._has_left(row) else None
        is_right = self._passwords.is_right(known["password_hash"] if known else None, password)
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            sessions.note_attempt(tx, name_key, address_key, now, succeeded=is_right)
            if known is not None and is_right:
                user = _user(known)
                token = self._open(tx, user)
                self._audit.write(tx, "sign_in", "user", user.id, user)
                return token, user
            self._audit.write(tx, "sign_in_refused", "user", row["id"] if row else None)
        raise SignInRefused

    def confirm(self, name: str, password: str, address: str) -> User:
        """Somebody stands by and gives a password for one deed; no session opens. Counted like a sign-in.

        Raises SignInRefused, SignInThrottled.
        """
        token, user = self.sign_in(name, password, address)
        self.sign_out(token)
        return user

    def _must_wait_no_longer(self, name_key: str, address_key: str) -> None:
        """A wrong clock locks nobody out: without a time that can be trusted there is no waiting."""
        if not self._clock_ok():
            return
        now = self._clock.now()
        since = utc_text(now - throttle.LOOK_BACK)
        wrong = sessions.wrong_since_success(
            self._store, name_key, address_key, since=since, now=utc_text(now), most=throttle.MOST_LOOKED_AT
        )
        until = throttle.wait_until([from_utc_text(at) for at in wrong], now)
        if until is not None:
            raise SignInThrottled(minutes=-(-(until - now) // timedelta(minutes=1)))

    def _open(self, tx: Transaction, user: User) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock.now()
        sessions.open_session(tx, _digest(token), user.id, utc_text(now), utc_text(now + SESSION_LASTS))
        return token

    def by_token(self, token: str) -> User | None:
        """Who this cookie belongs to; None once signed out, disabled, or after twelve hours."""
        row = self._session(token)
        if row is None:
            return None
        now = self._clock.now()
        if abs(now - from_utc_text(row["seen_at"])) >= SEEN_EVERY:
            with self._store.transaction() as tx:
                sessions.touch(tx, row["session_id"], utc_text(now))
        return _user(row)

    def is_signed_in(self, token: str) -> bool:
        """Whether `by_token` would know somebody. Only reads, so a stream may ask before every word it says."""
        return self._session(token) is not None

    def _session(self, token: str) -> sqlite3.Row | None:
        row = sessions.session_with_user(self._store, _digest(token)) if token else None
        if row is None or not self._is_over(row):
            return row
        self._look_at_clock()
        row = sessions.session_with_user(self._store, _digest(token))
        return None if row is None or self._is_over(row) else row

    def _is_over(self, session: sqlite3.Row) -> bool:
        if self._has_left(session):
            return True
        return self._clock_ok() and self._clock.now() >= from_utc_text(session["expires_at"])

    def _has_left(self, user: sqlite3.Row) -> bool:
        """A seat for a time, and the time is over (appliance/people/seats.py)."""
        leaves_at = user["leaves_at"]
        return leaves_at is not None and self._clock_ok() and self._clock.now() >= from_utc_text(leaves_at)

    def mend_sessions(self, steps: Steps) -> int:
        """The time was set: whoever signed in during this run stays for twelve hours as they pass, no less, no more."""
        count = 0
        with self._store.transaction() as tx:
            for row in sessions.open_after(tx, self._last_of_earlier_runs) if steps.pending else ():
                before = from_utc_text(row["created_at"])
                created = steps.of_mended(before)
                if created == before:
                    continue
                expires = from_utc_text(row["expires_at"]) + (created - before)
                seen = steps.of_mended(from_utc_text(row["seen_at"]))
                sessions.set_times(
                    tx, row["id"], created_at=utc_text(created), seen_at=utc_text(seen), expires_at=utc_text(expires)
                )
                count += 1
        return count

    def sign_out(self, token: str) -> None:
        user = self.by_token(token)
        if user is None:
            return
        with self._store.transaction() as tx:
            sessions.end(tx, _digest(token), utc_text(self._clock.now()))
            self._audit.write(tx, "sign_out", "user", user.id, user)

    # --- keeping users ---

    def add(
        self,
        name: str,
        role: str,
        password: str,
        display_name: str = "",
        department_id: int | None = None,
        *,
        by: User | None = None,
        token: str = "",
        leaves_at: datetime | None = None,
    ) -> User:
        """Add somebody. `by` is None on the box's own command line; else the password is a one-time one.

        After `leaves_at` the account lets nobody in (appliance/people/seats.py). The same form (`token`) twice is once.

        Raises FieldWrong, NotAllowed, NotFound where what the form made first is gone.
        """
        _must_keep_users(by)
        name = name.strip()
        if NAME.fullmatch(name) is None:
            raise FieldWrong("name", "Use letters, digits and . @ - _ only, at most 40 characters.")
        shown = display_name.strip() or name
        if len(shown) > LONGEST_DISPLAY_NAME:
            raise FieldWrong("display_name", "At most %(longest)d characters.", longest=LONGEST_DISPLAY_NAME)
        if role not in set(Role):
            raise FieldWrong("role", "Unknown role. Use one of %(roles)s.", roles=", ".join(Role))
        if (role == Role.UNIT) != (department_id is not None):
            raise FieldWrong("department_id", "A department's user needs a department, and nobody else has one.")
        must_be_good(password, name)
        password_hash = self._passwords.hash(password)
        scoped = tokens.scoped("user", token)
        with self._store.transaction() as tx:
            made_before = tokens.once(tx, scoped)
            if made_before is not None:
                return _user_of(people.user_by_id(tx, int(made_before)))
            if department_id is not None and people.department(tx, department_id) is None:
                raise FieldWrong("department_id", "There is no such department.")
            if people.user_by_name(tx, name) is not None:
                raise FieldWrong("name", "This name is taken.")
            user_id = tx.insert(
                "user",
                name=name,
                display_name=shown,
                role=str(Role(role)),
                password_hash=password_hash,
                department_id=department_id,
                must_change=by is not None,
                created_at=utc_text(self._clock.now()),
                leaves_at=utc_text(leaves_at) if leaves_at is not None else None,
            )
            self._audit.write(tx, "user_added", "user", user_id, by, role="" if by else SHELL, words=(name, role))
            tokens.remember(tx, scoped, utc_text(self._clock.now()), by.id if by else None, str(user_id))
            return _user_of(people.user_by_id(tx, user_id))

    def all(self) -> tuple[User, ...]:
        """Everybody, those who left last."""
        return tuple(_user(row) for row in people.users(self._store))

    def count(self) -> int:
        """How many accounts there are, those who left among them."""
        return people.user_count(self._store)

    def by_id(self, user_id: int) -> User:
        """Raises NotFound."""
        return _user_of(people.user_by_id(self._store, user_id))

    def disable(self, name: str, by: User | None = None) -> None:
        """This user can no longer sign in, and is signed out everywhere. What they did stays. Twice is once.

        `by` is None on the box's own command line. Raises FieldWrong for oneself, NotAllowed, NotFound.
        """
        _must_keep_users(by)
        if by is not None and by.name.casefold() == name.strip().casefold():
            raise FieldWrong("name", "Nobody can disable themselves.")
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            user = _user_of(people.user_by_name(tx, name.strip()))
            if user.is_disabled:
                return
            people.set_user_disabled(tx, user.id, now)
            sessions.end_all_of(tx, user.id, now)
            self._audit.write(tx, "user_disabled", "user", user.id, by, role="" if by else SHELL)

    def reset(self, name: str, password: str, by: User | None = None, *, token: str = "") -> None:
        """Give a new password, to be changed at the next sign-in. Signs the user out everywhere.

        `by` is None on the box's own command line; the same form (`token`) twice is once.
        Raises FieldWrong, NotAllowed, NotFound.
        """
        _must_keep_users(by)
        must_be_good(password, name)
        password_hash = self._passwords.hash(password)
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            user = _user_of(people.user_by_name(tx, name.strip()))
            scoped = tokens.scoped(f"reset {user.id}", token)
            if tokens.once(tx, scoped) is not None:
                return
            people.set_user_password(tx, user.id, password_hash, must_change=True)
            sessions.end_all_of(tx, user.id, now)
            tokens.remember(tx, scoped, now, by.id if by else None, str(user.id))
            self._audit.write(tx, "password_reset", "user", user.id, by, role="" if by else SHELL)

    def set_language(self, user: User, language: str) -> None:
        """The language of this user's screen; '' follows the office. Raises FieldWrong."""
        if language not in LANGUAGES:
            raise FieldWrong("language", "Unknown language.")
        with self._store.transaction() as tx:
            people.set_user_language(tx, user.id, language)

    def change_password(self, user: User, old: str, new: str, *, keep_token: str = "") -> None:
        """Ends every other session of the user; the one of `keep_token` goes on. Raises FieldWrong."""
        row = people.user_by_id(self._store, user.id)
        if row is None or not self._passwords.is_right(row["password_hash"], old):
            raise FieldWrong("old", "The old password is wrong.")
        must_be_good(new, user.name)
        password_hash = self._passwords.hash(new)
        with self._store.transaction() as tx:
            people.set_user_password(tx, user.id, password_hash, must_change=False)
            kept = _digest(keep_token) if keep_token else ""
            sessions.end_all_of(tx, user.id, utc_text(self._clock.now()), except_digest=kept)
            self._audit.write(tx, "password_changed", "user", user.id, user)


def _digest(token: str) -> str:
    """256 random bits need no salt and no slowness."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _must_keep_users(by: User | None) -> None:
    if by is not None and not roles.row(by.role).keeps_users:
        raise NotAllowed


def _user_of(row: sqlite3.Row | None) -> User:
    if row is None:
        raise NotFound
    return _user(row)


def _user(row: sqlite3.Row) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        language=row["language"],
        department_id=row["department_id"],
        must_change=bool(row["must_change"]),
        is_disabled=row["disabled_at"] is not None,
    )
