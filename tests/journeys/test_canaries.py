"""Fifty confidential reporters by text and by telephone, through a real process and a real wire; then everything the
box has, shows or says is searched for their numbers and names, in every form in which bytes can hold them.

The places are searched with a leak seeded into each as well: a search that cannot find is no search.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from db.search import PURGE
from tests.canaries import Scan, swapped
from tests.journeys.box import Box, Seat
from tests.journeys.test_first_citizen import HANDLER, Town, department_id, moves
from tests.support import Simulator, eventually

PATIENCE_S = 600.0
TEXTING, CALLING = 44, 6
NUMBERS = [f"139{4471 + 37 * at:04d}{8053 - 61 * at:04d}" for at in range(TEXTING + CALLING)]
SURNAMES, GIVEN = "甄阚晁亓蒯", "霁珩翀琬昶筠骞彧懿钧"
NAMES = [f"{SURNAMES[at // 10]}{GIVEN[at % 10]}某" for at in range(TEXTING + CALLING)]
WORKED_OFF = 3  # of them go through the whole loop
PAGES_OF_ONE = 140  # a crawl ends somewhere

FRAGMENTS = (
    "/calls/ringing", "/calls/rows", "/desk/queue", "/desk/side", "/desk/strip", "/callbacks/rows", "/messages/rows",
    "/messages/rows?box=in", "/messages/rows?box=out", "/tickets/rows", "/recordings", "/healthz",
)  # fmt: skip


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Box, Town]]:
    """The office after all fifty were taken in, and some of them answered."""
    folder = tmp_path_factory.mktemp("canaries")
    with Simulator(folder, "line1", "--baud", "115200") as simulator:
        plan = "talk_path = headset\nsms_per_day = 2000\nsms_per_minute = 900\n"
        box = Box(folder, {"line1": simulator.link}, modem=plan)
        box.staff()
        box.prove_talk_paths()
        with box:
            box.ready("line1")
            town = Town(simulator)
            _they_come(box, town)
            _all_become_confidential(box)
            _some_are_answered(box, town)
            eventually(lambda: _is_purged(box), PATIENCE_S + 60, every_s=0.5)
            yield box, town


def _they_come(box: Box, town: Town) -> None:
    for number, name in zip(NUMBERS[:TEXTING], NAMES, strict=False):
        town.texts_the_box(number, f"我是{name},手机{number},举报有人向摊位收钱。")
    for at, number in enumerate(NUMBERS[TEXTING:], start=1):
        town.rings(number)
        known = f"SELECT count(*) FROM call_number WHERE raw LIKE '%{number}'"
        eventually(partial(_ask, box, known), PATIENCE_S, every_s=0.1)
        town.hangs_up()
        over = f"SELECT count(*) = {at} FROM call WHERE ended_at IS NOT NULL"
        eventually(partial(_ask, box, over), PATIENCE_S, every_s=0.1)
    eventually(lambda: _ask(box, "SELECT count(*) FROM ticket") == TEXTING, PATIENCE_S, every_s=0.2)


def _ask(box: Box, sql: str) -> object:
    """One value of the running office's file."""
    connection = sqlite3.connect(f"{(box.data / 'hotline.db').as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        found = connection.execute(sql).fetchone()
    finally:
        connection.close()
    return found[0] if found else None


def _all_become_confidential(box: Box) -> None:
    wang = box.seat("wang")
    names = dict(zip(NUMBERS, NAMES, strict=True))
    for row in box.export("tickets"):
        name, page = names[row["phone"]], f"/tickets/{int(row['no'])}/edit"
        wang.post(page, {**_form(name, row["phone"]), "type": "report", "then": "accept"}, page=page)
    for row in box.export("calls"):
        page = f"/tickets/new?call={row['id']}"
        form = {**_form(names[row["number"]], row["number"]), "type": "complaint", "privacy": "confidential"}
        wang.post(page, form, page=page)


def _form(name: str, number: str) -> dict[str, str]:
    return {
        "title": f"{name}举报收钱",
        "content": f"{name}({number})说有人向摊位收钱,请回电{number[:3]} {number[3:7]} {number[7:]}。",
        "place": f"{name}的摊位",
        "contact_name": name,
        "contact_phone": number,
        "wish": f"回电{number}",
        "category": "other",
        "urgency": "normal",
    }


def _some_are_answered(box: Box, town: Town) -> None:
    """Dispatched, answered by the handler with their numbers in his words, rated, and rung up once more."""
    wang = box.seat("wang")
    rows = box.export("tickets")
    for row, number, name in [*zip(rows, NUMBERS, NAMES, strict=False)][:WORKED_OFF]:
        no = row["no"]
        moves(wang, no, "dispatch", department_id=department_id(wang, no, "城管局"))
        town.receives(HANDLER, no)
        town.texts_the_box(HANDLER, f"DF {no} 已与{name}联系,号码{number},收的钱已经退还。")
        eventually(partial(_has_status, box, no, "review"), PATIENCE_S, every_s=0.3)
        moves(wang, no, "approve")
        town.receives(number, "收的钱已经退还")
        town.texts_the_box(number, "5")
        eventually(partial(_has_status, box, no, "closed"), PATIENCE_S, every_s=0.3)
    waiting = rows[WORKED_OFF]["no"]
    moves(wang, waiting, "dispatch", department_id=department_id(wang, waiting, "城管局"))
    came = int(str(_ask(box, "SELECT count(*) FROM sms_in")))
    town.texts_the_box(NUMBERS[10], f"补充:我{NAMES[10]},{NUMBERS[10]},还有照片")
    eventually(lambda: _ask(box, f"SELECT count(*) > {came} FROM sms_in"), PATIENCE_S, every_s=0.2)
    town.rings(NUMBERS[11])
    eventually(lambda: NUMBERS[11] in wang.get("/calls/ringing"), PATIENCE_S, every_s=0.1)
    town.hangs_up()
    # The card of a missed call stays for a minute, with the number: the desk must see who rang.
    eventually(lambda: NUMBERS[11] not in wang.get("/calls/ringing"), PATIENCE_S, every_s=0.5)


def _has_status(box: Box, no: str, status: str) -> bool:
    return _ask(box, f"SELECT status FROM ticket WHERE no = {int(no)}") == status


def _is_purged(box: Box) -> bool:
    return _ask(box, f"SELECT count(*) FROM meta WHERE key = '{PURGE}'") == 0


# --- every place, as a function from the office to the bytes it holds ------------------------------------------------


def pages(box: Box, scan: Scan) -> None:
    for user in ("wang", "li", "unit"):
        seat = box.seat(user)
        for path, html in _crawl(seat):
            scan.look(f"page of {user}: {path}", html)


def _crawl(seat: Seat) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, and the fragments that scripts ask for; also what stands in comments."""
    waiting, seen = ["/", *FRAGMENTS], set[str]()
    while waiting and len(seen) < PAGES_OF_ONE:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            html = seat.get_bytes(path).decode("utf-8", "replace")
        except OSError:
            continue  # not for this user
        yield path, html
        links = re.findall(r'(?:href|src|hx-get|data-url)="(/[^"#]*)', html)
        waiting += [link.replace("&amp;", "&") for link in links if not link.startswith(("/static", "/logout"))]


def prints(box: Box, scan: Scan) -> None:
    wang = box.seat("wang")
    for row in box.export("tickets")[: WORKED_OFF + 1]:
        for form in ("slip", "slip?form=supervision"):
            try:
                scan.look(f"print {form}", wang.get(f"/tickets/{int(row['no'])}/{form}"))
            except OSError:
                continue


def search(box: Box, scan: Scan) -> None:
    """Asked for a number, a part of it or a name, nothing is found: a hit would be an answer, without a byte of it."""
    wang = box.seat("wang")
    for number, name in zip(NUMBERS, NAMES, strict=True):
        for words in (number, number[3:9], name):
            hits = re.findall(r'href="/tickets/\d+"', wang.get(f"/search?q={_quoted(words)}"))
            scan.look(f"search for {words}", number if hits else "")


def _quoted(words: str) -> str:
    return "".join(f"%{byte:02X}" for byte in words.encode())


def exports(box: Box, scan: Scan) -> None:
    for what in ("tickets", "calls", "messages", "audit"):
        scan.look(f"export {what}", box.hotline("export", what).stdout)
    scan.look("export tickets csv", box.hotline("export", "tickets", "--format", "csv").stdout)


def texts_to_others(town: Town, scan: Scan) -> None:
    """What went out to departments, and what went to the reporters themselves: it names nobody either."""
    for message in town._simulator.ask("phones")["messages"]:
        scan.look(f"text to {message['to'][-4:]}", message["text"])


def log(box: Box, scan: Scan) -> None:
    scan.look("log", box.log.read_bytes())


def disk(box: Box, scan: Scan) -> None:
    """Database, write-ahead log, recordings and whatever else lies in the data folder; the box key has no words."""
    scan.look_at_files("disk", box.data)


def backup(box: Box, scan: Scan) -> None:
    copy = box.folder / "backup.db"
    source = sqlite3.connect(f"{(box.data / 'hotline.db').as_uri()}?mode=ro", uri=True)
    target = sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    scan.look("backup", copy.read_bytes())
    copy.unlink()


def doctor(box: Box, scan: Scan) -> None:
    done = box.hotline("doctor", check=False)
    scan.look("doctor", done.stdout + done.stderr)


PLACES = (pages, prints, search, exports, log, disk, backup, doctor)


@pytest.fixture
def scan() -> Scan:
    return Scan([*NUMBERS, *NAMES])


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_none_of_the_fifty_is_found(lived: tuple[Box, Town], scan: Scan, place: object) -> None:
    assert callable(place)
    place(lived[0], scan)
    assert scan.looked_at
    assert scan.found == []


@pytest.mark.slow
def test_no_text_names_any_of_them(lived: tuple[Box, Town], scan: Scan) -> None:
    texts_to_others(lived[1], scan)
    assert len(scan.looked_at) > TEXTING
    assert scan.found == []


@pytest.mark.slow
def test_every_reporter_by_text_had_his_receipt_and_some_their_answer(lived: tuple[Box, Town]) -> None:
    """The fifty were not forgotten to keep them secret."""
    _, town = lived
    assert all(town.texts(number) for number in NUMBERS[:TEXTING])
    assert sum(any("收的钱已经退还" in text for text in town.texts(number)) for number in NUMBERS) == WORKED_OFF


SEEDED = {
    pages: "UPDATE ticket_words SET title = title || ' {number}' WHERE ticket_id = (SELECT max(id) FROM ticket)",
    prints: "UPDATE ticket_words SET title = '{number}' WHERE ticket_id <= 5",
    exports: "UPDATE ticket_words SET content = '{number}' WHERE ticket_id = 1",
    disk: "INSERT INTO meta (key, value) VALUES ('leak', '{number}')",
    backup: "INSERT INTO meta (key, value) VALUES ('leak', '{swapped}')",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", SEEDED, ids=lambda place: place.__name__)
def test_a_leak_seeded_there_is_found(lived: tuple[Box, Town], scan: Scan, place: object) -> None:
    assert callable(place)
    box, _ = lived
    with Mended(box, SEEDED[place].format(number=NUMBERS[0], swapped=swapped(NUMBERS[0]))):
        place(box, scan)
    assert scan.found


@pytest.mark.slow
def test_a_leak_in_the_log_and_in_a_recording_is_found(lived: tuple[Box, Town], scan: Scan) -> None:
    box, _ = lived
    leak = box.folder / "leak"
    (leak / "recordings").mkdir(parents=True)
    (leak / "recordings" / "0.raw").write_bytes(b"HBR1" + NUMBERS[3].encode("utf-16-le"))
    scan.look_at_files("seeded", leak)
    scan.look("seeded log", box.log.read_bytes() + NUMBERS[4].encode())
    assert {found.canary for found in scan.found} == {NUMBERS[3], NUMBERS[4]}


class Mended:
    """A statement of somebody who has the file in his hands; the rows are put back as they were."""

    TABLES = ("ticket_words",)

    def __init__(self, box: Box, statement: str) -> None:
        self._path, self._statement = box.data / "hotline.db", statement

    def __enter__(self) -> None:
        with Writer(self._path) as connection:
            self._kept = {
                table: connection.execute(f"SELECT rowid, * FROM {table}").fetchall() for table in self.TABLES
            }
            self._columns = {
                table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")] for table in self.TABLES
            }
            connection.execute(self._statement)

    def __exit__(self, *_: object) -> None:
        with Writer(self._path) as connection:
            connection.execute("DELETE FROM meta WHERE key = 'leak'")
            for table in self.TABLES:
                columns = self._columns[table]
                gaps = ", ".join(f"{name} = ?" for name in columns)
                for row in self._kept[table]:
                    connection.execute(f"UPDATE {table} SET {gaps} WHERE rowid = ?", (*row[1:], row[0]))


class Writer:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, timeout=60)
        self._connection.execute("PRAGMA secure_delete = ON")

    def __enter__(self) -> sqlite3.Connection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.commit()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
