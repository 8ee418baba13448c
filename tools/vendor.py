"""The front-end files of others kept in this tree: fetched by package name, re-checked offline.

    python tools/vendor.py check     sums, licences and strays; no network
    python tools/vendor.py fetch     take the versions of VENDORED.toml anew through npm and write the sums

To move to a newer version: change `version` in VENDORED.toml, `fetch`, look at the pages, commit.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "web" / "static" / "vendor"
LIST = "VENDORED.toml"
ICON_NAMES = ROOT / "tools" / "icons.txt"
sys.path.insert(0, str(ROOT))

from tools import icons  # noqa: E402  (run as a script, the root is not on the path before this line)


@dataclass(frozen=True)
class Vendored:
    """One kept file: where it lies (relative to the vendor folder), where it came from, its sum."""

    path: str
    name: str
    version: str
    licence: str
    licence_path: str
    source: str  # path inside the npm package, or "icons" for the sprite made of single icons
    sha256: str
    licence_sha256: str


def read(folder: Path) -> tuple[Vendored, ...]:
    rows = tomllib.loads((folder / LIST).read_text(encoding="utf-8"))["file"]
    return tuple(Vendored(**row) for row in rows)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def complaints(folder: Path) -> list[str]:
    """What is wrong with the kept files; empty when all is well."""
    found: list[str] = []
    rows = read(folder)
    expected = {LIST}
    for row in rows:
        for kept, wanted in ((row.path, row.sha256), (row.licence_path, row.licence_sha256)):
            expected.add(kept)
            path = folder / kept
            if not path.is_file():
                found.append(f"{kept}: missing (of {row.name} {row.version})")
            elif _sum(path) != wanted:
                found.append(f"{kept}: differs from the sum of {row.name} {row.version}")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in expected:
            found.append(f"{path.relative_to(folder).as_posix()}: not listed in {LIST}")
    return found


def _package(name: str, version: str, folder: Path) -> dict[str, bytes]:
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"]
    archive = folder / subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
        members = [(member.name.partition("/")[2], tar.extractfile(member)) for member in tar if member.isfile()]
        return {path: content.read() for path, content in members if content is not None}


def _content(row: Vendored, package: dict[str, bytes]) -> bytes:
    if row.source != "icons":
        return package[row.source]
    wanted = icons.names(ICON_NAMES.read_text(encoding="utf-8"))
    svg_of = {name: package[f"icons/{name}.svg"].decode() for name in wanted}
    return icons.sprite(wanted, svg_of, origin=f"{row.name} {row.version}, {row.licence}").encode()


def fetch(folder: Path) -> None:
    """Write every kept file and its licence anew, and the new sums into the list."""
    listing = (folder / LIST).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        for row in read(folder):
            package = _package(row.name, row.version, Path(scratch))
            for kept, content in ((row.path, _content(row, package)), (row.licence_path, package["LICENSE"])):
                (folder / kept).parent.mkdir(parents=True, exist_ok=True)
                (folder / kept).write_bytes(content)
            listing = _with_sum(listing, row.path, "sha256", _sum(folder / row.path))
            listing = _with_sum(listing, row.path, "licence_sha256", _sum(folder / row.licence_path))
    (folder / LIST).write_text(listing, encoding="utf-8")


def _with_sum(listing: str, path: str, key: str, value: str) -> str:
    pattern = rf'(^path = "{re.escape(path)}"\n(?:(?!\[\[).*\n)*?{key} = )"[0-9a-f]*"'
    changed, count = re.subn(pattern, rf'\g<1>"{value}"', listing, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{LIST}: no {key} for {path}")
    return changed


def main(arguments: list[str]) -> int:
    match arguments:
        case ["check"]:
            found = complaints(VENDOR)
            sys.stdout.write("".join(f"{line}\n" for line in found) or "all vendored files are as listed\n")
            return 1 if found else 0
        case ["fetch"]:
            fetch(VENDOR)
            return 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
