"""Sound cards through the real arecord and aplay, on alsa-lib's file devices."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modem.audio import child
from modem.audio.alsa import AlsaCard
from modem.audio.frames import SILENCE, SoundGone
from modem.audio.tones import in_frames, sine
from tests.modem.audio.alsa_bench import AlsaBench
from tests.modem.audio.pty_sound import frames_read, reason_when_gone
from tests.support import ROOT, eventually

TONE = in_frames(sine(440, seconds=0.5))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def programs(folder: Path, patch: pytest.MonkeyPatch, says: str) -> None:
    """arecord and aplay that behave as `says`, a line of shell."""
    place = folder / "bin"
    place.mkdir()
    for name in ("arecord", "aplay"):
        (place / name).write_text(f"#!/bin/sh\n{says}\n")
        (place / name).chmod(0o755)
    patch.setenv("PATH", f"{place}:/usr/bin:/bin")


def reason_of(card: AlsaCard, *, writing: bool) -> str:
    """What the direction says when it dies."""
    return reason_when_gone((lambda: card.write([SILENCE])) if writing else (lambda: card.read(0.02)))


def test_the_microphone_is_read_as_it_spoke(headset: AlsaBench) -> None:
    card = AlsaCard("headset")
    headset.speak(TONE)
    assert b"".join(TONE) in b"".join(frames_read(card, len(TONE) + 5))
    card.close()


def test_the_loudspeaker_gets_what_was_written(headset: AlsaBench) -> None:
    headset.speak([])
    card = AlsaCard("headset")
    for frame in TONE:
        card.write([frame])
        time.sleep(0.02)
    card.close()
    eventually(lambda: b"".join(TONE[:10]) in headset.heard)
    assert card.dropped_frames <= len(TONE)


def test_closing_leaves_no_process(headset: AlsaBench) -> None:
    cards = [AlsaCard("headset"), AlsaCard("flood"), AlsaCard("nosuchcard")]
    pids = [pid for card in cards for pid in card.pids]
    for card in cards:
        card.close()
        card.close()
    assert not [pid for pid in pids if is_running(pid)]


def test_a_child_that_does_not_listen_is_killed(headset: AlsaBench) -> None:
    """arecord waiting for a microphone that never says anything does not notice that its pipe is closed."""
    card = AlsaCard("headset")
    time.sleep(0.2)
    before_s = time.monotonic()
    card.close()
    assert not any(map(is_running, card.pids))
    assert time.monotonic() - before_s < 5 * child.CLOSE_WITHIN_S


def test_children_end_when_we_are_killed(headset: AlsaBench) -> None:
    headset.speak([])
    program = (
        "import sys, time\n"
        "from modem.audio.alsa import AlsaCard\n"
        "card = AlsaCard('headset')\n"
        "print(*card.pids, flush=True)\n"
        "while True:\n"
        "    card.write([bytes(320)]); card.read(0.02)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert all(map(is_running, pids))
        process.kill()
    eventually(lambda: not any(map(is_running, pids)))


def test_an_unknown_card_says_how_to_find_names(headset: AlsaBench) -> None:
    card = AlsaCard("plughw:CARD=Nobody")
    assert reason_of(card, writing=False) == (
        "the sound card plughw:CARD=Nobody is not there: `arecord -L` lists the names"
    )
    assert "`arecord -L`" in reason_of(card, writing=True)
    card.close()


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("echo 'one thing' >&2; echo 'arecord: set_params: odd' >&2", "arecord on headset: arecord: set_params: odd"),
        ("exit 3", "arecord on headset: ended with 3"),
        ("echo 'audio open error: Device or resource busy' >&2", "the sound card headset is used by another program"),
        ("echo 'audio open error: Permission denied' >&2", "add the service's user to the group audio"),
        ("echo 'arecord: set_params:1352: Sample format non available' >&2", "use its plughw: name"),
        ("echo 'Warning: rate is not accurate (got = 48000Hz)' >&2; exec sleep 60", "use its plughw: name"),
    ],
)
def test_what_the_program_said_last_is_the_reason(
    headset: AlsaBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, told: str
) -> None:
    programs(tmp_path, monkeypatch, says)
    card = AlsaCard("headset")
    assert told in reason_of(card, writing=False)
    card.close()


def test_missing_programs_are_named_with_their_package(headset: AlsaBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SoundGone, match="arecord is missing: install the Debian package alsa-utils"):
        AlsaCard("headset")


def test_a_program_that_cannot_be_run_is_named(
    headset: AlsaBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "bin"
    place.mkdir()
    (place / "arecord").write_bytes(b"\x7fELF no program")
    (place / "arecord").chmod(0o755)
    monkeypatch.setenv("PATH", str(place))
    with pytest.raises(SoundGone, match="arecord cannot be started: "):
        AlsaCard("headset")


def test_where_only_one_program_is_there_its_child_does_not_stay(
    headset: AlsaBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    only = tmp_path / "bin"
    only.mkdir()
    pid_file = tmp_path / "pid"
    (only / "arecord").write_text(f"#!/bin/sh\necho $$ > {pid_file}\nexec /bin/sleep 60\n")
    (only / "arecord").chmod(0o755)
    monkeypatch.setenv("PATH", str(only))
    with pytest.raises(SoundGone, match="aplay is missing"):
        AlsaCard("headset")
    if pid_file.exists():
        assert not is_running(int(pid_file.read_text() or 0))


def test_one_direction_may_be_missing(headset: AlsaBench) -> None:
    card = AlsaCard("earphone")
    reason_of(card, writing=False)
    for _ in range(20):
        card.write([SILENCE])
        time.sleep(0.005)
    card.close()


def test_a_player_that_died_with_a_full_pipe_is_noticed(headset: AlsaBench) -> None:
    card = AlsaCard("headset")
    os.kill(card.pids[1], 19)  # SIGSTOP, so that the pipe stays full
    for _ in range(20):
        card.write([SILENCE])
    os.kill(card.pids[1], 9)
    assert reason_of(card, writing=True) == "aplay on headset: ended with -9"
    card.close()


def test_a_card_that_takes_nothing_delays_nothing(headset: AlsaBench) -> None:
    """Whatever is written too fast is dropped, not stored: at most 100 ms lie in the pipe."""
    card = AlsaCard("headset")
    recorder, player = card.pids
    os.kill(player, 19)  # SIGSTOP
    for _ in range(200):
        card.write([SILENCE])
    assert card.dropped_frames >= 190
    os.kill(player, 18)  # SIGCONT
    card.close()
    assert not is_running(recorder)


def test_without_the_bound_a_slow_card_would_delay(headset: AlsaBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""
    monkeypatch.setattr(child, "MOST_IN_PIPE_BYTES", 1 << 20)
    monkeypatch.setattr(child, "PIPE_BYTES", 1 << 16)
    card = AlsaCard("headset")
    os.kill(card.pids[1], 19)
    for _ in range(200):
        card.write([SILENCE])
    assert card.dropped_frames < 190
    os.kill(card.pids[1], 18)
    card.close()


def test_a_card_that_complains_without_end_goes_on(
    headset: AlsaBench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each underrun is a line on stderr: a pipe full of them would stop the child."""
    programs(tmp_path, monkeypatch, "while :; do echo 'underrun!!! (at least 1.234 ms long)' >&2; printf %320s x; done")
    card = AlsaCard("headset")
    frames = 0
    for _ in range(20000):
        frames += len(card.read(0.01))
        if frames > 500:
            break
    assert frames > 500
    card.close()
