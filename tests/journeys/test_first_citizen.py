"""The loop, whole, on the wire: from the citizen's telephone to the box and back, nothing but a pty in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.box import Box, Seat
from tests.support import Simulator, eventually

CITIZEN, OTHER_CITIZEN, STRANGER = "13800010001", "13800010002", "13700099999"
HANDLER, OTHER_HANDLER = "13900010012", "13900010016"


class Town:
    """The people at the other end, by what their telephones show."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def texts(self, number: str) -> list[str]:
        return [each["text"] for each in self._simulator.ask("phones")["messages"] if each["to"] == number]

    def receives(self, number: str, *parts: str, after: int = 0) -> str:
        """The first text to this number that contains all parts."""

        def found() -> str | None:
            return next((text for text in self.texts(number)[after:] if all(part in text for part in parts)), None)

        text: str = eventually(found, 600, every_s=0.1)  # behind fifty receipts, on a busy machine
        return text

    def texts_the_box(self, number: str, text: str) -> None:
        self._simulator.ask("sms", number=number, text=text)

    def rings(self, number: str) -> None:
        self._simulator.ask("ring", number=number)

    def hangs_up(self) -> None:
        self._simulator.ask("hangup")

    def picks_up(self) -> None:
        self._simulator.ask("pickup")

    def current_calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._simulator.ask("calls")["current"]
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Box, Town]]:
    with Simulator(tmp_path, "line1", "--baud", "115200") as simulator:
        box = Box(tmp_path, {"line1": simulator.link}, modem="talk_path = headset\n")
        box.staff()
        box.prove_talk_paths()
        with box:
            box.ready("line1")
            yield box, Town(simulator)
            assert box.stop() == 0


def ticket(box: Box, no: str) -> dict[str, Any]:
    return next(row for row in box.export("tickets") if row["no"] == no)


def moves(seat: Seat, no: str, move: str, **fields: str) -> None:
    """Press one of the ticket's buttons."""
    page = f"/tickets/{int(no)}"
    version = re.search(r'name="version"[^>]*value="(\d+)"', seat.get(page))
    assert version is not None
    seat.post(f"{page}/move", {"move": move, "version": version[1], **fields}, page=page)


def department_id(seat: Seat, no: str, name: str) -> str:
    found = re.search(rf'<option value="(\d+)"[^>]*>\s*[^<]*{name}', seat.get(f"/tickets/{int(no)}"))
    assert found is not None, f"no department {name} to choose"
    return found[1]


def test_a_call_becomes_a_ticket_and_the_citizen_gets_an_answer(office: tuple[Box, Town]) -> None:
    box, town = office
    wang = box.seat("wang")
    events = wang.events()

    # The telephone rings; the screen pop shows the number, and the operator takes the call on the line's headset.
    town.rings(CITIZEN)
    ring = events.wait_for("ring", line="line1")
    known = events.wait_for("ring", number=CITIZEN, id=ring["id"])
    call_id = known["id"]
    assert CITIZEN in wang.get("/calls/ringing")
    wang.post(f"/calls/{call_id}/take", {}, page="/calls/ringing")
    eventually(lambda: [call["state"] for call in town.current_calls()] == ["active"])

    # She writes it down while they talk.
    written = {
        "title": "东街路灯不亮",
        "content": "东街邮局到小学门口的三盏路灯一周不亮。",
        "place": "城关镇东街",
        "contact_name": "刘大爷",
        "contact_phone": CITIZEN,
        "type": "help",
        "category": "lamp",
        "urgency": "normal",
    }
    wang.post(f"/tickets/new?call={call_id}", written, page=f"/tickets/new?call={call_id}")
    no = box.export("tickets")[0]["no"]
    assert ticket(box, no)["status"] == "accepted"
    assert ticket(box, no)["phone"] == CITIZEN
    town.hangs_up()
    eventually(lambda: box.export("calls")[0]["outcome"] == "answered")
    assert box.export("calls")[0]["ticket"] == no

    # Dispatch: the handler's telephone shows it. He signs, and later answers in plain words.
    moves(wang, no, "dispatch", department_id=department_id(wang, no, "城管局"))
    town.receives(HANDLER, no, "东街路灯不亮")
    assert ticket(box, no)["due_at"]
    town.texts_the_box(HANDLER, "1")
    eventually(lambda: ticket(box, no)["status"] == "in_progress")
    town.texts_the_box(HANDLER, "控制箱进水，已更换，三盏灯都亮了。")
    eventually(lambda: ticket(box, no)["status"] == "review")
    assert not any("控制箱" in text for text in town.texts(CITIZEN)), "a department's words went out unseen"

    # The operator reads it and accepts; the citizen gets the result and is asked; a 5 closes it.
    assert "控制箱进水" in wang.get(f"/tickets/{int(no)}")
    moves(wang, no, "approve")
    town.receives(CITIZEN, no, "控制箱进水", "5")
    town.texts_the_box(CITIZEN, "5")
    eventually(lambda: ticket(box, no)["status"] == "closed")
    assert ticket(box, no)["rating"] == 5

    # No apology ever went to somebody who was served.
    assert not any("抱歉" in text for text in town.texts(CITIZEN))


