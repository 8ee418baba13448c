"""Good PDUs of every kind, and lines of modules: what mutation begins with."""

from __future__ import annotations

import re
from pathlib import Path

from tests.modem.deliver_pdus import concatenated, deliver, deliver_gsm7, letters, report

PDUS = (
    deliver("路灯坏了"),
    deliver("你好", centre="0891683108200005F0"),
    deliver_gsm7("Hello, all letters"),
    deliver_gsm7("part one of two", header=concatenated(7, 2, 1)),
    deliver("第二部分", header=concatenated(7, 2, 2)),
    deliver("宽", header="06080412340302"),
    deliver(data="00FF10", coding="04"),
    deliver("闪", coding="18"),
    deliver("等", coding="E0"),
    deliver("字母", sender=letters("Bank")),
    deliver("空", sender="0081"),
    deliver(data="", length=0),
    report(200, 0x30),
    report(7, 0x00),
    report(8, 0x46),
    "0001000B913108108300F00008044F60597D",
)

LIE = "+CPMS: ("  # which stores there are is believed until the next start, so a false list is no test
TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"


def transcript_lines() -> list[bytes]:
    """Every line a module says in a transcript, once."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(TRANSCRIPTS.rglob("*.txt")))
    found = (line for text in texts for line in re.findall(r"^< (.*)$", text, re.MULTILINE))
    return sorted({line.encode("latin-1", "replace") for line in found if not line.startswith(LIE)})
