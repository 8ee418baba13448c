"""A year's notice brought in from a shell: looked at first, entered when that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.cli import main
from db.store import Store
from tests.appliance.small_office import SmallOffice

NOTICE = "name,first,last,worked\n元旦,2027-01-01,2027-01-04,2027-01-09\n国庆节,2027-10-01,2027-10-07,2027-10-09\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    office = SmallOffice(tmp_path / "data")
    office.clock.advance(days=36)  # 29 December 2026
    office.ticket_with_unit(type_="help")
    office.store.close()
    path = tmp_path / "config.ini"
    path.write_text(f"[data]\ndirectory = {tmp_path / 'data'}\n", encoding="utf-8")
    return path


def bring_in(config: Path, content: bytes, *more: str) -> Result:
    file = config.with_name("2027.csv")
    file.write_bytes(content)
    return CliRunner().invoke(main, ["--config", str(config), "import", "holidays", str(file), *more])


def entered(config: Path) -> int:
    store = Store(config.parent / "data" / "hotline.db")
    try:
        row = store.row("SELECT count(*) AS n FROM calendar_day WHERE notice_year = 2027")
        return int(row["n"]) if row else 0
    finally:
        store.close()


def test_a_file_is_looked_at_and_then_entered(config: Path) -> None:
    looked = bring_in(config, b"\xef\xbb\xbf" + NOTICE.encode())
    assert looked.exit_code == 0, looked.stderr
    assert looked.stdout.startswith("000001\tunit\t2027-01-06T09:30:00+00:00\t2027-01-07T09:30:00+00:00")
    assert "2027-06-09 is a holiday by law" in looked.stderr
    assert "add: --enter" in looked.stderr
    assert entered(config) == 0
    done = bring_in(config, NOTICE.encode(), "--enter")
    assert (done.exit_code, "The holidays of 2027 are known now; 1 due times moved." in done.stderr) == (0, True)
    assert entered(config) == 9


@pytest.mark.parametrize("coding", ["utf-16", "gb18030", "utf-8"])
def test_a_file_is_read_however_the_spreadsheet_saved_it(config: Path, coding: str) -> None:
    text = NOTICE.replace(",", "\t") if coding == "utf-16" else NOTICE  # as "Unicode text"
    done = bring_in(config, text.replace("\n", "\r\n").encode(coding), "--enter")
    assert (done.exit_code, entered(config)) == (0, 9), done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "Line 1 holds bytes that are no text in UTF-16. Save the list again as CSV UTF-8."),
        (b"name,first\n\xe5\x81\x87,\xe5\x81\x87\xff,\n", "Line 2 holds bytes that are no text in UTF-8."),
        (b"on,off\n", "line 1: The first line must name the columns name,first,last,worked."),
        (b"name,first,last,worked\nX,2027-10-07,2027-10-01,\n", "line 1: The last day lies before the first."),
    ],
)
def test_a_file_that_is_wrong_names_line_and_cure_and_enters_nothing(config: Path, content: bytes, words: str) -> None:
    refused = bring_in(config, content, "--enter")
    assert (refused.exit_code, words in refused.stderr) == (1, True), refused.stderr
    assert entered(config) == 0
