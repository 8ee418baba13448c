"""The citizens' telephones: what they show of the messages that the box sent. Joins parts as a telephone does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from modem.simulator import gsm7
from modem.simulator.network_pdu import Submit


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One whole message on a citizen's telephone."""

    id: int  # grows by one with every message shown, over all telephones
    sender: str
    to: str
    text: str
    parts: int
    at: str  # UTC, ISO 8601
    references: tuple[int, ...]  # TP-MR of each part, in part order
    report: str = "none"  # none | wanted | delivered | trying | failed: what the box was told about the last part


@dataclass(slots=True)
class _Arriving:
    parts: dict[int, tuple[int, Submit]] = field(default_factory=dict)  # part -> (TP-MR, body)


class Phones:
    """All telephones of the town. A message shows when its last part is there; parts may come in any order."""

    def __init__(self) -> None:
        self.messages: list[ShownMessage] = []
        self.parts_repeated = 0  # the same part came again before its message was whole
        self._arriving: dict[tuple[str, int, int], _Arriving] = {}
        self._by_reference: dict[tuple[str, int], int] = {}  # (number, TP-MR) -> place in messages

    def receive(self, sender: str, submit: Submit, reference: int, at: str) -> None:
        """One part reaches the telephone of `submit.to`."""
        if submit.reference is None:
            self._show(sender, submit.to, {1: (reference, submit)}, at)
            return
        key = (submit.to, submit.reference, submit.total)
        arriving = self._arriving.setdefault(key, _Arriving())
        if submit.part in arriving.parts:
            self.parts_repeated += 1
        arriving.parts[submit.part] = (reference, submit)
        if len(arriving.parts) == submit.total:
            del self._arriving[key]
            self._show(sender, submit.to, arriving.parts, at)

    def incomplete(self) -> list[dict[str, object]]:
        """Messages that lack parts, as JSON objects."""
        return [
            {"to": to, "reference": reference, "total": total, "have": sorted(arriving.parts)}
            for (to, reference, total), arriving in self._arriving.items()
        ]

    def mark(self, number: str, reference: int, report: str) -> None:
        """Note what the box was told about the part with this TP-MR."""
        place = self._by_reference.get((number, reference))
        if place is not None:
            self.messages[place] = replace(self.messages[place], report=report)

    def _show(self, sender: str, to: str, parts: dict[int, tuple[int, Submit]], at: str) -> None:
        ordered = [parts[number] for number in sorted(parts)]
        references = tuple(reference for reference, _ in ordered)
        wanted = any(submit.want_report for _, submit in ordered)
        for reference in references:
            self._by_reference[to, reference] = len(self.messages)
        self.messages.append(
            ShownMessage(
                id=len(self.messages) + 1,
                sender=sender,
                to=to,
                text=text_of([submit for _, submit in ordered]),
                parts=len(ordered),
                at=at,
                references=references,
                report="wanted" if wanted else "none",
            )
        )


def text_of(parts: list[Submit]) -> str:
    """Text of the parts of one message. UTF-16 is joined before it is decoded; raw data shows as hex."""
    alphabet = parts[0].alphabet
    if alphabet == "ucs2":
        return b"".join(part.octets for part in parts).decode("utf-16-be", "replace")
    if alphabet == "8bit":
        return b"".join(part.octets for part in parts).hex().upper()
    return gsm7.text_of([code for part in parts for code in part.septets])
