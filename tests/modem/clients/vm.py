"""Debian's vm (mgetty-voice), pointed at a device. It knows nothing of us.

It reads /etc/mgetty/voice.conf and writes locks and a log to places that no switch changes, so it runs in a mount
namespace of its own, in which folders of the test lie there. That takes no root where users may have namespaces.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import needs
from tests.support import ROOT

# forceV253: the driver for modems that speak plain V.253, instead of a guess from ATI.
CONFIG = """\
part generic
voice_log_level 9
port_speed 115200
forceV253 true
do_hard_flow false
rec_compression {compression}
rec_silence_len {silence_ticks}
rec_max_len {longest_s}

program vm
voice_devices none
"""
ULAW = 10  # vm's own number for G.711 u-law; it finds the modem's in +VSM=?
HEADER_BYTES = 32  # of a raw modem data file
IN_NAMESPACE = """\
mount --bind "$1/etc" /etc/mgetty
mount --bind "$1/lock" "$(readlink -f /var/lock)"
mount --bind "$1/log" /var/log/mgetty
shift
exec "$@"
"""
SHELL = ROOT / "tests/modem/clients/voice_shell.py"


class Vm:
    """The command line program, one folder for one test."""

    def __init__(self, folder: Path, link: Path, *, silence_s: float = 2.0, longest_s: int = 30) -> None:
        self._program = needs.program("vm", package="mgetty-voice")
        self._unshare = needs.program("unshare", package="util-linux")
        self._device = str(link.resolve()).removeprefix("/dev/")
        self._folder = folder / "vm"
        for name in ("etc", "lock", "log"):
            (self._folder / name).mkdir(parents=True)
        config = CONFIG.format(compression=ULAW, silence_ticks=round(silence_s * 10), longest_s=longest_s)
        (self._folder / "etc/voice.conf").write_text(config)

    def command(self, *words: str) -> list[str]:
        """What starts `vm WORDS` on our device; its first word is vm's action."""
        inside = [self._program, words[0], "-l", self._device, *words[1:]]
        namespace = [self._unshare, "--user", "--map-root-user", "--mount", "/bin/sh", "-euc", IN_NAMESPACE]
        return [*namespace, "vm", str(self._folder), *inside]

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str) -> str:
        """What it printed; fails if it did not exit with 0."""
        return self.finish(self.start(*words))

    def shell(self, *words: str) -> subprocess.Popen[str]:
        """Start vm with our voice shell, which carries out `words` (see voice_shell.py) in one call."""
        return self.start("shell", "-S", sys.executable, str(SHELL), *words)

    def finish(self, process: subprocess.Popen[str], within_s: float = 60.0) -> str:
        try:
            out, err = process.communicate(timeout=within_s)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"vm never ended\n{out}\n{err}\n{self.log()[-4000:]}") from None
        assert process.returncode == 0, f"exit {process.returncode}\n{out}\n{err}\n{self.log()[-4000:]}"
        return out

    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in (self._folder / "log").iterdir())


def write_rmd(path: Path, data: bytes) -> str:
    """A raw modem data file of u-law, as vm's V.253 driver takes it."""
    head = b"RMD1" + b"V253modem".ljust(16, b"\0")
    head += ULAW.to_bytes(2, "big") + (8000).to_bytes(2, "big") + bytes([8])
    path.write_bytes(head.ljust(HEADER_BYTES, b"\0") + data)
    return str(path)


def read_rmd(path: Path) -> bytes:
    data = path.read_bytes()
    assert data.startswith(b"RMD1"), data[:HEADER_BYTES]
    return data[HEADER_BYTES:]
