"""Runs the scripts of the call flow, each on its own line's thread, with data that was loaded before the call.

It never waits: not for the desk thread, not for the disk. What happened is written afterwards, by the desk thread.
"""

from __future__ import annotations

from appliance.callflow.result import FlowResult
from appliance.people.user import User
from modem.events import Event


class Runner:
    """`at_once` is for the lines' threads, `result` for the desk thread, the rest for the pages."""

    def at_once(self, event: Event) -> None:
        """What a line tells, right after the board has heard it and before the desk thread does. Never raises."""

    def take_over(self, call_id: int) -> bool:
        """A person takes this call ("I have it", F2), ringing or with the box. True if the box had it in hand.

        A landline's telephone must be lifted by now: the modem lets go of the line (HandOver).
        """
        return False

    def hand_over(self, call_id: int) -> bool:
        """The handset is lifted for a call that the box dialled: let go of the line. False if there is none."""
        return False

    def record(self, call_id: int, by: User | None) -> None:
        """Record this conversation from now on (F4), the notice first where the plan says so.

        Raises NotFound, LineBusy.
        """

    def stop_recording(self, call_id: int) -> bool:
        """No longer (F8). The people go on talking. True if it was being recorded."""
        return False

    def rate(self, call_id: int) -> None:
        """Ask the caller for 1-5 now, then hang up. Raises NotFound, LineBusy."""

    def result(self, call_id: int) -> FlowResult | None:
        """What the caller did with the box; None where it had no part in the call."""
        return None

    def is_with_box(self, call_id: int) -> bool:
        """Whether the box speaks with this caller now, or holds the line for somebody to take."""
        return False

    def is_recording(self, call_id: int) -> bool:
        """Whether this conversation is being recorded now."""
        return False
