"""The eight digits with which whoever left no number asks for the progress of his ticket. Only a digest is kept."""

from __future__ import annotations

import secrets

from appliance.people.keys import BoxKey

DIGITS = 8


class QueryCodes:
    def __init__(self, key: BoxKey) -> None:
        self._key = key

    def new(self) -> str:
        """A code nobody guesses: told to the citizen once, by mouth or on the receipt."""
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"

    def key_of(self, no: int, code: str) -> str:
        """What stands in the ticket's row (`ticket.query_key`)."""
        return self._key.digest("query code", str(no), code)

    def is_right(self, no: int, code: str, query_key: str | None) -> bool:
        """Whether these digits are this ticket's; `query_key` is what stands in its row."""
        return bool(query_key) and secrets.compare_digest(self.key_of(no, code), query_key or "")
