"""What is broken just now in the voice modem: everything that `fault` on the control socket may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class VoiceFaults:
    """None of them heals by itself but those that count."""

    drop_bytes: int = 0  # so many bytes of the next recording do not arrive; a DLE pair may lose its half
    drop_sent_bytes: int = 0  # so many bytes of the computer's sound do not arrive
    never_ends: bool = False  # a stream is never left: neither OK nor DLE ETX comes, whatever is sent
    ignored_stops: int = 0  # so many codes that should end a recording are not heard
    stuck_hook: bool = False  # +VLS=1 says OK and the relay does not close; ATA works
    no_dial_tone: bool = False
    late_result_s: float = 0.0  # the next final result comes so much later; until then nothing is heard
    swallowed_results: int = 0  # so many final results are not said

    def drop(self, data: bytes) -> bytes:
        """What is left of bytes for the computer."""
        lost = min(self.drop_bytes, len(data))
        self.drop_bytes -= lost
        return data[lost:]

    def drop_sent(self, data: bytes) -> bytes:
        """What is left of bytes from the computer."""
        lost = min(self.drop_sent_bytes, len(data))
        self.drop_sent_bytes -= lost
        return data[lost:]
