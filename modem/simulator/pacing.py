"""The serial line between module and client: bytes take 10 bit times each, both ways at once. Sans I/O.

A byte can be read when its stop bit is through, never earlier; a late caller finds all bytes whose time has
come, so the rate stays true whatever the load of the machine. The quantum only saves wake-ups: real UART drivers
hand bytes on in small heaps too.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, Protocol, TypeVar

BITS_PER_BYTE = 10  # start, eight, stop
QUANTUM_S = 0.002
INPUT_ROOM = 4096  # what a kernel's transmit buffer holds before the writer has to wait


class Wire:
    """One direction. `baud` 0 = no pacing."""

    def __init__(self, baud: int) -> None:
        self._byte_s = BITS_PER_BYTE / baud if baud else 0.0
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._start_s = 0.0  # when the first waiting byte began
        self.carried = 0

    def __len__(self) -> int:
        return self._size

    def put(self, data: bytes, now_s: float) -> None:
        if not data:
            return
        if not self._size:
            self._start_s = now_s
        self._waiting.append(data)
        self._size += len(data)

    def take(self, now_s: float, most: int | None = None) -> bytes:
        """The bytes whose time has come; `most`: the receiver takes no more now, and the sender has to wait."""
        if not self._size:
            return b""
        count = self._size
        if self._byte_s:
            count = min(count, int((now_s - self._start_s) / self._byte_s + 1e-6))
        is_held = most is not None and most < count
        if most is not None and is_held:
            count = most
        if not count:
            return b""
        taken = self._pop(count)
        self._start_s = now_s if is_held else self._start_s + count * self._byte_s
        self.carried += count
        return taken

    def next_deadline(self) -> float | None:
        if not self._size:
            return None
        return self._start_s + min(self._size * self._byte_s, max(self._byte_s, QUANTUM_S))

    def empty_at_s(self) -> float:
        """When the last waiting byte will be through."""
        return self._start_s + self._size * self._byte_s

    def clear(self) -> None:
        self._waiting.clear()
        self._size = 0

    def _pop(self, count: int) -> bytes:
        self._size -= count
        pieces: list[bytes] = []
        while count:
            piece = self._waiting.popleft()
            if len(piece) > count:
                self._waiting.appendleft(piece[count:])
                piece = piece[:count]
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)


class Modem(Protocol):
    """What sits at the end of a serial line: bytes and the time in, bytes and the next deadline out."""

    def receive(self, data: bytes, now_s: float) -> None: ...

    def tick(self, now_s: float) -> None: ...

    def data_to_send(self) -> bytes: ...

    def next_deadline(self) -> float | None: ...

    def line_busy_until(self, due_s: float) -> None:
        """The serial line will have carried everything out then."""

    def room(self) -> int | None:
        """Bytes it takes now; None: it never makes the sender wait."""

    def is_mute(self, now_s: float) -> bool: ...

    def power_off(self, now_s: float) -> None: ...

    def restart(self, now_s: float) -> None: ...

    def client_left(self, now_s: float) -> None:
        """Nobody has the port open any more: DTR has dropped."""


ModemT = TypeVar("ModemT", bound=Modem)


class SerialLine(Generic[ModemT]):
    """A modem at the end of a serial line, as its client sees it."""

    def __init__(self, module: ModemT, baud: int) -> None:
        self.module = module
        self._to_module = Wire(baud)
        self._to_client = Wire(baud)

    def write(self, data: bytes, now_s: float) -> None:
        """The client writes. Look at `room` first."""
        self._to_module.put(data, now_s)
        self.tick(now_s)

    def room(self) -> int:
        """How many bytes the client may write now."""
        return max(0, INPUT_ROOM - len(self._to_module))

    def inject(self, data: bytes, now_s: float) -> None:
        """Noise on the line towards the client."""
        self._to_client.put(data, now_s)

    def tick(self, now_s: float) -> None:
        while arrived := self._to_module.take(now_s, self.module.room()):
            self.module.receive(arrived, now_s)
            if self.module.room() is None:
                break
        else:
            self.module.tick(now_s)
        data = self.module.data_to_send()
        if not self.module.is_mute(now_s):
            self._to_client.put(data, now_s)
            if data:
                self.module.line_busy_until(self._to_client.empty_at_s())

    def read(self, now_s: float) -> bytes:
        """What the client can read by now."""
        return self._to_client.take(now_s)

    def next_deadline(self) -> float | None:
        held = self.module.room() == 0  # then the modem's own deadline makes room
        arrival_s = None if held else self._to_module.next_deadline()
        deadlines = (arrival_s, self._to_client.next_deadline(), self.module.next_deadline())
        return min((due_s for due_s in deadlines if due_s is not None), default=None)

    def unplug(self) -> None:
        """The cable is out: what was on it is gone."""
        self._to_module.clear()
        self._to_client.clear()
        self.module.data_to_send()

    def power_off(self, now_s: float) -> None:
        """It is a USB stick: without its cable it has no power, either."""
        self.unplug()
        self.module.power_off(now_s)

    def power_on(self, now_s: float) -> None:
        self.module.restart(now_s)

    def client_left(self, now_s: float) -> None:
        self.module.client_left(now_s)

    def carried(self) -> tuple[int, int]:
        """Bytes (to the module, to the client) so far."""
        return self._to_module.carried, self._to_client.carried
