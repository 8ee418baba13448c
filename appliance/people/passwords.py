"""What a password must be, how it is kept, and how it is compared."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

from appliance.errors import FieldWrong

METHOD = "scrypt:32768:8:1"  # 32 MiB and about 0.1 s on a PC; OWASP password storage, scrypt
SHORTEST, LONGEST = 8, 128
# Fits no password; comparing with it takes as long as with a real one.
NOBODY = f"{METHOD}$nobodynobodynobo${'0' * 128}"


class Passwords:
    """Hashes one password at a time: however many sign in at once, the memory is needed once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        with self._lock:
            return generate_password_hash(password, METHOD)

    def is_right(self, password_hash: str | None, password: str) -> bool:
        """False for nobody (None) too, and as slowly: the time taken tells no stranger which names exist."""
        with self._lock:
            is_equal = check_password_hash(password_hash or NOBODY, password[: LONGEST + 1])
        return is_equal and password_hash is not None


def must_be_good(password: str, name: str) -> None:
    """Raises FieldWrong for `password` when it is too short, too long, common, or only the user's name again."""
    if len(password) < SHORTEST:
        raise FieldWrong("password", "Use at least %(shortest)d characters.", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise FieldWrong("password", "Use at most %(longest)d characters.", longest=LONGEST)
    plain = password.casefold()
    if plain in common() or plain.strip("0123456789.!@#_-") in {"", name.casefold()}:
        raise FieldWrong("password", "This password is too common. Choose another one.")


@cache
def common() -> frozenset[str]:
    """Passwords that everybody tries first."""
    text = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.casefold() for line in text.splitlines() if line and not line.startswith("#"))
