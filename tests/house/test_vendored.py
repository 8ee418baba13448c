"""Files of others are exactly what their authors published, and every icon a page draws is in the sprite."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.house.tree import ROOT, files
from tools import icons, vendor

SPRITE = ROOT / "web" / "static" / "icons.svg"


def test_sums_and_licences_are_as_listed() -> None:
    assert vendor.complaints(vendor.VENDOR) == []


def test_a_changed_byte_a_lost_licence_and_a_stray_file_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "static" / "vendor"
    shutil.copytree(vendor.VENDOR, folder)
    shutil.copy(SPRITE, folder.parent)
    (folder / "htmx" / "htmx.min.js").write_bytes((vendor.VENDOR / "htmx" / "htmx.min.js").read_bytes() + b" ")
    (folder / "bootstrap" / "LICENSE").unlink()
    (folder / "extra.js").write_text("", encoding="utf-8")
    assert [line.partition(":")[0] for line in vendor.complaints(folder)] == [
        "htmx/htmx.min.js",
        "bootstrap/LICENSE",
        "extra.js",
    ]


def test_sprite_holds_the_listed_icons_and_no_other() -> None:
    listed = icons.names(vendor.ICON_NAMES.read_text(encoding="utf-8"))
    assert tuple(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8"))) == listed


def test_sprite_keeps_the_drawing_and_takes_the_colour_of_the_text() -> None:
    drawing = icons.symbol(
        "dot", '<svg xmlns="x" fill="currentColor" viewBox="0 0 16 16">\n  <path d="M1 1"/>\n</svg>\n'
    )
    assert drawing == '<symbol id="dot" viewBox="0 0 16 16" fill="currentColor"><path d="M1 1"/></symbol>'


def test_nothing_is_loaded_from_another_host() -> None:
    outside = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import\s""")
    pages = [path for path in files() if path.suffix in {".html", ".css", ".js"} and "vendor" not in path.parts]
    served = [path for path in pages if path.parts[0] == "web"]
    assert [str(path) for path in served if outside.search((ROOT / path).read_text(encoding="utf-8"))] == []
