"""Half a year of one street lamp by text messages and paper alone: the department has neither telephone nor computer.

Slips are printed from their real pages, come back signed, and are entered with a photo days after they truly arrived.
"""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from appliance.casework.replay import replay
from appliance.clock import from_utc_text, utc_text
from tests.appliance.attachments import photos
from tests.appliance.attachments.pictures import pdf
from tests.appliance.small_office import MORNING, WANG
from tests.journeys.story import SHANGHAI, Story
from tests.web import qr_reading

TOWN = "CGZ"
FIELDS = {
    "title": "东街路灯不亮",
    "content": "东街邮局门口的路灯一周不亮。",
    "place": "城关镇东街",
    "type": "complaint",
    "category": "lamp",
}


class PaperDesk:
    """The operator, a printer, and a messenger who carries paper to the town hall and back."""

    def __init__(self, story: Story, no: int) -> None:
        self.story, self.no = story, no
        self.true_times: list[tuple[str, str]] = []  # move and when its paper arrived, as the history has to hold it
        self.scans = 0

    def print(self, *, round_: int = 1, form: str = "dispatch") -> str:
        """Both sizes of the slip; each carries its number in both codes. The words of the A5 one."""
        pages = []
        for size in ("a5", "a4"):
            html = self.story.at_work(self.story.li).html(f"/tickets/{self.no}/slip?form={form}&size={size}")
            assert f"print-{size}.css" in html
            assert qr_reading.codes(html) == [f"{self.no:06}"] * 2
            assert "城关镇人民政府" in html
            assert re.findall(r"第 (\d) 轮</span>", html) == [str(round_)] * (round_ > 1)
            pages.append(html)
        return pages[0]

    def hand_over(self) -> None:
        page = f"/tickets/{self.no}/slip"
        self.story.press(self.story.li, page, page)

    def comes_back(self, what: str, arrived: datetime, text: str = "", **fields: str) -> None:
        """The signed part, entered with a photo; its number is scanned from its code."""
        found = self.story.at_work(self.story.li).get(f"/papers?ticket_no={self.no:06}").headers["Location"]
        assert found == f"/tickets/{self.no}/paper"
        typed = {"what": what, "text": text, "happened_at": arrived.strftime("%Y-%m-%dT%H:%M"), **fields}
        photo = (io.BytesIO(photos.telephone_jpeg(photos.LIES_LEFT)), "IMG_0001.jpg")
        before = self.story.clock.now()
        assert arrived < before - timedelta(hours=12), "this story enters paper on a later day"
        self.story.press(self.story.li, found, found, {**typed, "files": photo})
        self.true_times.append((what, utc_text(arrived)))
        self.scans += 1


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


@pytest.fixture
def desk(story: Story) -> PaperDesk:
    """A citizen's text that the operator accepted and sent to a town where nobody can be texted."""
    story.office.departments.add(TOWN, "城关镇人民政府", "Chengguan town", "township")
    story.says(WANG, "东街路灯不亮")
    no = story.small.last_no()
    story.press(story.li, f"/tickets/{no}/edit", f"/tickets/{no}/edit", {**FIELDS, "then": "accept"})
    story.move(no, "dispatch", department_id=story.small.department(TOWN).id)
    return PaperDesk(story, no)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


