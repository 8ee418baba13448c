"""The module's PCM port on a real pty."""

from __future__ import annotations

import os
import tty
from pathlib import Path

import pytest

from modem.audio import pcm_tty
from modem.audio.frames import FRAME_BYTES, SILENCE, SoundGone
from modem.audio.pcm_tty import MOST_WAITING_FRAMES, PcmTty
from modem.audio.tones import in_frames, sine
from tests.modem.audio.pty_sound import PtySound, frames_of, frames_read, reason_when_gone
from tests.support import eventually

TONE = in_frames(sine(1000, seconds=0.2))


def test_frames_come_whole_whatever_portions_the_module_sends(tmp_path: Path) -> None:
    with PtySound(tmp_path) as module:
        port = PcmTty(module.path)
        sound = b"".join(TONE)
        for at in range(0, len(sound), 499):
            module.give(sound[at : at + 499])
        assert frames_read(port, len(TONE)) == TONE
        assert port.read(0.01) == []
        assert port.read(0) == []
        port.close()


def test_every_byte_value_passes_both_ways(tmp_path: Path) -> None:
    every = bytes(range(256)) + bytes(64)
    with PtySound(tmp_path) as module:
        port = PcmTty(module.path)
        module.give(every)
        assert port.read(1.0) == [every]
        port.write([every])
        eventually(lambda: module.hear() == every)
        port.close()


def test_sound_of_an_earlier_call_is_forgotten(tmp_path: Path) -> None:
    with PtySound(tmp_path) as module:
        module.give(TONE[0] + b"x")
        port = PcmTty(module.path)
        module.give(TONE[1])
        assert port.read(1.0) == [TONE[1]]
        port.close()


def test_writing_to_a_module_that_does_not_read_neither_waits_nor_piles_up(tmp_path: Path) -> None:
    with PtySound(tmp_path) as module:
        port = PcmTty(module.path)
        for _ in range(2000):  # 40 s; a pty takes some seconds before it is full
            port.write([SILENCE])
        assert port.dropped_frames > 1000
        assert len(port._unwritten) <= (MOST_WAITING_FRAMES + 1) * FRAME_BYTES
        module.hear()
        newest = [bytes([n]) * FRAME_BYTES for n in range(1, 4)]
        for frame in newest:
            port.write([frame])
            module.hear()
        eventually(lambda: frames_of(module.hear())[-3:] == newest)  # and still in step
        assert len(module.heard) % FRAME_BYTES == 0
        port.close()


def test_what_the_driver_holds_counts_as_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pty's driver holds nothing, a USB serial port's a second of sound: it says so by TIOCOUTQ."""
    with PtySound(tmp_path) as module:
        port = PcmTty(module.path)
        monkeypatch.setattr(pcm_tty, "_bytes_in_kernel", lambda fd: 4 * FRAME_BYTES + 100)
        for _ in range(20):
            port.write([TONE[0]])
        # One part of a frame fits each time: it goes on where it was cut.
        eventually(lambda: len(module.hear()) == 20 * 220)
        assert module.heard == (TONE[0] * 20)[: 20 * 220]
        port.close()


def test_a_frame_that_has_begun_to_go_out_is_finished_whatever_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every later sample is put together of two halves: noise as loud as can be."""
    frames = [bytes([n]) * FRAME_BYTES for n in range(1, 41)]
    with PtySound(tmp_path) as module:
        port = PcmTty(module.path)
        for held_bytes, batch in ((4 * FRAME_BYTES + 100, frames[:1]), (9999, frames[1:30]), (0, frames[30:])):
            monkeypatch.setattr(pcm_tty, "_bytes_in_kernel", lambda fd, held_bytes=held_bytes: held_bytes)
            for frame in batch:
                port.write([frame])
        assert port.dropped_frames > 10
        eventually(lambda: frames_of(module.hear())[-1:] == frames[-1:])
        heard = frames_of(bytes(module.heard))
        assert heard[0] == frames[0]
        assert set(heard) <= set(frames)
        port.close()


def test_an_unplugged_module_is_gone_with_a_sentence(tmp_path: Path) -> None:
    module = PtySound(tmp_path)
    with module:
        port = PcmTty(module.path)
        module.unplug()
        assert module.path in reason_when_gone(lambda: port.read(0.05))
        assert module.path in reason_when_gone(lambda: port.write([SILENCE]))
        port.close()
        port.close()


def test_a_port_that_is_not_there_or_no_port_is_named(tmp_path: Path) -> None:
    with pytest.raises(SoundGone, match="there is no device"):
        PcmTty(str(tmp_path / "nothing"))
    plain = tmp_path / "plain"
    plain.write_text("")
    with pytest.raises(SoundGone, match=str(plain)):
        PcmTty(str(plain))


def test_a_device_that_is_no_serial_port_is_named() -> None:
    with pytest.raises(SoundGone, match="/dev/null"):
        PcmTty("/dev/null")


def test_the_port_is_for_us_alone(tmp_path: Path) -> None:
    with PtySound(tmp_path) as module:
        port = PcmTty(module.path)
        with pytest.raises(SoundGone, match="uses"):
            PcmTty(module.path)
        port.close()
        PcmTty(module.path).close()


def test_closing_does_not_wait_for_a_module_that_hangs() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    port = PcmTty(os.ttyname(slave))
    for _ in range(1000):
        port.write([SILENCE])
    port.close()
    os.close(master)
    os.close(slave)
