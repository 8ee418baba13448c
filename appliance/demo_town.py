"""The demo's town: citizens with telephones, and the office's own telephone beside the simulated landline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.errors import NotFound, OfficeError

log = logging.getLogger(__name__)

Ask = Callable[[Path, dict[str, Any]], dict[str, Any]]
VOICES = Path(__file__).with_name("sample_voices")


class TownRefused(OfficeError):
    message = "The simulated telephone network did not do that: the number is wrong, or the call is already over."


class TownSilent(OfficeError):
    message = "The simulated telephone network does not answer. Start the demo anew."


@dataclass(frozen=True)
class SimulatedTown:
    """What the page Town can do, over the simulated modems' control sockets. Raises TownRefused, TownSilent."""

    ask: Ask
    sockets: Mapping[str, Path]  # by line
    landline: str  # the line with sound
    folder: Path  # for what a citizen heard

    def ring(self, number: str) -> None:
        """Ring the first mobile line that is free."""
        mobiles = [socket for name, socket in self.sockets.items() if name != self.landline]
        for socket in mobiles:
            if not self._asked(socket, {"do": "calls"}).get("current"):
                break
        self._tell(socket, {"do": "ring", "number": number})

    def ring_landline(self, number: str) -> None:
        """The exchange tells the number between the first two rings, as in China."""
        self._tell(self.sockets[self.landline], {"do": "ring", "number": number, "id": "fsk"})

    def text(self, number: str, text: str) -> None:
        first = next(socket for name, socket in self.sockets.items() if name != self.landline)
        self._tell(first, {"do": "sms", "number": number, "text": text})

    def hang_up(self) -> None:
        for socket in self.sockets.values():
            self._asked(socket, {"do": "hangup"})  # most have no call to end

    def pick_up(self) -> None:
        for socket in self.sockets.values():
            self._asked(socket, {"do": "pickup"})

    def voices(self) -> tuple[str, ...]:
        """What a citizen can say, by name."""
        return tuple(sorted(path.stem for path in VOICES.glob("*.wav")))

    def speak(self, voice: str) -> None:
        """The citizen on the landline says this. Raises NotFound."""
        if voice not in self.voices():
            raise NotFound
        self._tell(self.sockets[self.landline], {"do": "say", "wav": str(VOICES / f"{voice}.wav")})

    def press(self, keys: str) -> None:
        self._tell(self.sockets[self.landline], {"do": "dtmf", "digits": keys})

    def heard(self) -> bytes:
        """What the citizen on the landline has heard of the office: a WAV file."""
        file = self.folder.absolute() / "heard.wav"
        self._tell(self.sockets[self.landline], {"do": "record", "wav": str(file)})
        try:
            return file.read_bytes()
        finally:
            file.unlink(missing_ok=True)

    def lift(self) -> None:
        """Lift the office's own telephone, in parallel with the modem."""
        self._tell(self.sockets[self.landline], {"do": "lift"})

    def put_down(self) -> None:
        self._tell(self.sockets[self.landline], {"do": "put_down"})

    def is_lifted(self) -> bool:
        """Whether the office's own telephone is off its hook."""
        return bool(self._asked(self.sockets[self.landline], {"do": "state"}).get("telephone_lifted"))

    def phones(self) -> list[dict[str, object]]:
        """Every message the office sent, newest first, as the citizens' telephones show it."""
        found = [
            message
            for name, socket in self.sockets.items()
            if name != self.landline
            for message in self._asked(socket, {"do": "phones"}).get("messages", [])
        ]
        return sorted(found, key=lambda message: str(message["at"]), reverse=True)

    def calls(self) -> list[dict[str, object]]:
        """Every call that goes on, with its `line` and whether it `has_sound`."""
        return [
            {**call, "line": name, "has_sound": name == self.landline}
            for name, socket in self.sockets.items()
            for call in self._asked(socket, {"do": "calls"}).get("current", [])
        ]

    def _tell(self, socket: Path, words: dict[str, Any]) -> None:
        answer = self._asked(socket, words)
        if not answer.get("ok"):
            log.warning("the simulated network refused %s: %s", words["do"], answer.get("error", ""))
            raise TownRefused

    def _asked(self, socket: Path, words: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.ask(socket, words)
        except (OSError, ValueError) as silence:  # no socket any more, or half an answer
            log.warning("the simulated network did not answer %s: %s", words["do"], type(silence).__name__)
            raise TownSilent from silence
