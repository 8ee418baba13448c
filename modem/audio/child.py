"""A program of alsa-utils as a child with one small pipe: started, fed or read without blocking, ended without orphans.

Its other end is its life line: when we die, however we die, aplay reads the end of its sound and arecord can't write.
"""

from __future__ import annotations

import fcntl
import math
import os
import select
import struct
import subprocess
import termios
from collections.abc import Sequence
from contextlib import suppress

from modem.audio.frames import FRAME_BYTES, SoundGone

PIPE_BYTES = 4096  # the least a kernel gives: 256 ms
MOST_IN_PIPE_BYTES = 5 * FRAME_BYTES  # of sound on its way to a player
CLOSE_WITHIN_S = 0.3
_WORDS_BYTES = 4096
_LISTEN_EVERY = 25  # reads or writes; half a second

_WRONG_RATE = "rate is not accurate"  # and they go on, at a speed that is no speech
# What arecord and aplay say (with LC_ALL=C), and what to tell about it. First match counts.
_ADVICE = (
    (("No such file or directory", "No such device", "Unknown PCM"), "is not there: `arecord -L` lists the names"),
    (("Device or resource busy",), "is used by another program"),
    (("Permission denied",), "may not be opened: add the service's user to the group audio"),
    (
        (_WRONG_RATE, "non available", "not available", "Unable to install"),
        "does not give 8 kHz sound: use its plughw: name",
    ),
)


class Child:
    """arecord (read) or aplay (write). Every trouble is SoundGone."""

    def __init__(self, command: Sequence[str], card: str, *, plays: bool) -> None:
        self._program, self._card = command[0], card
        pipe, null = subprocess.PIPE, subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(
                command,
                stdin=pipe if plays else null,
                stdout=null if plays else pipe,
                stderr=pipe,
                env={**os.environ, "LC_ALL": "C"},
            )
        except FileNotFoundError as error:
            raise SoundGone(f"{command[0]} is missing: install the Debian package alsa-utils") from error
        except OSError as error:
            raise SoundGone(f"{command[0]} cannot be started: {error.strerror}") from error
        sound, words = self._process.stdin if plays else self._process.stdout, self._process.stderr
        assert sound is not None
        assert words is not None
        self._sound, self._words, self._said = sound, words, b""
        self._fd = sound.fileno()
        self._uses = 0
        os.set_blocking(self._fd, False)
        os.set_blocking(words.fileno(), False)
        with suppress(OSError):  # a longer pipe is no reason to be silent
            fcntl.fcntl(self._fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    @property
    def pid(self) -> int:
        return self._process.pid

    def read(self, timeout_s: float) -> bytes:
        """Recorded bytes; b"" if none came in time."""
        self._listen_now_and_then()
        if timeout_s:
            poll = select.poll()
            poll.register(self._fd, select.POLLIN)
            if not poll.poll(math.ceil(timeout_s * 1000)):
                return b""
        try:
            data = os.read(self._fd, PIPE_BYTES)
        except BlockingIOError:
            return b""
        if not data:
            raise self._gone()
        return data

    def write(self, frames: Sequence[bytes]) -> int:
        """How many frames, the newest, went into the pipe; the others were too many for it."""
        self._listen_now_and_then()
        try:
            room = (MOST_IN_PIPE_BYTES - _bytes_in(self._fd)) // FRAME_BYTES
            if room <= 0:
                if self._process.poll() is not None:
                    raise self._gone()
                return 0
            newest = b"".join(frames[-room:])
            return os.write(self._fd, newest) // FRAME_BYTES  # a pipe takes so little whole, or not at all
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self._gone() from error

    def let_go(self) -> None:
        """Close the sound pipe: the child has a reason to end by itself."""
        with suppress(OSError):
            self._sound.close()

    def end(self) -> None:
        """Make sure that it has ended. Never raises."""
        self.let_go()
        self._wait_or_kill()
        with suppress(OSError):
            self._words.close()

    def _wait_or_kill(self) -> None:
        for _ in range(2):
            with suppress(subprocess.TimeoutExpired):  # the second time: stuck in the kernel, it goes with its card
                self._process.wait(CLOSE_WITHIN_S)
                return
            self._process.kill()

    def _listen_now_and_then(self) -> None:
        """Take in what it says, for a full pipe of complaints would stop it. Raises SoundGone on the worst."""
        self._uses += 1
        if self._uses % _LISTEN_EVERY:
            return
        self._take_words()
        if _WRONG_RATE.encode() in self._said:
            self._process.kill()
            raise self._gone()

    def _take_words(self) -> None:
        with suppress(BlockingIOError):
            while words := os.read(self._words.fileno(), _WORDS_BYTES):
                self._said = (self._said + words)[-_WORDS_BYTES:]

    def _gone(self) -> SoundGone:
        """Why it ended, or has to."""
        self._wait_or_kill()
        self._take_words()
        said = self._said.decode("utf-8", "replace").strip()
        for words, advice in _ADVICE:
            if any(word in said for word in words):
                return SoundGone(f"the sound card {self._card} {advice}")
        last = said.splitlines()[-1] if said else f"ended with {self._process.returncode}"
        return SoundGone(f"{self._program} on {self._card}: {last}")


def _bytes_in(fd: int) -> int:
    """What a pipe holds."""
    answer = bytearray(4)
    fcntl.ioctl(fd, termios.FIONREAD, answer)
    return int(struct.unpack("i", answer)[0])
