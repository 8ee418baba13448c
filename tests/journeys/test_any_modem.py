"""Nothing in the product knows that it talks to its own simulator: a modem from elsewhere, through config.ini alone."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.box import Box
from tests.journeys.foreign_modem import ForeignModem
from tests.support import eventually

CITIZEN = "13655550001"


def test_texts_and_calls_work_on_a_modem_nobody_has_tried(tmp_path: Path) -> None:
    with ForeignModem(tmp_path / "odd.tty") as modem:
        box = Box(tmp_path, {"odd": tmp_path / "odd.tty"}, modem="talk_path = headset\n")
        box.staff()
        box.prove_talk_paths()
        with box:
            box.ready("odd")
            wang = box.seat("wang")
            events = wang.events()

            modem.text(CITIZEN, "水管爆了，请派人来")
            eventually(lambda: len(box.export("tickets")) == 1)
            assert box.export("tickets")[0]["content"] == "水管爆了，请派人来"
            eventually(lambda: any("已收到" in text for text in modem.texts_to(CITIZEN)))
            eventually(lambda: modem.places == {})

            modem.ring(CITIZEN)
            ring = events.wait_for("ring", number=CITIZEN, line="odd")
            wang.post(f"/calls/{ring['id']}/take", {}, page="/calls/ringing")
            eventually(lambda: modem.is_talking)
            modem.hang_up()
            eventually(lambda: [call["outcome"] for call in box.export("calls")] == ["answered"])

            box.hotline("call", "dial", CITIZEN)
            eventually(lambda: modem.dialed == [CITIZEN])
            box.hotline("call", "hangup")
            assert box.stop() == 0
