"""Mends what a crash or a power cut left: the recording ends after the last record that is whole."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from appliance.recordings.layout import (
    LONGEST_PREAMBLE,
    MARK,
    RECORD_HEAD,
    SOUND,
    Finished,
    NotARecording,
    RecordingBroken,
    parse_mark,
    parse_preamble,
)
from appliance.recordings.reader import MOST_SEALED_BYTES, READ
from appliance.recordings.sealing import TAG_BYTES, FileSeal, Sealer
from appliance.recordings.writer import SealedWriter, SoFar

log = logging.getLogger(__name__)

CRASH = "crash"


def repair(part: Path, sealer: Sealer) -> Finished | None:
    """Close a `.part` that nobody writes any more. None: no sound was in it yet, and it is gone.

    Raises RecordingBroken for one of another box, which stays as it is; OSError.
    """
    descriptor = os.open(part, READ)
    try:
        try:
            header, beginning, wrapped = parse_preamble(os.pread(descriptor, LONGEST_PREAMBLE, 0))
        except NotARecording:  # the power went while its very beginning was written
            part.unlink()
            log.info("a recording was empty after a crash; nothing of it is missing")
            return None
        seal = sealer.known(beginning, wrapped)
        so_far = _whole_records(descriptor, beginning + wrapped, seal)
    finally:
        os.close(descriptor)
    writer = SealedWriter.continued(part, header, wrapped, seal, so_far)
    if not so_far.sound_bytes:
        writer.drop()
        log.info("a recording of call %d was empty after a crash", header.call_id)
        return None
    finished = writer.close(ending=CRASH)
    log.warning("the recording of call %d was mended after a crash: %.1f s", header.call_id, finished.seconds)
    return finished


def _whole_records(descriptor: int, beginning: bytes, seal: FileSeal) -> SoFar:
    """All records up to the first that isn't whole; an end that was written is left out and written again."""
    so_far = SoFar(hashlib.sha256(beginning), len(beginning))
    while True:
        head = os.pread(descriptor, RECORD_HEAD.size, so_far.good_bytes)
        if len(head) < RECORD_HEAD.size:
            return so_far
        kind, length = RECORD_HEAD.unpack(head)
        if kind not in (SOUND, MARK) or not TAG_BYTES <= length <= MOST_SEALED_BYTES:
            return so_far
        sealed = os.pread(descriptor, length, so_far.good_bytes + RECORD_HEAD.size)
        try:
            words = seal.open(kind, so_far.records, sealed)
        except RecordingBroken:
            return so_far
        if kind == SOUND:
            so_far.sound_bytes += len(words)
        else:
            so_far.marks.append(parse_mark(words))
        so_far.digest.update(head + sealed)
        so_far.good_bytes += len(head) + len(sealed)
        so_far.records += 1
