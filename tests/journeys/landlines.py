"""A box with a landline for every profile of modem: each story is told on all of them at once, each in its own thread.

Sound takes as long as it takes; nine telephones at the same time take no longer than one.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import traceback
import wave
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.journeys.box import Box, Seat
from tests.support import Simulator, VoiceSimulator, eventually

PROFILES = ("standard", "mislabelled", "deaf", "cancel", "usr", "conexant", "chatty", "classy", "plain")
MENU = ("acts", "takes_messages", "menu_on", "1", "2", "3", "0")
SPEECH = Path(__file__).parents[2] / "appliance" / "sample_voices" / "water.wav"
SPEECH_S = 7.8
RING_EVERY_S = 3.0
AFTER_HOURS = "daily 00:00-00:30"  # it is about noon at the office
HOURS_FIELDS = {"rings": "2", "wait_s": "60", "message_s": "60"}


@dataclass
class Landline:
    """One of the lines, with the town behind it and a person at the desk."""

    name: str
    profile: str
    folder: Path
    town: VoiceSimulator
    box: Box
    wang: Seat
    citizen: str  # another number on each line

    def ring(self, number: str | None = None, **how: Any) -> None:
        self.town.ask("ring", number=self.citizen if number is None else number, **how)

    def tidy(self) -> None:
        """Whatever the story before left: nobody speaks, and the box knows it."""
        self.town.say("put_down")
        self.town.say("hangup")
        self.until_on_hook()
        eventually(self._is_over, 40.0, every_s=0.3)

    def _is_over(self) -> bool:
        card = self.card()
        if "on the telephone" in card:  # the modem could not see that it is over
            self.press("release")
        return not card or 'data-state="ended"' in card

    def card(self) -> str:
        """The newest card of this line on the desk, as HTML; "" if there is none."""
        cards = re.findall(r"<article class=\"call.*?</article>", self.wang.get("/calls/ringing"), re.S)
        mine = [card for card in cards if re.search(rf"<span>{self.name}\b", card)]
        return max(mine, key=_call_of, default="")

    def says(self, *words: str, within_s: float = 60.0) -> str:
        """Wait until the card says one of these; the card."""
        return str(eventually(lambda: self._card_with(words), within_s, every_s=0.1))

    def _card_with(self, words: Sequence[str]) -> str:
        card = self.card()
        return card if any(word in card for word in words) else ""

    def until_recording(self, within_s: float = 60.0) -> None:
        """Wait until the modem does nothing but listen: looks between the pieces of a prompt are shorter."""
        since_s = 0.0

        def is_recording() -> bool:
            nonlocal since_s
            if self.town.state()["stream"] != "record":
                since_s = 0.0
            elif not since_s:
                since_s = time.monotonic()
            return since_s > 0 and time.monotonic() - since_s > 1.0

        eventually(is_recording, within_s, every_s=0.1)

    def speak(self) -> None:
        """The citizen says something, to the end."""
        self.town.ask("say", wav=str(SPEECH))
        time.sleep(SPEECH_S)

    def press(self, what: str, **fields: str) -> None:
        """A button of the newest card."""
        self.wang.post(f"/calls/{_call_of(self.card())}/{what}", fields, page="/")

    def until_on_hook(self, within_s: float = 60.0) -> None:
        eventually(lambda: not self.town.state()["off_hook"], within_s, every_s=0.1)

    def held_too_long_s(self) -> float:
        """The longest time this modem held the line after both sides had gone."""
        return float(self.town.state()["both_gone_longest_s"])

    def calls(self) -> list[dict[str, Any]]:
        return [row for row in self.box.export("calls") if row["line"] == self.name]

    def ended(self, count: int) -> dict[str, Any]:
        """The row of this line's call number `count`, once it is decided."""

        def row() -> dict[str, Any]:
            rows = [each for each in self.calls() if each["outcome"]]
            return rows[count - 1] if len(rows) >= count else {}

        found: dict[str, Any] = eventually(row, 90.0, every_s=0.3)
        return found

    def next_ended(self, before: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The row of this line's next call after those of `before`, once it is decided."""
        return self.ended(len([row for row in before if row["outcome"]]) + 1)

    def recordings(self, call_id: int) -> list[sqlite3.Row]:
        """Its recordings that are closed."""
        with closing(sqlite3.connect(f"file:{self.box.data}/hotline.db?mode=ro", uri=True)) as rows:
            rows.row_factory = sqlite3.Row
            return list(rows.execute("SELECT * FROM recording WHERE call_id = ? ORDER BY id", (call_id,)))

    def texts_to(self, mobile: Simulator, number: str | None = None) -> list[str]:
        """What the office wrote to this telephone."""
        wanted = self.citizen if number is None else number
        return [each["text"] for each in mobile.ask("phones")["messages"] if each["to"].endswith(wanted)]

    def tickets(self, number: str | None = None) -> list[dict[str, Any]]:
        wanted = self.citizen if number is None else number
        return [row for row in self.box.export("tickets") if row["phone"] == wanted]

    def set_flow(self, *ticked: str, hours: str = "after", **values: str) -> None:
        """Change this line's plan on its page: these boxes of these hours ticked, all others not."""
        path = f"/lines/{self.name}/flow"
        fields = {f"{prefix}_{name}": value for prefix in ("in", "after") for name, value in HOURS_FIELDS.items()}
        fields |= {"brand": "", "duty_phone": "", "do": "save"}
        fields |= {f"{hours}_{name}" if name in HOURS_FIELDS else name: value for name, value in values.items()}
        everyones = {"records_talks", "plays_notice", "rates_talks"}
        boxes = [(name if name in everyones else f"{hours}_{name}", "on") for name in ticked if not name.isdigit()]
        boxes += [(f"{hours}_menu", name) for name in ticked if name.isdigit()]
        self.box.seat("li").post_list(path, [*fields.items(), *boxes])


def _call_of(card: str) -> int:
    found = re.search(r'data-call="(\d+)"', card)
    assert found, f"no card: {card}"
    return int(found[1])


def samples_of_wav(data: bytes) -> array[int]:
    with wave.open(BytesIO(data), "rb") as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        return array("h", file.readframes(file.getnframes()))


@contextmanager
def landlines(
    folder: Path, profiles: Sequence[str] = PROFILES, *, hours: str = AFTER_HOURS, **box: Any
) -> Iterator[tuple[list[Landline], Simulator]]:
    """The lines, ready, and the mobile line beside them that carries the texts."""
    with ExitStack() as open_now:
        mobile = open_now.enter_context(Simulator(folder, "mobile"))
        towns = {
            f"land-{profile}": open_now.enter_context(
                VoiceSimulator(folder, "--profile", profile, "--number", "057185330000", name=profile)
            )
            for profile in profiles
        }
        for town in towns.values():
            town.ask("set", ring_interval_s=RING_EVERY_S)
        office = Box(
            folder,
            {"mobile": mobile.link},
            landlines={name: town.link for name, town in towns.items()},
            hours=hours,
            **box,
        )
        office.staff()
        open_now.enter_context(office)
        office.ready("mobile", *towns, within_s=90.0)
        log = office.log.read_text
        eventually(lambda: all(f"{name}: the modem was measured" in log("utf-8", "replace") for name in towns), 120.0)
        wang = office.seat("wang")
        wang.post("/settings/language", {"language": "en"}, page="/settings")
        yield (
            [
                Landline(name, name.removeprefix("land-"), folder, town, office, _seat(office), f"1380000{place:04d}")
                for place, (name, town) in enumerate(towns.items(), 1)
            ],
            mobile,
        )


def _seat(box: Box) -> Seat:
    seat = box.seat("wang")
    seat.post("/settings/language", {"language": "en"}, page="/settings")
    return seat


def on_each(lines: Sequence[Landline], story: Callable[[Landline], None]) -> None:
    """Tell it on all lines at the same time; fails with every line's own failure."""
    failures: dict[str, str] = {}

    def tell(line: Landline) -> None:
        try:
            line.tidy()
            story(line)
        except BaseException:
            failures[line.profile] = traceback.format_exc(limit=-4)

    threads = [threading.Thread(target=tell, args=(line,), name=line.name, daemon=True) for line in lines]
    for thread in threads:
        thread.start()
    until_s = time.monotonic() + 400
    for thread in threads:
        thread.join(max(0.0, until_s - time.monotonic()))
    stuck = [thread.name for thread in threads if thread.is_alive()]
    assert not stuck, f"these never ended: {stuck}"
    assert not failures, "\n".join(f"--- {profile}\n{told}" for profile, told in failures.items())
