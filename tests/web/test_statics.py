"""What browsers load: small, kept for ever, ours, and the same in both themes."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from tests.web.house import House
from web import statics, telephone_words, words

LARGEST_FIRST_LOAD_BYTES = 150_000
STATIC = statics.FOLDER


def test_the_first_page_of_the_day_is_small(house: House) -> None:
    for status in ("draft", "accepted", "dispatched", "review", "survey"):
        house.ticket(status)
    wang = house.seat("wang")
    html = wang.html("/")
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', html))
    assert any("bootstrap" in path for path in loaded)
    sizes = {"/": len(gzip.compress(html.encode()))}
    for path in loaded:
        answer = wang.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == "gzip" or len(answer.data) < statics.WORTH_SQUEEZING_BYTES
        sizes[path] = len(answer.data)
    assert sum(sizes.values()) <= LARGEST_FIRST_LOAD_BYTES, sizes


def test_a_file_is_kept_for_ever_under_the_mark_of_its_content(house: House) -> None:
    stranger = house.stranger()
    url = house.app.extensions["statics"]["theme.css"].url
    answer = stranger.get(url)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.data == (STATIC / "theme.css").read_bytes()
    squeezed = stranger.get(url, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(squeezed.data) == answer.data


def test_a_page_from_before_an_update_gets_todays_file_and_does_not_keep_it(house: House) -> None:
    answer = house.stranger().get("/static/000000000000/theme.css")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_listed_files_are_served(house: House) -> None:
    for path in ("vendor/VENDORED.toml", "../settings.py", "%2e%2e/settings.py", "vendor/htmx/LICENSE"):
        assert house.stranger().get(f"/static/x/{path}").status_code == 404


def test_a_changed_file_has_another_mark(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = statics.read(tmp_path)["a.css"].url
    (tmp_path / "a.css").write_text("b{}")
    assert statics.read(tmp_path)["a.css"].url != before


def test_both_ways_into_the_dark_give_the_same_colours() -> None:
    text = (STATIC / "theme.css").read_text(encoding="utf-8")
    by_system = re.search(r':root:not\(\[data-theme="light"\]\) \{\n(.*?)\n  \}', text, re.DOTALL)
    by_hand = re.search(r':root\[data-theme="dark"\] \{\n  color-scheme: dark;\n(.*?)\n\}', text, re.DOTALL)
    assert by_system is not None
    assert by_hand is not None
    assert by_system[1].split() == by_hand[1].split()


def test_every_colour_token_has_its_dark_twin() -> None:
    text = (STATIC / "theme.css").read_text(encoding="utf-8")
    light, dark = text.split(':root[data-theme="dark"]', 1)
    colours = set(re.findall(r"(--[\w-]+): #", light.split("@media", 1)[0]))
    shared = {"--line-amber", "--line-blue", "--line-violet", "--line-teal"}  # bright enough on both grounds
    assert colours - shared - set(re.findall(r"(--[\w-]+): #", dark.split("}", 1)[0])) == set()


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_text_can_be_read_on_its_ground_in_both_themes() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    text = (STATIC / "theme.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", text.split("@media", 1)[0]))
    dark = dict(
        re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", text.split(':root[data-theme="dark"]', 1)[1].split("}", 1)[0])
    )
    pairs = [
        ("--ink", "--sheet"),
        ("--ink-2", "--sheet"),
        ("--ink-3", "--sheet"),
        ("--ink-3", "--paper"),
        ("--ink-3", "--sunken"),
    ]
    pairs += [(f"--{name}", f"--{name}-soft") for name in ("red", "amber", "blue", "violet", "teal", "green", "grey")]
    pairs += [
        ("--on-brand", "--brand"),
        ("--rail-ink", "--rail"),
        ("--brand-strong", "--sheet"),
        ("--brand-strong", "--paper"),
    ]
    for theme in (light, dark):
        for ink, ground in pairs:
            assert _contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground, theme[ink], theme[ground])


def test_our_styles_and_scripts_need_nothing_newer_than_chromium_109() -> None:
    """No nesting (112), no :has() (105 but slow there) for anything that must work, no import maps, no eval.

    Container queries came with 105.
    """
    for path in STATIC.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert ":has(" not in text
        assert not re.search(r"[{;]\s*&", text)
        assert "@import" not in text
        assert "http" not in text
        for rule in ("@layer", "@scope", "light-dark(", "color-mix(", "text-wrap: balance"):
            assert rule not in text
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|import\(|https?://", text)


def test_the_sprite_holds_the_icons_in_use_and_no_other() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    sources = [path for path in STATIC.parent.rglob("*") if path.suffix in {".py", ".html", ".js"}]
    text = "".join(path.read_text(encoding="utf-8") for path in sources if "vendor" not in path.parts)
    used = {name for name in drawn if re.search(rf"['\"]{name}['\"]", text)} | {
        f"reception-{bars}" for bars in range(5)
    }
    assert drawn == used
    for name in re.findall(r"\{\{ icon\('([\w-]+)'", text):
        assert name in drawn, name


def test_every_icon_of_a_table_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {*words.STAGE_ICONS.values(), *words.MOVE_ICONS.values(), *words.TIMELINE_ICONS.values()}
    named |= {icon for icon, _ in telephone_words.CALLBACK_SIGNS.values()}
    of_calls = telephone_words.OUTCOMES, telephone_words.RESULTS, telephone_words.LINE_STATES
    for table in (words.SMS_STATES, words.BOXES, words.SOURCES, *of_calls):
        named |= {row.icon for row in table.values()}
    assert named <= drawn


def test_every_form_that_keeps_a_draft_tells_the_box_which_one_so_that_it_goes_once_it_was_sent() -> None:
    for page in sorted((statics.FOLDER.parent / "templates").rglob("*.html")):
        html = page.read_text(encoding="utf-8")
        kept, told = re.findall(r'\bdata-draft="([^"]+)"', html), re.findall(r'name="draft" value="([^"]+)"', html)
        assert sorted(kept) == sorted(told), page.name
