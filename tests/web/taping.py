"""Recordings in the office behind the pages."""

from __future__ import annotations

from appliance.recordings.layout import BYTES_PER_S
from db import recordings as rows
from tests.web.house import House


def tape(
    house: House, sound: bytes, *, call_id: int = 1, kind: str = "talk", marks: tuple[tuple[float, str, str], ...] = ()
) -> int:
    """A recording of this sound, closed and with its row; its id."""
    recorder, register = house.services.recordings.recorder, house.services.recordings.register
    recorder.expect("line1", call_id, call_id=call_id, kind=kind)
    track = recorder.open("line1", 1, call_id)
    assert track is not None
    told = 0
    for at_s, mark, note in (*marks, (len(sound) / BYTES_PER_S, "", "")):
        upto = round(at_s * BYTES_PER_S) // 320 * 320
        for at in range(told, upto, 320):
            assert track.write([sound[at : at + 320]])
            if at % BYTES_PER_S == 0:
                recorder.round()
        told = upto
        if mark:
            recorder.mark(call_id, mark, note)
        recorder.round()
    track.close()
    recorder.round()
    register.settle()
    return int(rows.rows(house.store, None, 1)[0]["id"])


def deeds(house: House, action: str) -> list[tuple[int, int]]:
    """Who did this to what: user and id, in the order of the audit."""
    found = house.store.rows("SELECT user_id, entity_id FROM audit WHERE action = ? ORDER BY seq", (action,))
    return [(row["user_id"], row["entity_id"]) for row in found]
