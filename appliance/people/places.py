"""The county's towns and villages: the codes that tickets carry, and how a place typed in words is recognised.

A ticket's `town` is the code of a town, never of a village: routing, duplicates and grouped matters count by town.
A town that has a township government has the same code as that department, so "the town it lies in" is a department.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from functools import cache
from pathlib import Path

from appliance.bilingual import said_in
from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.people.lists import SHELL, read_lines
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import places
from db.store import Reads, Store, Transaction

COLUMNS = ("code", "parent", "name_zh", "name_en", "initials")
LONGEST_NAME, LONGEST_CODE = 40, 12


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    parent: str  # the town's code; '' for a town itself
    name_zh: str
    name_en: str
    initials: str

    @property
    def town(self) -> str:
        """What a ticket's `town` holds for this place."""
        return self.parent or self.code

    def name(self, language: str) -> str:
        return said_in(language, self.name_zh, self.name_en)


class Places:
    def __init__(self, store: Store, clock: Clock, audit: Audit) -> None:
        self._store, self._clock, self._audit = store, clock, audit

    def all(self, reads: Reads | None = None) -> tuple[Place, ...]:
        """Towns first, then villages, by code."""
        found = places.all_places(reads or self._store)
        return tuple(Place(*(row[name] for name in COLUMNS)) for row in found)

    def towns(self, reads: Reads | None = None) -> tuple[Place, ...]:
        return tuple(place for place in self.all(reads) if not place.parent)

    def villages(self, town: str) -> tuple[Place, ...]:
        return tuple(place for place in self.all() if place.parent == town)

    def name(self, code: str, language: str) -> str:
        """What the place with this code is or was called; the code itself if nobody knows it."""
        row = places.get(self._store, code) if code else None
        if row is None:
            return code
        return Place(*(row[name] for name in COLUMNS)).name(language)

    def checked(self, town: str, reads: Reads | None = None) -> str:
        """The code of a town in use, or ''. Raises FieldWrong("town") for any other."""
        if town and town not in {place.code for place in self.towns(reads)}:
            raise FieldWrong("town", "Please choose one of the list.")
        return town

    def recognise(self, text: str, reads: Reads | None = None) -> Place | None:
        """The place that a text names: a village before its town, None where two towns could be meant."""
        known = self.all(reads)
        named = [place for place in known if place.name_zh in text or place.name_en.casefold() in text.casefold()]
        if not named:
            named = [place for place in known if not place.parent and _short(place) in text]
        towns = {place.code for place in named if not place.parent}
        villages = [place for place in named if place.parent and (not towns or place.parent in towns)]
        if len({place.town for place in villages}) == 1:
            return max(villages, key=lambda place: len(place.name_zh))
        return next((place for place in named if not place.parent), None) if len(towns) == 1 else None

    # --- changing ---

    def put(self, place: Place, by: User | None) -> Place:
        """Add a place, or mend the one with its code. `by` is None on the box's own command line. Raises FieldWrong."""
        with self._store.transaction() as tx:
            return self._put(tx, Place(*(value.strip() for value in astuple(place))), by)

    def _put(self, tx: Transaction, place: Place, by: User | None) -> Place:
        if not place.code or len(place.code) > LONGEST_CODE:
            raise FieldWrong("code", "A place needs a code of at most %(longest)d characters.", longest=LONGEST_CODE)
        name = place.name_zh or place.name_en
        if not name or max(len(place.name_zh), len(place.name_en)) > LONGEST_NAME:
            raise FieldWrong("name_zh", "A place needs a name of at most %(longest)d characters.", longest=LONGEST_NAME)
        town = places.get(tx, place.parent) if place.parent else None
        if place.parent and (town is None or town["parent"] or town["disabled_at"]):
            raise FieldWrong("parent", "There is no town with this code.")
        made = Place(place.code, place.parent, name, place.name_en or name, place.initials.strip().casefold())
        if made not in self.all(tx):
            places.put(tx, **asdict(made))
            role = "" if by else SHELL
            words = (made.code, made.parent, made.name_zh, made.name_en)
            self._audit.write(tx, "place_changed", "place", None, by, role=role, words=words)
        return made

    def disable(self, code: str, by: User) -> None:
        """Take a place out of the lists, a town with its villages; tickets keep its code. Raises NotFound."""
        with self._store.transaction() as tx:
            if not places.disable(tx, code, utc_text(self._clock.now())):
                raise NotFound
            self._audit.write(tx, "place_disabled", "place", None, by, words=(code,))

    def import_rows(self, rows: Iterable[Mapping[str, str | None]], by: User | None = None) -> int:
        """All rows or none; returns their number. Towns stand before villages. Raises FieldWrong with the line."""
        with self._store.transaction() as tx:
            return read_lines(rows, COLUMNS, lambda line: self._put(tx, Place(**line), by))


@cache
def _endings() -> tuple[str, ...]:
    table = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))
    return tuple(table["endings"])


def _short(place: Place) -> str:
    """How a town is called for short; what would be one character is not shortened."""
    ending = next((ending for ending in _endings() if place.name_zh.endswith(ending)), "")
    short = place.name_zh.removesuffix(ending)
    return short if len(short) >= 2 else place.name_zh
