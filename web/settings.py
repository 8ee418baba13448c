"""What the pages are told by the runtime and cannot ask the office."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One of the demo's invented people, shown on its sign-in page."""

    name: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Built once by the runtime.

    `secret` signs the forms: 32 bytes or more, the same after a restart, so that a form left open can still be sent.
    """

    secret: bytes
    beat_s: float = 7.0  # a stream of events says "still here" this often
    demo_users: tuple[DemoUser, ...] = ()

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("the secret of the web pages needs 32 bytes or more")
