"""Keys and seals of recordings: AES-GCM, a random key for each file, wrapped by a key that belongs to the box.

`cryptography` takes 9 MB and a tenth of a second, so it is loaded with the first recording, not with the program.
A nonce is the record's type and number: within one key, which no second file ever gets, none comes twice, because a
record that was written in part is cut off and only the end (another type) can take its number.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from appliance.recordings.layout import WRAPPED_KEY_BYTES, RecordingBroken

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PURPOSE = "seal of recordings"  # for BoxKey.secret_for
NONCE_BYTES = 12
TAG_BYTES = 16


class FileSeal:
    """Seals and opens the records of one file."""

    def __init__(self, key: bytes, preamble: bytes, wrapped: bytes) -> None:
        self._cipher = _cipher(key)
        self._about = hashlib.sha256(preamble + wrapped).digest()

    def seal(self, kind: bytes, number: int, words: bytes) -> bytes:
        return self._cipher.encrypt(_nonce(kind, number), words, self._about)

    def open(self, kind: bytes, number: int, sealed: bytes) -> bytes:
        """Raises RecordingBroken where it isn't record `number`, of this type, of this file."""
        try:
            return self._cipher.decrypt(_nonce(kind, number), sealed, self._about)
        except _invalid() as wrong:
            raise RecordingBroken(f"record {number} is not as it was written") from wrong


class Sealer:
    """Makes and opens the keys of files. `secret` is the box's own for this purpose."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self, preamble: bytes) -> tuple[bytes, FileSeal]:
        """A wrapped key for the file that begins like this, and what seals its records."""
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + _cipher(self._secret).encrypt(nonce, key, preamble)
        return wrapped, FileSeal(key, preamble, wrapped)

    def known(self, preamble: bytes, wrapped: bytes) -> FileSeal:
        """For a file that is there. Raises RecordingBroken: another box's, or not as it was written."""
        try:
            if len(wrapped) != WRAPPED_KEY_BYTES:
                raise RecordingBroken("its key is gone")
            key = _cipher(self._secret).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], preamble)
        except _invalid() as wrong:
            raise RecordingBroken("its key does not fit this box, or its beginning was changed") from wrong
        return FileSeal(key, preamble, wrapped)


def load() -> None:
    """Load the library now, so that the first second of the first recording doesn't wait for it."""
    _invalid()
    _cipher(bytes(32))


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  (lazily: see above)

    return AESGCM(key)


def _invalid() -> type[Exception]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415

    return InvalidTag


def _nonce(kind: bytes, number: int) -> bytes:
    return kind + bytes(3) + number.to_bytes(8, "big")
