"""The texts of the short messages: read from texts.toml, gaps filled, kept to two parts. The only writer of SMS words.

What fills a gap may come from a citizen or a department: control characters are taken out and no gap is read twice,
so nothing typed by a stranger becomes a gap or a second message.
"""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files

from appliance.outreach.segments import segments

MOST_PARTS = 2
CUT_MARK = "…"
SHORTEST_VALUE = 8  # below this a value is no longer cut: it would say nothing
# What is shortened where a text is too long, the first one first. Half a telephone number is worse than none.
CUTTABLE = ("reply", "content", "list", "title", "reason", "where", "department")
DROPPABLE = ("contact", "place")

FULL_STOPS = ".\u3002"


@cache
def builtin_texts() -> Mapping[str, Mapping[str, str]]:
    """texts.toml as it was shipped: key -> language -> text."""
    return tomllib.loads(files("appliance.outreach").joinpath("texts.toml").read_text("utf-8"))


def gaps(text: str) -> frozenset[str]:
    """The named gaps of one text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def clean(value: str) -> str:
    """One line without control, format or private characters; runs of blanks become one."""
    kept = (" " if unicodedata.category(character)[0] == "C" else character for character in value)
    return " ".join("".join(kept).split())


def short_language(code: str) -> str:
    """zh of zh_CN."""
    return code.lower().replace("-", "_").partition("_")[0]


def _nothing_of_its_own(key: str, language: str) -> str | None:
    return None


class Texts:
    """Writes messages in the office's name and language."""

    def __init__(
        self,
        office: str,
        language: str,
        zone: tzinfo,
        texts: Mapping[str, Mapping[str, str]] | None = None,
        *,
        own: Callable[[str, str], str | None] = _nothing_of_its_own,
        instead: str = "",
    ) -> None:
        """`language` is the office's ("zh_CN", "en"); `own` finds its own wording of a text in a language.

        `instead` is another language to write in, as far as there is wording in it.
        """
        self._office, self._zone, self._own, self._instead = office, zone, own, instead
        self.language = "en" if language.lower().startswith("en") else "zh"
        self._texts = builtin_texts() if texts is None else texts

    def speaking(self, language: str) -> Texts:
        """The same in a citizen's language; "" is the office's."""
        wanted = short_language(language)
        if wanted in ("", self.language):
            return self
        return Texts(self._office, self.language, self._zone, self._texts, own=self._own, instead=wanted)

    def write(self, key: str, /, **values: str) -> str:
        """The text `key` with its gaps filled, cut so that it takes two parts at most."""
        return self.write_within(MOST_PARTS, key, **values)

    def write_within(self, most_parts: int, key: str, /, **values: str) -> str:
        """The same, cut so that it takes `most_parts` at most."""
        template = self._wording(key)
        filled = {name: clean(value) for name, value in values.items()}
        filled["office"] = self._office
        if "reply" in filled:
            filled["reply"] = filled["reply"].rstrip(FULL_STOPS)  # the sentence around it has its own
        for name in CUTTABLE:
            if segments(template.format_map(filled)).parts <= most_parts:
                break
            if name in filled:
                filled[name] = _cut(template, filled, name, most_parts)
        for name in DROPPABLE:
            if segments(template.format_map(filled)).parts > most_parts:
                filled[name] = ""
        return template.format_map(filled)

    def piece(self, key: str, /, **values: str) -> str:
        """A part of a sentence, for a gap of another text. Isn't cut."""
        return self._wording(key).format_map({name: clean(value) for name, value in values.items()})

    def moment(self, moment: datetime) -> str:
        """The date and the time here: 27 Nov 17:00."""
        local = moment.astimezone(self._zone)
        return self.piece(
            "day_time",
            month=self._name("months", local.month - 1),
            day=str(local.day),
            time=_clock(local),
        )

    def due(self, at: datetime | None) -> str:
        """A due time; words that fit in its place where none was worked out, because the clock was not set."""
        return self.moment(at) if at is not None else self.piece("no_due")

    def opening(self, moment: datetime, now: datetime) -> str:
        """When the office opens: Mon 8:30 within six days, else with the date."""
        local = moment.astimezone(self._zone)
        if (local.date() - now.astimezone(self._zone).date()).days > 6:
            return self.moment(moment)
        return self.piece(
            "weekday_time",
            weekday=self._name("weekdays", local.weekday()),
            time=_clock(local),
        )

    def _name(self, key: str, place: int) -> str:
        return self._wording(key).split()[place]

    def _wording(self, key: str) -> str:
        """In the language asked for if there is one: the office's own first, then what was shipped."""
        shipped = self._texts[key]
        for language in filter(None, (self._instead, self.language)):
            found = self._own(key, language) or shipped.get(language)
            if found:
                return found
        return shipped[self.language]


def _cut(template: str, values: Mapping[str, str], name: str, most_parts: int) -> str:
    """The longest beginning of this value with which the whole fits, or its shortest sensible one."""
    value = values[name]
    low, high = min(SHORTEST_VALUE, len(value)), len(value)
    while low < high:
        middle = (low + high + 1) // 2
        trial = value if middle == len(value) else value[:middle] + CUT_MARK
        if segments(template.format_map({**values, name: trial})).parts <= most_parts:
            low = middle
        else:
            high = middle - 1
    return value if low == len(value) else value[:low].rstrip() + CUT_MARK


def _clock(local: datetime) -> str:
    return f"{local.hour}:{local.minute:02d}"
