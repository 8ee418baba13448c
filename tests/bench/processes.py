"""What a program and its children cost so far, from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    cpu_s: float  # user and system, children that have ended included
    waited_s: float  # ready to run while others had the cores: on a quiet machine next to nothing
    peak_rss_mb: float  # VmHWM, summed: shared pages count once for each process


def cost_of(pid: int) -> Cost:
    cpu_ticks = peak_kb = waited_ns = 0
    for each in _family(pid):
        fields = _stat(each)
        cpu_ticks += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime: proc(5)
        status = dict(line.split(":", 1) for line in Path(f"/proc/{each}/status").read_text().splitlines())
        waited_ns += sum(int(text.split()[1]) for text in _each_thread(each, "schedstat"))
        peak_kb += int(status.get("VmHWM", "0 kB").split()[0])
    return Cost(cpu_ticks / os.sysconf("SC_CLK_TCK"), waited_ns / 1e9, peak_kb / 1024)


def _family(pid: int) -> list[int]:
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parents[int(path.name)] = int(_stat(int(path.name))[1])
            except OSError:
                continue  # it has ended meanwhile
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _each_thread(pid: int, name: str) -> list[str]:
    found = []
    for path in Path(f"/proc/{pid}/task").iterdir():
        try:
            found.append((path / name).read_text())
        except OSError:
            continue  # it has ended meanwhile, or this kernel doesn't count
    return found


def _stat(pid: int) -> list[str]:
    """The fields behind the name: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rsplit(")", 1)[1].split()
