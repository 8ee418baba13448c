"""N_() marks a message id where it is written down, for the catalogues; it is translated where it is shown."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for it)
    return message
