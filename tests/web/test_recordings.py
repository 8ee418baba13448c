"""Recordings on the pages: who hears which, any part of the sound, and what is written down about it."""

from __future__ import annotations

import io
import re
import wave

import pytest

from appliance.recordings.rules import Rules
from tests import needs
from tests.appliance.recordings.sounds import sound
from tests.web.house import House, Seat
from tests.web.taping import deeds, tape

SOUND = sound(3.5)
WAV_BYTES = 44 + len(SOUND)


def part(seat: Seat, path: str, wanted: str, **more: str) -> tuple[int, bytes, str]:
    answer = seat.get(path, headers={"Range": wanted, **more})
    return answer.status_code, answer.data, answer.headers.get("Content-Range", "")


def test_the_whole_is_a_wav_that_any_player_knows(house: House) -> None:
    recording = tape(house, SOUND)
    answer = house.seat("li").get(f"/recordings/{recording}/sound")
    assert answer.status_code == 200
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "audio/wav"
    with wave.open(io.BytesIO(answer.data)) as played:
        assert (played.getframerate(), played.getsampwidth(), played.getnchannels()) == (8000, 2, 1)
        assert played.readframes(played.getnframes()) == SOUND


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-", 0, WAV_BYTES), ("bytes=0-43", 0, 44), ("bytes=40-50", 40, 51), ("bytes=44-99", 44, 100),
        ("bytes=30000-70000", 30000, 56044), ("bytes=-100", WAV_BYTES - 100, WAV_BYTES),
        (f"bytes={WAV_BYTES - 1}-", WAV_BYTES - 1, WAV_BYTES), ("bytes=16043-16045", 16043, 16046),
    ],
)  # fmt: skip
def test_any_part_of_it_is_that_part_of_the_whole(house: House, wanted: str, start: int, stop: int) -> None:
    recording, lead = tape(house, SOUND), house.seat("li")
    whole = lead.get(f"/recordings/{recording}/sound").data
    status, data, said = part(lead, f"/recordings/{recording}/sound", wanted)
    assert status == 206
    assert data == whole[start:stop]
    assert said == f"bytes {start}-{stop - 1}/{WAV_BYTES}"


def test_a_part_beyond_the_end_is_refused_and_an_odd_wish_gets_the_whole(house: House) -> None:
    path, lead = f"/recordings/{tape(house, SOUND)}/sound", house.seat("li")
    assert part(lead, path, f"bytes={WAV_BYTES}-") == (416, b"", f"bytes */{WAV_BYTES}")
    for odd in ("bytes=5-2", "lines=1-2", "bytes=0-1,5-9", "bytes=x", "nonsense"):
        status, data, _ = part(lead, path, odd)
        assert (status, len(data)) == (200, WAV_BYTES), odd


def test_a_part_of_what_has_changed_meanwhile_is_not_mixed_with_what_was(house: House) -> None:
    path, lead = f"/recordings/{tape(house, SOUND)}/sound", house.seat("li")
    version = lead.get(path).headers["ETag"]
    assert part(lead, path, "bytes=0-9", **{"If-Range": version})[0] == 206
    assert part(lead, path, "bytes=0-9", **{"If-Range": '"another"'})[0] == 200


def test_compressed_it_is_served_as_it_is(house: House) -> None:
    needs.program("opusenc", package="opus-tools")
    recording, lead = tape(house, SOUND), house.seat("li")
    keeper = house.services.recordings.keeper
    keeper.round()
    house.clock.advance(minutes=11)
    keeper.round()
    answer = lead.get(f"/recordings/{recording}/sound")
    assert (answer.mimetype, answer.data[:4]) == ("audio/ogg", b"OggS")
    assert part(lead, f"/recordings/{recording}/sound", "bytes=1-3")[1] == b"ggS"


# --- who hears what ---


def test_an_operator_hears_his_shift_and_his_open_work_a_lead_hears_all(house: House) -> None:
    wang, li = house.seat("wang"), house.seat("li")
    mine, others = house.rings(call=1), house.rings("13800010002", call=2)
    house.office.calls.take(mine, house.user("wang"))
    with house.store.transaction() as tx:
        tx.execute("UPDATE call SET taken_by = ? WHERE id = ?", (house.user("wang").id, mine))
    own = tape(house, SOUND, call_id=mine)
    other = tape(house, SOUND, call_id=others)
    voicemail = tape(house, SOUND, call_id=others, kind="voicemail")

    def heard_by(seat: Seat) -> set[int]:
        statuses = {each: seat.get(f"/recordings/{each}/sound").status_code for each in (own, other, voicemail)}
        assert set(statuses.values()) <= {200, 403}
        return {each for each, status in statuses.items() if status == 200}

    assert heard_by(wang) == {own, other, voicemail}  # today
    house.clock.advance(days=1)
    wang, li = house.seat("wang"), house.seat("li")
    assert heard_by(wang) == {voicemail}  # nobody has made a ticket of it: it is work
    no = house.office.tickets.create(house.form(), house.user("wang"), call_id=mine)
    ticket_id = house.office.tickets.row(no).id
    assert heard_by(wang) == {own, voicemail}
    with house.store.transaction() as tx:
        tx.execute("UPDATE ticket SET is_open = 0 WHERE id = ?", (ticket_id,))
        tx.execute("UPDATE recording SET needs_ticket = 0, ticket_id = ? WHERE id = ?", (ticket_id, voicemail))
    assert heard_by(wang) == set()
    assert heard_by(li) == {own, other, voicemail}
    assert "of another shift" in house.seat("wang", language="en").html(f"/recordings/{own}")