def test_a_text_becomes_a_draft_with_one_receipt_and_more_words_join_it(office: tuple[Box, Town]) -> None:
    box, town = office
    town.texts_the_box(CITIZEN, "西街井盖破了一个口，骑车差点摔倒，请来看看😀" * 5)
    receipt = town.receives(CITIZEN, "已收到")
    no = box.export("tickets")[0]["no"]
    assert no in receipt
    assert "已受理" not in receipt
    assert ticket(box, no)["status"] == "draft"
    assert ticket(box, no)["content"].count("😀") == 5
    town.texts_the_box(CITIZEN, "就在西街小学门口")
    eventually(lambda: [row["ticket"] for row in box.export("messages") if row["direction"] == "in"] == [no, no])
    assert len(town.texts(CITIZEN)) == 1, "one receipt per matter"
    assert len(box.export("tickets")) == 1


def test_a_missed_call_is_answered_by_sms_and_waits_in_the_list_until_reached(office: tuple[Box, Town]) -> None:
    box, town = office
    wang = box.seat("wang")
    for _ in range(2):
        town.rings(CITIZEN)
        eventually(lambda: any(call["outcome"] == "" for call in box.export("calls")))
        town.hangs_up()
        eventually(lambda: all(call["outcome"] for call in box.export("calls")))
    assert [call["outcome"] for call in box.export("calls")] == ["missed", "missed"]
    town.receives(CITIZEN, "抱歉")
    assert len(town.texts(CITIZEN)) == 1, "two missed calls are one matter"
    page = wang.get("/callbacks")
    assert CITIZEN in page

    # Called back from the list and reached: the entry goes by itself.
    callback = re.search(r'action="(/callbacks/\d+/call)"', page)
    assert callback is not None
    wang.post(callback[1], {}, page="/callbacks")
    eventually(lambda: [call["state"] for call in town.current_calls()] == ["alerting"])
    town.picks_up()
    eventually(lambda: '/call"' not in wang.get("/callbacks"))
    town.hangs_up()
    eventually(lambda: [call["outcome"] for call in box.export("calls")] == ["missed", "missed", "answered"])


def test_a_strangers_df_is_refused_and_never_passed_on(office: tuple[Box, Town]) -> None:
    box, town = office
    town.texts_the_box(CITIZEN, "东街路灯不亮，一周了。")
    town.receives(CITIZEN, "已收到")
    no = box.export("tickets")[0]["no"]
    wang = box.seat("wang")
    moves(wang, no, "accept") if ticket(box, no)["type"] else _accept_draft(wang, no)
    moves(wang, no, "dispatch", department_id=department_id(wang, no, "城管局"))
    town.receives(HANDLER, no)

    for sender in (STRANGER, OTHER_HANDLER):
        town.texts_the_box(sender, f"DF {no} 已经修好了，请放心。")
    eventually(lambda: sum(row["direction"] == "in" for row in box.export("messages")) == 3)
    assert ticket(box, no)["status"] == "dispatched"
    assert not any("已经修好" in text for text in town.texts(CITIZEN))
    refused = [row for row in box.export("audit") if "refused" in row["action"]]
    assert len(refused) == 2, "both attempts are in the audit"

    # The right unit's words with the number do reach the review.
    town.texts_the_box(HANDLER, f"DF {no} 已更换灯泡。")
    eventually(lambda: ticket(box, no)["status"] == "review")


def test_advertising_is_filed_apart_and_never_answered(office: tuple[Box, Town]) -> None:
    box, town = office
    for sender in ("10690001234", "95588", "10086"):
        town.texts_the_box(sender, "恭喜您获得大奖，回复1领取。")
    eventually(lambda: sum(row["direction"] == "in" for row in box.export("messages")) == 3)
    assert box.export("tickets") == []
    assert [row for row in box.export("messages") if row["direction"] == "out"] == []


def _accept_draft(seat: Seat, no: str) -> None:
    """Fill in what the citizen's text left open."""
    page = f"/tickets/{int(no)}/edit"
    html = seat.get(page)
    version = re.search(r'name="version"[^>]*value="(\d+)"', html)
    assert version is not None
    words = {
        "title": "东街路灯不亮",
        "content": "东街路灯不亮，一周了。",
        "place": "东街",
        "type": "help",
        "category": "lamp",
    }
    seat.post(page, {**words, "contact_phone": CITIZEN, "urgency": "normal", "version": version[1]})
    moves(seat, no, "accept")
