"""The sound cards of this box, as the kernel lists them: what a line may name for its sound. Parsing is pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PROC_ASOUND = Path("/proc/asound")

_CARD = re.compile(r"^ *(?P<number>\d+) \[(?P<id>[^\] ]+) *\]: .*? - (?P<title>.+)$", re.MULTILINE)
_DEVICE = re.compile(r"^(?P<card>\d+)-(?P<device>\d+): (?P<rest>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Card:
    """One PCM device of a card. `name` does not change when cards are numbered anew."""

    card_id: str  # as in CARD=
    name: str  # for handset_device
    title: str
    can_record: bool
    can_play: bool


def cards(folder: Path = PROC_ASOUND) -> list[Card]:
    """What is plugged in now; none where the kernel has no sound."""
    try:
        return parse(_text(folder / "cards"), _text(folder / "pcm"))
    except FileNotFoundError:
        return []


def parse(cards_text: str, pcm_text: str) -> list[Card]:
    """From /proc/asound/cards and /proc/asound/pcm."""
    titles = {int(card["number"]): (card["id"], card["title"].strip()) for card in _CARD.finditer(cards_text)}
    found = []
    for device in _DEVICE.finditer(pcm_text):
        card_id, title = titles.get(int(device["card"]), ("", ""))
        if card_id:
            # After its two names stand "playback N" and "capture N", as far as it has them.
            ways = {part.split()[0] for part in device["rest"].split(" : ")[2:] if part.strip()}
            name = f"plughw:CARD={card_id},DEV={int(device['device'])}"
            found.append(Card(card_id, name, title, can_record="capture" in ways, can_play="playback" in ways))
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
