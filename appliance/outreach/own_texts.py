"""The office's own wording of the texts the box sends, in its own language or in one more (a minority's, a visitor's).

A text the office has not written stays as it was shipped. Only the gaps of the shipped text may stand in one's own,
and its number must, so that no answer of a citizen loses its ticket.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import tzinfo

from appliance.clock import Clock, utc_text
from appliance.errors import FieldWrong, NotFound
from appliance.outreach import text_groups
from appliance.outreach.segments import Segments, segments
from appliance.outreach.templates import MOST_PARTS, Texts, builtin_texts, clean, gaps, short_language
from appliance.outreach.text_groups import Gap, Said
from appliance.people.user import User
from appliance.upkeep.audit import Audit
from db import own_texts as rows
from db.store import Store

NEEDED = frozenset({"no", "opening"})  # gaps that a wording of one's own may not leave out
_LANGUAGE = re.compile(r"[a-z]{2,8}")


@dataclass(frozen=True, slots=True)
class OwnText:
    key: str
    language: str
    shipped: str  # what is sent while the office has no wording of its own
    text: str  # the office's own; "": none
    gaps: tuple[str, ...]
    size: Segments  # of what is sent, with its gaps unfilled

    @property
    def now(self) -> str:
        """What is sent."""
        return self.text or self.shipped


@dataclass(frozen=True, slots=True)
class Preview:
    """A text with what usually stands in its gaps; or why it can't be sent."""

    text: str
    size: Segments
    wrong: FieldWrong | None = None


@dataclass(frozen=True, slots=True)
class TextCard:
    own: OwnText
    name: Said
    gaps: tuple[Gap, ...]
    preview: Preview


@dataclass(frozen=True, slots=True)
class Section:
    """The texts of one occasion."""

    heading: Said
    cards: tuple[TextCard, ...]


class OwnTexts:
    def __init__(self, store: Store, clock: Clock, audit: Audit, *, office: str, language: str, zone: tzinfo) -> None:
        self._store, self._clock, self._audit, self._office = store, clock, audit, office
        self.texts = Texts(office, language, zone, own=lambda key, chosen: rows.value(store, key, chosen))

    @property
    def language(self) -> str:
        """The office's own."""
        return self.texts.language

    def languages(self) -> tuple[str, ...]:
        """The office's language, the shipped other one, and those it has written texts in."""
        written = (row["language"] for row in rows.listed(self._store))
        return tuple(dict.fromkeys((self.language, "zh", "en", *written)))

    def all(self, language: str = "") -> tuple[OwnText, ...]:
        """Every text that goes out as a message of its own. Raises NotFound for what can't be a language's code."""
        chosen = _language(language or self.language)
        own = {row["key"]: row["text"] for row in rows.listed(self._store) if row["language"] == chosen}
        return tuple(_own_text(key, chosen, self.language, own.get(key, "")) for key in message_keys())

    def sections(self, language: str = "", wanted: str = "") -> tuple[Section, ...]:
        """The same by occasion, for people; `wanted`: those alone in whose name or words this stands.

        Raises NotFound, as `all`.
        """
        found = {row.key: row for row in self.all(language)}
        sought = wanted.strip().casefold()
        sections = []
        for group in text_groups.groups():
            cards = [self._card(found[key], name) for key, name in group.names.items()]
            kept = tuple(card for card in cards if sought in _words_of(card, group.heading))
            if kept:
                sections.append(Section(group.heading, kept))
        return tuple(sections)

    def preview(self, key: str, language: str, text: str) -> Preview:
        """How this wording would read; an empty one is the shipped one. Raises NotFound."""
        chosen = _language(language)
        if key not in message_keys():
            raise NotFound
        written = clean(text) or _shipped(key, chosen, self.language)
        try:
            _check(key, written)
        except FieldWrong as wrong:
            return Preview(written, segments(written), wrong)
        filled = written.format_map({**text_groups.samples(chosen), "office": self._office})
        return Preview(filled, segments(filled))

    def _card(self, own: OwnText, name: Said) -> TextCard:
        gaps_ = tuple(text_groups.gap(each) for each in own.gaps)
        return TextCard(own, name, gaps_, self.preview(own.key, own.language, own.now))

    def set(self, key: str, language: str, text: str, by: User) -> None:
        """Write a text anew; an empty one, or the shipped words, give the shipped one back.

        Raises NotFound, FieldWrong.
        """
        chosen = _language(language)
        if key not in message_keys():
            raise NotFound
        written = clean(text)
        if written == clean(_shipped(key, chosen, self.language)):
            written = ""
        with self._store.transaction() as tx:
            if written == (rows.value(tx, key, chosen) or ""):
                return
            if written:
                _check(key, written)
                rows.put(tx, key, chosen, written, at=utc_text(self._clock.now()), by=by.id)
            else:
                rows.remove(tx, key, chosen)
            self._audit.write(tx, "text_changed", "setting", 0, by, words=(key, chosen, written))


def message_keys() -> tuple[str, ...]:
    """Texts, not pieces of texts: those that begin with the office's name."""
    return tuple(key for key, versions in builtin_texts().items() if "office" in gaps(versions["en"]))


def _check(key: str, text: str) -> None:
    try:
        fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    except ValueError:
        raise FieldWrong("text", "A brace is open or too many. Gaps are written {so}.") from None
    known = gaps(builtin_texts()[key]["en"])
    for _, name, spec, conversion in fields:
        if name not in known or spec or conversion:
            raise FieldWrong("text", "There is no gap {%(gap)s} here.", gap=name or "")
    missing = sorted((known & NEEDED) - {field[1] for field in fields})
    if missing:
        raise FieldWrong("text", "The gap {%(gap)s} is missing.", gap=missing[0])
    if segments(text).parts > MOST_PARTS:
        raise FieldWrong("text", "At most %(most)d parts.", most=MOST_PARTS)


def _own_text(key: str, language: str, office_language: str, text: str) -> OwnText:
    shipped = _shipped(key, language, office_language)
    names = tuple(sorted(gaps(builtin_texts()[key]["en"])))
    return OwnText(key, language, shipped, text, names, segments(text or shipped))


def _shipped(key: str, language: str, office_language: str) -> str:
    versions = builtin_texts()[key]
    return versions.get(language, versions[office_language])


def _words_of(card: TextCard, heading: Said) -> str:
    words = (card.own.key, card.own.now, card.name.zh, card.name.en, heading.zh, heading.en)
    return "\n".join(words).casefold()


def _language(code: str) -> str:
    short = short_language(code)
    if not _LANGUAGE.fullmatch(short):
        raise NotFound
    return short
