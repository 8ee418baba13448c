"""Which line may have which port: one line per module, and each line its own. Pure; the finder holds the lock.

A line claims by path (this socket), by IMEI (this module, wherever it is) or `auto` (any module nobody else claims).
Two ports are one module if they belong to one USB device or tell one IMEI; but two lines that name their paths are
believed, because cheap modules share an IMEI. After an outage an `auto` line takes its own module again, and leaves
alone what another waiting line had: lines must not change places because of a loose hub.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from modem.nodes import Node

AUTO = "auto"
IMEI = "imei:"


@dataclass(frozen=True, slots=True)
class Wish:
    """The `device` of one line."""

    line: str
    device: str

    @property
    def imei(self) -> str:
        return self.device.removeprefix(IMEI) if self.device.startswith(IMEI) else ""

    @property
    def path(self) -> str:
        return "" if self.imei or self.device == AUTO else self.device


@dataclass(frozen=True, slots=True)
class Held:
    """The port a line has open, and the module's IMEI once it is known."""

    node: Node
    imei: str = ""


class Claims:
    """What every line wants and has."""

    def __init__(self, wishes: Sequence[Wish], last_port_vendors: Set[str] = frozenset()) -> None:
        """`last_port_vendors`: USB ids of makers whose last port that answers is the one to take, not the first."""
        self._last_port_vendors = last_port_vendors
        self.wishes = {wish.line: wish for wish in wishes}
        self.held: dict[str, Held] = {}
        self.named: dict[str, Node] = {}  # of lines that claim a path: what it means now
        self._last_imei: dict[str, str] = {}

    def choose(self, line: str, modules: Sequence[tuple[Node, str]]) -> Node | None:
        """The port this line should open, of those that told an IMEI; None where there is none for it."""
        wish = self.wishes[line]
        free = [(node, imei) for node, imei in modules if self.owner(node, imei, besides=line) is None]
        if wish.imei:
            return self._best_port(free, wish.imei)
        spoken_for = self._spoken_for(line)
        candidates = [imei for _, imei in free if imei not in spoken_for]
        own = self._last_imei.get(line, "")
        chosen = own if own in candidates else next(iter(candidates), "")
        return self._best_port(free, chosen)

    def owner(self, node: Node, imei: str, *, besides: str) -> str | None:
        """The line that has this module open, or claims its port by path."""
        for line, held in self.held.items():
            is_twin = imei != "" and imei == held.imei and not self._name_paths(line, besides)
            if line != besides and (is_one_module(held.node, node) or is_twin):
                return line
        for line, named in self.named.items():
            if line != besides and is_one_module(named, node):
                return line
        return None

    def hold(self, line: str, node: Node, imei: str = "") -> None:
        self.held[line] = Held(node, imei)
        if imei:
            self._last_imei[line] = imei

    def release(self, line: str) -> None:
        self.held.pop(line, None)

    def told(self, line: str, imei: str) -> list[str]:
        """The module on this line told its IMEI; the lines that must let go: this one, or others.

        Judged anew each time it is told: a line that had no ear for it then hears it now.
        """
        held = self.held.get(line)
        if held is None:
            return []
        if held.imei != imei:
            del self.held[line]  # to the end: known last to have this module
            self.held[line] = replace(held, imei=imei)
        wish = self.wishes[line]
        if wish.imei and wish.imei != imei:
            return [line]
        twins = [
            other
            for other, its in self.held.items()
            if other != line and its.imei == imei and not self._name_paths(line, other)
        ]
        if any(self._rank(twin) < self._rank(line) for twin in twins):
            return [line]
        self._last_imei[line] = imei
        return twins

    def _rank(self, line: str) -> tuple[bool, int]:
        """Who names a path or an IMEI goes before who takes anything; else who was known first to have it stays."""
        return self.wishes[line].device == AUTO, list(self.held).index(line)

    def _best_port(self, modules: Sequence[tuple[Node, str]], imei: str) -> Node | None:
        ports = [node for node, its in modules if its == imei and imei]
        if not ports:
            return None
        ports.sort(key=lambda node: -1 if node.interface is None else node.interface)  # stable: else by name
        return ports[-1] if ports[0].vendor in self._last_port_vendors else ports[0]

    def _name_paths(self, line: str, other: str) -> bool:
        return bool(self.wishes[line].path and self.wishes[other].path)

    def _spoken_for(self, line: str) -> set[str]:
        """IMEIs that an `auto` line leaves to others."""
        claimed = {wish.imei for wish in self.wishes.values() if wish.line != line}
        others = {
            imei
            for other, imei in self._last_imei.items()
            if other != line and (self.wishes[other].path or other not in self.held)
        }
        return claimed | (others - {self._last_imei.get(line, "")})


def is_one_module(a: Node, b: Node) -> bool:
    """Whether two ports surely belong together, without asking them."""
    return a.path == b.path or (a.usb != "" and a.usb == b.usb)
