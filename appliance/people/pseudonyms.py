"""What a protected person is called instead of his name. Data: pseudonyms.toml."""

from __future__ import annotations

import tomllib
from importlib import resources


class Pseudonyms:
    def __init__(self, language: str) -> None:
        text = resources.files("appliance.people").joinpath("pseudonyms.toml").read_text(encoding="utf-8")
        table = tomllib.loads(text)
        self._names: dict[str, str] = {kind: names.get(language, names["en"]) for kind, names in table.items()}

    def confidential(self, ticket_no: int) -> str:
        return self._names["confidential"].format(no=ticket_no)

    def anonymous(self, ticket_no: int) -> str:
        return self._names["anonymous"].format(no=ticket_no)
