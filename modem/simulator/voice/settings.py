"""What AT commands keep: numbers with their ranges, registers and one-letter settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass

REGISTER_START = {0: 0, 1: 0, 2: 43, 3: 13, 4: 10, 5: 8, 6: 2, 7: 50, 8: 2, 10: 14, 11: 95, 30: 0}


@dataclass(frozen=True, slots=True)
class Kept:
    """A +COMMAND whose values are numbers. `most`: the largest of each. Many have no effect here."""

    start: tuple[int, ...]
    most: tuple[int, ...]
    test: str = ""


KEPT: dict[str, Kept] = {
    "+VSD": Kept((128, 0), (255, 255), "(0-255),(0-255)"),  # sensitivity, silence in tenths of a second
    "+VGT": Kept((128,), (255,), "(0-255)"),
    "+VGR": Kept((128,), (255,), "(0-255)"),
    "+VGM": Kept((128,), (255,), "(0-255)"),
    "+VGS": Kept((128,), (255,), "(0-255)"),
    "+VNH": Kept((0,), (2,), "(0-2)"),
    "+VIT": Kept((0,), (255,), "(0-255)"),
    "+VRA": Kept((50,), (255,), "(0-255)"),
    "+VRN": Kept((10,), (255,), "(0-255)"),
    "+VDR": Kept((0, 0), (1, 255), "(0,1),(0-255)"),
    "+VTD": Kept((100,), (255,), "(5-255)"),  # tones without a length, in hundredths of a second
    "+VCDT": Kept((0,), (7,), "(0-7)"),
    "+VPR": Kept((0,), (48,), "(0-48)"),
    "+VBT": Kept((192, 320), (65535, 65535), "192,320"),
    "+IFC": Kept((2, 2), (3, 2), "(0-3),(0-2)"),
    "+GCI": Kept((0xB5,), (255,), "(0-255)"),
    "-STE": Kept((0,), (7,), "(0-7)"),
    "-SCID": Kept((0,), (1,), "(0,1)"),
}


class Settings:
    """`save` is AT&W: what ATZ comes back to. AT&F and a reset without it are the factory's."""

    def __init__(self) -> None:
        self.numbers: dict[str, list[int]] = {}
        self.basic: dict[str, int] = {}
        self.registers: dict[int, int] = {}
        self.id_form = 0  # +VCID: 0 off, 1 formatted, 2 raw
        self._saved: tuple[dict[str, list[int]], dict[str, int], dict[int, int], int] | None = None
        self.factory()

    def factory(self) -> None:
        self.numbers = {name: list(kept.start) for name, kept in KEPT.items()}
        self.basic = {"E": 1, "V": 1, "Q": 0, "X": 4, "M": 1, "L": 1, "&D": 2, "&C": 1, "&K": 3, "N": 1, "B": 0, "W": 0}
        self.registers = dict(REGISTER_START)
        self.id_form = 0

    def save(self) -> None:
        copied = {name: list(values) for name, values in self.numbers.items()}
        self._saved = (copied, dict(self.basic), dict(self.registers), self.id_form)

    def restore(self) -> None:
        """ATZ, and power."""
        if self._saved is None:
            self.factory()
            return
        numbers, basic, registers, self.id_form = self._saved
        self.numbers = {name: list(values) for name, values in numbers.items()}
        self.basic, self.registers = dict(basic), dict(registers)

    def change(self, name: str, values: list[str | None]) -> None:
        """Raises ValueError for too many values, words, and numbers out of range."""
        kept = KEPT[name]
        if len(values) > len(kept.most):
            raise ValueError(name)
        wanted = list(self.numbers[name])
        for place, value in enumerate(values):
            if value is not None:
                number = int(value, 16) if name == "+GCI" else int(value)
                if not 0 <= number <= kept.most[place]:
                    raise ValueError(value)
                wanted[place] = number
        self.numbers[name] = wanted

    @property
    def is_saved(self) -> bool:
        return self._saved is not None

    @property
    def silence_s(self) -> float:
        """+VSD: how much quiet is worth telling; 0 = off."""
        return self.numbers["+VSD"][1] / 10