def test_one_lamp_in_half_a_year_by_texts_and_paper_alone(story: Story, desk: PaperDesk) -> None:
    no = desk.no
    assert "tell_unit" in story.small.reminders(), "nobody there can be texted: somebody has to print"
    first = desk.print()
    assert "13900001111" in first.replace(" ", "")
    desk.hand_over()
    assert "tell_unit" not in story.small.reminders()

    # Not theirs, says the paper on Tuesday, which is entered on Wednesday; it is, says the office.
    story.until(2026, 11, 25, 9, 0)
    desk.comes_back("return", at(2026, 11, 24, 10, 30), "路灯由城管局管")
    assert story.status(no) == "return_review"
    story.move(no, "refuse_return", reason="东街路灯按职责清单由镇政府维护")
    assert "东街路灯按职责清单由镇政府维护" in desk.print()
    desk.hand_over()

    # Signed on Wednesday; more time is asked for on the day after, and given.
    story.until(2026, 11, 26, 9, 0)
    desk.comes_back("sign", at(2026, 11, 25, 16, 20))
    assert story.status(no) == "in_progress"
    story.until(2026, 11, 27, 9, 0)
    desk.comes_back("ask_extension", at(2026, 11, 26, 17, 0), "等厂家发货", days="5")
    [asked] = [each for each in story.office.tickets.requests_of(no) if each.kind == "extension"]
    due_before = story.office.tickets.row(no).due_at
    story.press(story.li, f"/tickets/{no}/decide", f"/tickets/{no}", {"request_id": asked.id, "grant": "yes"})
    due_after = story.office.tickets.row(no).due_at
    assert due_before is not None
    assert due_after is not None
    assert due_after > due_before
    assert due_after.astimezone(SHANGHAI).strftime("%m-%d %H:%M") in desk.print()

    # The lamp is made to order: a pause that ends by itself. Then nothing comes until long after it is due.
    story.move(no, "pause", days=10, reason="灯具定做")
    assert story.status(no) == "paused"
    story.until(2026, 12, 18, 9, 0)
    assert story.status(no) == "in_progress"
    story.until(2027, 1, 5, 9, 0)
    assert story.office.tickets.row(no).lateness == "late"
    assert story.office.tickets.row(no).supervised_level >= 1
    pressing = desk.print(form="supervision")
    assert "督办单" in pressing

    # The answer lay in the post box over New Year. It says nothing; the next one does.
    desk.comes_back("reply", at(2026, 12, 31, 17, 15), "已转办", result="explained", contacted="no")
    assert story.status(no) == "review"
    story.move(no, "send_back", reason="没有说明修好没有")
    assert "没有说明修好没有" in desk.print(round_=2)
    story.until(2027, 1, 8, 9, 0)
    desk.comes_back("reply", at(2027, 1, 7, 11, 0), "东街三盏路灯已更换，今晚已亮。", result="solved", contacted="yes")
    story.move(no, "approve")
    assert "东街三盏路灯已更换" in " ".join(story.small.phone(WANG)[-2:])

    # Not satisfied: done again on paper, and then he is.
    story.days(1)
    story.says(WANG, "2")
    story.move(no, "redo", reason="邮局门口那盏还不亮")
    again = desk.print(round_=3)
    assert "邮局门口那盏还不亮" in again
    desk.hand_over()
    story.until(2027, 1, 15, 9, 0)
    desk.comes_back(
        "reply", at(2027, 1, 14, 15, 0), "邮局门口路灯线路已重接，现已亮。", result="solved", contacted="yes"
    )
    story.move(no, "approve")
    story.days(1)
    story.says(WANG, "4")
    assert story.status(no) == "closed"

    # In February it is dark again; in May it rests.
    story.until(2027, 2, 10, 9, 0)
    story.move(no, "reopen", reason="又不亮了")
    desk.print(round_=4)
    desk.hand_over()
    story.until(2027, 4, 20, 9, 0)
    desk.comes_back(
        "reply", at(2027, 4, 19, 8, 50), "变压器已更换，东街路灯全部恢复。", result="solved", contacted="yes"
    )
    story.move(no, "approve")
    story.days(1)
    story.says(WANG, "5")
    assert story.status(no) == "closed"
    story.until(2027, 5, 24, 9, 0)
    assert story.status(no) == "archived"
    assert story.clock.now() - MORNING > timedelta(days=180)

    held_against_the_table(story, desk)
    who_sees_the_scans(story, desk)


def held_against_the_table(story: Story, desk: PaperDesk) -> None:
    """Every main status, each move allowed where it was made, and the true time of every paper beside its own."""
    assert {
        "draft", "accepted", "dispatched", "return_review", "in_progress", "paused", "review", "survey", "closed",
        "archived",
    } <= set(story.visited(desk.no))  # fmt: skip
    rows = story.small.store.rows(
        "SELECT m.* FROM ticket_move m JOIN ticket t ON t.id = m.ticket_id WHERE t.no = ? ORDER BY m.id", (desk.no,)
    )
    assert replay(rows) == "archived"
    true = [row for row in rows if row["happened_at"] is not None]
    assert [(row["move"], row["happened_at"]) for row in true] == desk.true_times
    for row in true:
        assert (row["for_unit"], row["user_id"]) == (1, story.small.li.id)
        assert from_utc_text(row["at"]) - from_utc_text(row["happened_at"]) > timedelta(hours=12)
    unit_moves = {row["move"] for row in rows if row["for_unit"]}
    assert {"sign", "return", "ask_extension", "reply"} <= unit_moves
    assert not any(row["handler_id"] for row in rows), "somebody there had a telephone after all"
    page = story.at_work(story.li).html(f"/tickets/{desk.no}")
    assert page.count("代录") >= len(true)
    assert "12-31 17:15" in page, "the day on which it truly came"
    assert {number for _, number, _ in story.small.on_air} == {WANG}, "nobody else has a telephone in this story"


def who_sees_the_scans(story: Story, desk: PaperDesk) -> None:
    """The desk alone: neither the department whose paper it is nor the technician: nobody finds the photo's place."""
    unit, technician = story.member("cgz-web", "unit", TOWN), story.member("techie", "technician")
    leader = story.member("county", "leader")
    path = f"/tickets/{desk.no}/paper"
    original = {"what": "scan", "files": (io.BytesIO(pdf()), "original.pdf")}
    story.press(story.li, path, path, original)  # the archive wants the original, and an archived ticket takes it
    views = story.office.paper.attachments.of_ticket(story.office.tickets.row(desk.no).id, story.small.li)
    assert len(views) == desk.scans + 1
    for seat in (story.li, story.lead):
        for view in views:
            answer = story.at_work(seat).get(f"/attachments/{view.id}")
            assert answer.status_code == 200
            assert photos.CANARY not in answer.data
    for seat in (unit, technician, leader):
        assert seat.get(path).status_code in (403, 404)
        assert seat.get(f"/attachments/{views[0].id}").status_code in (403, 404)
        refused = seat.send(path, {"what": "scan", "csrf_token": seat.token(), "version": "1"})
        assert refused.status_code in (403, 404)
    assert len(story.office.paper.attachments.of_ticket(story.office.tickets.row(desk.no).id, story.small.li)) == len(
        views
    )
    kept = b"".join(path.read_bytes() for path in story.small.folder.rglob("*") if path.is_file())
    assert photos.CANARY not in kept
