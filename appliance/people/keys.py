"""The box's one secret, and the keyed digests made from it.

It lies in a file beside the database, never in it: whoever has a copy of the database alone can neither look up a
number nor forge the audit chain.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from db import meta
from db.store import Store, StoreError

KEY_BYTES = 32
CHECK_NAME = "box_key_check"


class BoxKey:
    """Digests for one purpose each: the same words under two purposes have nothing in common."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def load(cls, data_dir: Path) -> BoxKey:
        """Read `keys/box.key` below the data folder, or make it (0600). Raises StoreError when it is damaged."""
        path = data_dir / "keys" / "box.key"
        try:
            return cls(_read(path))
        except FileNotFoundError:
            return cls(_make(path))

    def check(self, store: Store) -> None:
        """Refuse a database that was written with another key: every look-up in it would quietly find nothing."""
        with store.transaction() as tx:
            found = meta.value(tx, CHECK_NAME)
            mine = self.digest("check", CHECK_NAME)
            if found is None:
                meta.set_value(tx, CHECK_NAME, mine)
            elif not hmac.compare_digest(found, mine):
                raise StoreError(
                    f"{store.path} was written with another box key. Put its own keys/box.key back beside it,"
                    " from the same backup."
                )

    def digest(self, purpose: str, *words: str) -> str:
        """Keyed digest of `words`; where one word ends and the next begins is part of it."""
        return self.digest_with(self._secret, purpose, *words)

    def phone_key(self, number: str) -> str:
        """What a normalised number is found by."""
        return self.digest("phone", number)

    def pdu_key(self, identity: str, pdu: str) -> str:
        """What knows a message that the network, or the module, delivers again."""
        return self.digest("pdu", identity, pdu)

    def secret_for(self, purpose: str) -> bytes:
        """32 bytes for one purpose alone, to seal with. They are never written down, as digests are."""
        return hmac.new(self._secret, _frame(("secret for", purpose)), hashlib.sha256).digest()

    @staticmethod
    def digest_with(salt: bytes, purpose: str, *words: str) -> str:
        """The same with another key: a person's salt. Once the salt is gone nobody can try words against it."""
        return hmac.new(salt, _frame((purpose, *words)), hashlib.sha256).hexdigest()


def _frame(words: Sequence[str]) -> bytes:
    parts = [word.encode("utf-8", "surrogatepass") for word in words]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _read(path: Path) -> bytes:
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise StoreError(
            f"{path} is damaged: it must hold {2 * KEY_BYTES} hexadecimal digits. Restore it from a backup."
        )
    return secret


def _make(path: Path) -> bytes:
    """Write the file whole before it gets its name, so that a power cut leaves a key or none, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(KEY_BYTES)
    draft = path.with_suffix(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # unlike rename it never replaces a key that is already there
    except FileExistsError:
        return _read(path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return secret
