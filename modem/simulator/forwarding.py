"""Call forwarding as the network keeps it for this SIM: 3GPP 27.007 7.11, 22.082. Pure."""

from __future__ import annotations

from dataclasses import dataclass

UNCONDITIONAL, BUSY, NO_REPLY, NOT_REACHABLE = range(4)
REASON_WORDS = ("unconditional", "busy", "no_reply", "unreachable")
# <reason> of +CCFC: 4 and 5 stand for several at once.
REASONS = {0: (0,), 1: (1,), 2: (2,), 3: (3,), 4: (0, 1, 2, 3), 5: (1, 2, 3)}
VOICE = 1
CLASSES = (1, 2, 4)  # voice, data, fax: the groups that <class> adds up; others are not kept
DEFAULT_CLASS = 7
DEFAULT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """Where calls of one class go for one reason."""

    number: str
    seconds: int = DEFAULT_SECONDS  # how long it rings before NO_REPLY counts
    is_active: bool = True


class Forwarding:
    """Rules by reason and class. Disabling keeps a rule, erasing forgets it."""

    def __init__(self) -> None:
        self._rules: dict[tuple[int, int], Rule] = {}
        self.refused = False  # fault: the network takes no changes

    def register(self, reason: int, classes: int, rule: Rule) -> None:
        for place in _places(reason, classes):
            self._rules[place] = rule

    def erase(self, reason: int, classes: int) -> None:
        for place in _places(reason, classes):
            self._rules.pop(place, None)

    def activate(self, reason: int, classes: int, *, is_active: bool) -> bool:
        """False if nothing is registered that could be active."""
        found = [place for place in _places(reason, classes) if place in self._rules]
        for place in found:
            rule = self._rules[place]
            self._rules[place] = Rule(rule.number, rule.seconds, is_active)
        return bool(found)

    def rule(self, reason: int, kind: int = VOICE) -> Rule | None:
        return self._rules.get((reason, kind))

    def active(self, reason: int) -> Rule | None:
        """What happens to a voice call for this reason."""
        rule = self.rule(reason)
        return rule if rule is not None and rule.is_active else None


def _places(reason: int, classes: int) -> list[tuple[int, int]]:
    return [(each, kind) for each in REASONS[reason] for kind in CLASSES if classes & kind]
