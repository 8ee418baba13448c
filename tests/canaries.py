"""Looks for a number or a name in bytes, in every form in which a telephone, a database or a page may hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

DIGITS_IN_PAIRS_FROM = 8  # so many semi-octets in a row are no accident


@dataclass(frozen=True)
class Found:
    where: str
    canary: str
    form: str


def swapped(digits: str) -> str:
    """Semi-octets as a PDU holds them (3GPP TS 23.040, 9.1.2.3); an odd last digit is left away."""
    return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits) - 1, 2))


def forms_of(canary: str) -> Mapping[str, bytes]:
    """Every form, by name. A number also as it is written in groups, and as a raw PDU holds it."""
    forms = {
        "plain": canary.encode(),
        "utf-16-le": canary.encode("utf-16-le"),
        "utf-16-be": canary.encode("utf-16-be"),
        "ucs2 hex": canary.encode("utf-16-be").hex().upper().encode(),
        "ucs2 hex small": canary.encode("utf-16-be").hex().encode(),
        "json": canary.encode("unicode_escape"),
        "html": "".join(f"&#{ord(sign)};" for sign in canary).encode(),
    }
    if canary.isdecimal():
        even, odd = swapped(canary), swapped(canary[1:])
        national = canary.removeprefix("0")
        forms |= {
            "in groups": f"{canary[:3]} {canary[3:7]} {canary[7:]}".encode(),
            "with dashes": f"{canary[:3]}-{canary[3:7]}-{canary[7:]}".encode(),
            "without zero": national.encode(),
            "swapped": even.encode(),
            "swapped, odd": odd.encode(),
            "swapped bytes": bytes.fromhex(even),
            "swapped bytes, odd": bytes.fromhex(odd),
        }
    return {name: form for name, form in forms.items() if form}


class Scan:
    """`scan = Scan(canaries)`; `scan.look("log", log_bytes)`; then `scan.found`."""

    def __init__(self, canaries: Iterable[str]) -> None:
        self._forms = [(canary, name, form) for canary in canaries for name, form in forms_of(canary).items()]
        self.found: list[Found] = []
        self.looked_at: list[str] = []

    def look(self, where: str, raw: bytes | str) -> list[Found]:
        """What of the canaries is in there; remembered as well."""
        self.looked_at.append(where)
        data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
        here = [Found(where, canary, name) for canary, name, form in self._forms if form in data]
        self.found += here
        return here

    def look_at_files(self, where: str, folder: Path, *, but: Iterable[str] = ()) -> None:
        """Every file below the folder, its name included."""
        for path in _files(folder):
            if path.name not in but:
                self.look(
                    f"{where}: {path.relative_to(folder)}", str(path.relative_to(folder)).encode() + path.read_bytes()
                )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