@pytest.mark.parametrize("role", ["unit", "tech", "auditor", "leader"])
def test_nobody_else_hears_any(house: House, role: str) -> None:
    recording = tape(house, SOUND)
    if role in ("auditor", "leader"):
        house.office.users.add("zhao", role, "tall-bridge-55")
        seat = house.stranger()
        seat.sign_in("zhao", "tall-bridge-55")
    else:
        seat = house.seat(role)
    assert seat.get(f"/recordings/{recording}/sound").status_code == 403
    assert seat.get("/recordings").status_code == (200 if role == "auditor" else 403)
    assert deeds(house, "recording_heard") == []


def test_an_auditor_sees_that_there_are_some_and_no_number(house: House) -> None:
    call = house.rings("13800010001")
    recording = tape(house, SOUND, call_id=call, marks=((1.0, "key", "13800010001"),))
    house.office.users.add("zhao", "auditor", "tall-bridge-55")
    seat = house.stranger(language="en")
    seat.sign_in("zhao", "tall-bridge-55")
    for path in ("/recordings", f"/recordings/{recording}"):
        html = seat.html(path)
        assert "138****0001" in html
        assert "13800010001" not in html
        assert "<audio" not in html


def test_a_department_sees_nothing_of_them_on_its_ticket(house: House) -> None:
    call = house.rings()
    no = house.ticket("dispatched")
    with house.store.transaction() as tx:
        tx.execute("UPDATE ticket SET call_id = ? WHERE no = ?", (call, no))
    tape(house, SOUND, call_id=call)
    assert "<audio" in house.seat("wang").html(f"/tickets/{no}")
    assert "<audio" not in house.seat("unit").html(f"/tickets/{no}")


def test_what_nobody_may_hear_there_says_what_it_is(house: House) -> None:
    lead = house.seat("li", language="en")
    recording = tape(house, SOUND)
    for path in house.folder.joinpath("recordings").iterdir():
        path.unlink()
    answer = lead.get(f"/recordings/{recording}/sound")
    assert answer.status_code == 409
    assert "cannot be played" in answer.text
    assert lead.get("/recordings/999/sound").status_code == 404
    assert deeds(house, "recording_heard") == []


# --- the audit ---


def test_every_hearing_is_written_down_and_the_parts_of_one_are_one(house: House) -> None:
    recording, other = tape(house, SOUND), tape(house, SOUND, call_id=2)
    li, wang = house.seat("li"), house.seat("wang")
    lead, operator = house.user("li").id, house.user("wang").id
    for at in range(0, WAV_BYTES, 9000):
        part(li, f"/recordings/{recording}/sound", f"bytes={at}-{at + 8999}")
        house.clock.advance(minutes=5)
    assert deeds(house, "recording_heard") == [(lead, recording)]
    wang.get(f"/recordings/{recording}/sound")
    li.get(f"/recordings/{other}/sound")
    assert deeds(house, "recording_heard")[1:] == [(operator, recording), (lead, other)]
    house.clock.advance(minutes=11)
    part(li, f"/recordings/{recording}/sound", "bytes=20000-")
    assert len(deeds(house, "recording_heard")) == 4
    assert house.office.audit.verify().is_whole


def test_looking_at_the_page_alone_is_no_hearing(house: House) -> None:
    recording, lead = tape(house, SOUND), house.seat("li")
    lead.html("/recordings")
    lead.html(f"/recordings/{recording}")
    assert deeds(house, "recording_heard") == []


# --- the pages ---


def test_the_page_has_a_player_and_each_mark_leads_to_its_second(house: House) -> None:
    call = house.rings()
    recording = tape(house, SOUND, call_id=call, marks=((1.5, "key", "3"), (3.0, "answered", "")))
    html = house.seat("li", language="en").html(f"/recordings/{recording}")
    assert f'src="/recordings/{recording}/sound"' in html
    assert f'href="/recordings/{recording}/sound#t=1.50"' in html
    assert re.search(r"0:01</span> Key pressed <b>3</b>", html)
    assert "Somebody took the call" in html
    assert "138" in html


def test_the_list_of_calls_and_the_ticket_lead_to_the_recording(house: House) -> None:
    call = house.rings()
    recording = tape(house, SOUND, call_id=call)
    wang = house.seat("wang")
    assert f'href="/recordings/{recording}"' in wang.html("/calls")
    no = house.office.tickets.create(house.form(), house.user("wang"), call_id=call)
    assert f'src="/recordings/{recording}/sound"' in wang.html(f"/tickets/{no}")
    assert f"/tickets/{no}" in wang.html("/recordings")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_ending_and_state_is_said(house: House, language: str) -> None:
    recording, lead = tape(house, SOUND), house.seat("li", language=language)
    seen = set()
    for column, code in [("ending", each) for each in ("crash", "full", "slow", "broken")] + [
        ("state", each) for each in ("missing", "erased")
    ]:
        with house.store.transaction() as tx:
            tx.execute(f"UPDATE recording SET {column} = ? WHERE id = ?", (code, recording))
        html = lead.html(f"/recordings/{recording}")
        assert f">{code}<" not in html
        seen.add(re.sub(r'value="[^"]*"', "", html))
    assert len(seen) == 6


