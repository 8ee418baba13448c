"""The hotline command with one bug put in on purpose: `python -m tests.journeys.seeded_box BUG ...`.

A reliability test that passes on these proves nothing. Each bug takes away the one reason for which a promise holds.
"""

from __future__ import annotations

import secrets
import sys
import time

from appliance import cli
from appliance.desk import Desk, Outgoing
from appliance.outreach.sending import Sending
from appliance.people.keys import BoxKey
from db import outbox
from modem.commands import DeleteSms
from modem.events import Event, SmsStored

SLOW_CARD_S = 0.15  # SD cards have such spikes: what stands between delete and commit in the field


def delete_before_commit() -> None:
    """The module may forget at once; the card writes when it gets round to it."""
    handle, tick = Desk.handle, Desk.tick
    kept: list[tuple[float, Event]] = []

    def too_early(desk: Desk, event: Event) -> list[Outgoing]:
        if not isinstance(event, SmsStored):
            return handle(desk, event)
        kept.append((time.monotonic(), event))
        return [(event.line, DeleteSms((event.slot,)))]

    def later(desk: Desk) -> list[Outgoing]:
        while kept and time.monotonic() - kept[0][0] > SLOW_CARD_S:
            handle(desk, kept.pop(0)[1])
        return tick(desk)

    Desk.handle, Desk.tick = too_early, later  # type: ignore[method-assign, assignment]


def no_unique_key() -> None:
    """A message that comes again isn't known again."""
    BoxKey.pdu_key = lambda key, identity, pdu: secrets.token_hex(32)  # type: ignore[method-assign, assignment]


def resend_after_start() -> None:
    """What was being sent at the crash is simply sent again."""

    def recover(sending: Sending) -> int:
        with sending._store.transaction() as tx:
            for row in outbox.sending(tx):
                outbox.change(tx, row["id"], leaves=("sending",), state="queued")
        return 0

    Sending.recover = recover  # type: ignore[method-assign, assignment]


BUGS = {
    "delete-before-commit": delete_before_commit,
    "no-unique-key": no_unique_key,
    "resend-after-start": resend_after_start,
}

if __name__ == "__main__":
    BUGS[sys.argv.pop(1)]()
    cli.main()
