"""Every prompt the call flow may play, as one table: its key, its script in both languages, how long it may be.

The rows stand in texts.toml. An announcement is a prompt too, with the key `announcement:<id>`; its words are the
office's own, so it has no row here and no shipped sound.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from appliance.casework.lifecycle import STAGES

LANGUAGES = ("zh_CN", "en")
ANNOUNCEMENT = re.compile(r"announcement:[1-9][0-9]{0,17}")
ANNOUNCEMENT_MOST_S = 60.0
DIGITS = "0123456789"
STATUS_KEYS = tuple(f"status:{stage.key}" for stage in STAGES)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing the box says."""

    key: str
    texts: Mapping[str, str]  # language -> the script, with the gap {office}
    pinyin: str
    most_s: float
    per_line: bool = False  # each line may have its own

    def script(self, language: str, office: str) -> str:
        """What a person reads out."""
        return self.texts[language].replace("{office}", office)


@cache
def table() -> Mapping[str, Prompt]:
    """Key -> prompt, in the order of the pages."""
    raw = tomllib.loads(files("appliance.prompts").joinpath("texts.toml").read_text("utf-8"))
    return {
        key: Prompt(
            key,
            {language: row[language] for language in LANGUAGES},
            row["pinyin"],
            float(row["most_s"]),
            row.get("per_line", False),
        )
        for key, row in raw.items()
    }


def is_announcement(key: str) -> bool:
    return ANNOUNCEMENT.fullmatch(key) is not None


def announcement(number: int, words: str) -> Prompt:
    """The office's own words, the same in every language."""
    return Prompt(f"announcement:{number}", dict.fromkeys(LANGUAGES, words), "", ANNOUNCEMENT_MOST_S)