def test_long_lists_come_in_pieces(house: House) -> None:
    for call_id in range(1, 53):
        tape(house, sound(0.1), call_id=call_id)
    lead = house.seat("li")
    first = lead.html("/recordings")
    before = re.search(r'href="(/recordings\?before=\d+)"', first)
    assert before is not None
    assert len(re.findall("<tr data-row>", first)) == 50
    assert len(re.findall("<tr data-row>", lead.html(before[1]))) == 2


def test_the_lead_says_how_long_they_are_kept(house: House) -> None:
    lead = house.seat("li", language="en")
    assert 'value="180"' in lead.html("/recordings")
    rules = {"keep_days": "365", "betters_sound": "yes"}
    assert lead.post("/recordings/keep", rules, page="/recordings").status_code == 302
    assert 'value="365"' in lead.html("/recordings")
    wrong = lead.post("/recordings/keep", rules | {"keep_days": "7"}, page="/recordings")
    assert wrong.status_code == 422
    assert "from 30 to 3650" in wrong.text
    assert 'value="7"' in wrong.text
    assert "keep_days" not in house.seat("wang").html("/recordings")
    assert house.seat("wang").send("/recordings/keep", {"keep_days": "40"}).status_code in (400, 403)


def test_the_lead_says_whether_the_sound_is_bettered(house: House) -> None:
    lead, chosen = house.seat("li", language="en"), re.compile(r'value="(yes|no)" selected>([^<]+)<')
    assert chosen.findall(lead.html("/recordings")) == [("yes", "Make voices clear")]
    for answer in ("no", "yes"):
        rules = {"keep_days": "180", "betters_sound": answer}
        assert lead.post("/recordings/keep", rules, page="/recordings").status_code == 302
        assert [value for value, _ in chosen.findall(lead.html("/recordings"))] == [answer]
    lead.post("/recordings/keep", {"keep_days": "180", "betters_sound": "no"}, page="/recordings")
    unsaid = lead.post("/recordings/keep", {"keep_days": "200"}, page="/recordings")
    assert (unsaid.status_code, "Choose yes or no." in unsaid.text) == (422, True)
    assert house.office.recordings.rules == Rules(keep_days=180, betters_sound=False)
    assert [user for user, _ in deeds(house, "recordings_sound")] == [house.user("li").id] * 3


def test_the_lead_keeps_one_for_good_and_lets_it_go(house: House) -> None:
    recording, lead = tape(house, SOUND), house.seat("li", language="en")
    path = f"/recordings/{recording}"
    lead.post(f"{path}/hold", page=path)
    assert "Kept for good" in lead.html(path)
    lead.post(f"{path}/hold", page=path)
    assert "Kept for good" not in lead.html(path)
    assert len(deeds(house, "recording_held")) == len(deeds(house, "recording_let_go")) == 1


def test_a_full_disk_is_said_on_every_page(house: House) -> None:
    wang = house.seat("wang", language="en")
    assert "nearly full" not in wang.html("/")
    recorder = house.services.recordings.recorder
    recorder._look = lambda folder: type("Room", (), {"free_bytes": 1, "size_bytes": 1 << 40})()
    house.clock.advance(minutes=1)
    recorder.round()
    assert "nearly full: no call is recorded" in wang.html("/")


def test_a_recording_that_the_disk_ended_stands_among_the_reminders(house: House) -> None:
    call, recordings = house.rings(), house.services.recordings
    recordings.recorder.expect("line1", 1, call_id=call, kind="talk")
    track = recordings.recorder.open("line1", 1, 1)
    assert track is not None
    track.write([SOUND])
    recordings.recorder.round()
    track.refuse("full")
    recordings.recorder.round()
    house.services.desk.tick()  # the desk's own round gives it its row
    html = house.seat("wang", language="en").html("/")
    assert re.search(
        r'href="/recordings"><span class="row-no">line1</span> A recording ended before its call did', html
    )


def test_a_lead_sets_for_how_long_reporters_are_known(house: House) -> None:
    li = house.seat("li", language="en")
    assert 'name="keep_years" inputmode="numeric" required value="3"' in li.html("/recordings")
    refused = li.post("/recordings/identities", {"keep_years": "0"})
    assert (refused.status_code, "from 1 to 30" in refused.text) == (422, True)
    assert li.post("/recordings/identities", {"keep_years": "5"}).status_code == 302
    assert house.office.vault_ageing.keep_years() == 5
    assert house.seat("wang").post("/recordings/identities", {"keep_years": "9"}).status_code == 403
    assert house.office.vault_ageing.keep_years() == 5
