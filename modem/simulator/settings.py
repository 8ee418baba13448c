"""Settings that a module merely keeps: name, allowed values, start value. One row per command, no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modem.simulator.answers import AtError, cme


@dataclass(frozen=True, slots=True)
class Setting:
    """Numeric parameters of one command. A parameter that is left out keeps its value."""

    start: tuple[int, ...]
    allowed: tuple[range, ...]
    read_only: tuple[int, ...] = ()  # numbers that follow in the answer to "?"
    needed: int = 1  # so many parameters must be there
    vendor: bool = False  # only makes that name it have it


def _range_text(values: range) -> str:
    return f"({values[0]}-{values[-1]})" if len(values) > 1 else f"({values[0]})"


def _upto(*last: int) -> tuple[range, ...]:
    return tuple(range(number + 1) for number in last)


SETTINGS: dict[str, Setting] = {
    "+CMEE": Setting((0,), _upto(2)),
    "+CREG": Setting((0,), _upto(2)),
    "+CGREG": Setting((0,), _upto(2)),
    "+CEREG": Setting((0,), _upto(2)),
    "+CLIP": Setting((0,), _upto(1), read_only=(1,)),
    "+COLP": Setting((0,), _upto(1), read_only=(0,)),
    "+CLIR": Setting((0,), _upto(2), read_only=(4,)),
    "+CNAP": Setting((0,), _upto(1), read_only=(0,)),
    "+CRC": Setting((0,), _upto(1)),
    "+CR": Setting((0,), _upto(1)),
    "+CSSN": Setting((0, 0), _upto(1, 1)),
    "+CVHU": Setting((0,), _upto(2)),
    "+CMOD": Setting((0,), _upto(3)),
    "+CSTA": Setting((129,), (range(129, 162),)),
    "+CTZU": Setting((0,), _upto(1)),
    "+CTZR": Setting((0,), _upto(2)),
    "+CGEREP": Setting((0, 0), _upto(2, 1)),
    "+CMER": Setting((0, 0, 0, 0, 0), _upto(3, 0, 0, 2, 1)),
    "+CIPHER": Setting((0,), _upto(1)),
    "+CUSD": Setting((0,), _upto(2)),
    "+CMMS": Setting((0,), _upto(2)),
    "+CMGF": Setting((0,), _upto(1), needed=0),
    "+CSDH": Setting((0,), _upto(1), needed=0),
    "+CNMI": Setting((2, 1, 0, 0, 0), _upto(3, 3, 3, 2, 1), needed=0),
    "+CSMP": Setting((17, 167, 0, 0), _upto(255, 255, 255, 255)),
    "+CSCB": Setting((0,), _upto(1)),
    "+IPR": Setting((115200,), (range(921601),)),
    "+IFC": Setting((0, 0), _upto(2, 2)),
    "+ICF": Setting((3, 3), _upto(6, 3)),
    "+VTD": Setting((1,), _upto(255)),
    "+CLVL": Setting((3,), _upto(5)),
    "+CMUT": Setting((0,), _upto(1)),
    "+CRSL": Setting((3,), _upto(5)),
    "^DSCI": Setting((0,), _upto(1), vendor=True),
    "^CURC": Setting((1,), _upto(2), vendor=True),
    "+SETVOLTE": Setting((1,), _upto(1), vendor=True),
}
# V.250 basic commands with a number, kept and never looked at except E, V and Q.
BASIC_START = {"E": 1, "V": 1, "Q": 0, "X": 4, "L": 1, "M": 1, "&C": 1, "&D": 2, "&K": 0, "&S": 0, "\\Q": 0}
# V.250 S-registers: S0 rings before the module answers by itself.
REGISTER_START = {0: 0, 3: 13, 4: 10, 5: 8, 6: 2, 7: 60, 8: 2, 10: 15}


class Settings:
    """What stands in the rows above just now. A reset brings the start values back."""

    def __init__(
        self, other_starts: Mapping[str, tuple[int, ...]], other_allowed: Mapping[str, tuple[range, ...]]
    ) -> None:
        self._other_starts, self._other_allowed = other_starts, other_allowed  # where this maker differs
        self.numbers: dict[str, list[int]] = {}
        self.basic: dict[str, int] = {}
        self.registers: dict[int, int] = {}
        self.charset = "IRA"
        self.indications: set[str] = set()  # of +QINDCFG
        self.restore()

    def restore(self) -> None:
        self.numbers = {name: list(self._other_starts.get(name, setting.start)) for name, setting in SETTINGS.items()}
        self.basic = dict(BASIC_START)
        self.registers = dict(REGISTER_START)
        self.charset = "IRA"
        self.indications = set()

    def __getitem__(self, name: str) -> int:
        """The first parameter of a row."""
        return self.numbers[name][0]

    def change(self, name: str, values: list[str | None], refusal: AtError | None = None) -> None:
        """Take new parameters, or raise `refusal` and change nothing."""
        setting, allowed = SETTINGS[name], self._allowed(name)
        refusal = refusal or cme(50)
        if len(values) > len(allowed) or sum(value is not None for value in values) < setting.needed:
            raise refusal
        changed = list(self.numbers[name])
        for place, value in enumerate(values):
            if value is None:
                continue
            if not value.isdigit() or int(value) not in allowed[place]:
                raise refusal
            changed[place] = int(value)
        self.numbers[name] = changed

    def test_text(self, name: str) -> str:
        """The answer to "=?"."""
        return f"{name}: {','.join(_range_text(values) for values in self._allowed(name))}"

    def _allowed(self, name: str) -> tuple[range, ...]:
        return self._other_allowed.get(name, SETTINGS[name].allowed)
