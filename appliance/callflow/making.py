"""Makes the script of a call from the plan of its line. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.callflow.in_hand import Opening, Setting
from appliance.callflow.plan import HoursPlan, Plan
from appliance.callflow.script import Script
from appliance.callflow.steps import (
    HANG_UP,
    LEAVE,
    LONGEST_TALK_S,
    MOST_WITH_BOX_S,
    Circumstances,
    caller_steps,
    first_step,
    talk_steps,
)
from appliance.callflow.walk import Voice

SOUND_WITHIN_S = 3.0  # of a GSM module after it has answered


def for_caller(
    hours: HoursPlan,
    now: Circumstances,
    *,
    call: int,
    call_id: int,
    is_landline: bool,
    voice: Voice,
    refs: Iterator[int],
) -> Script:
    """A caller whom the box answers after some rings."""
    setting = Setting(
        call,
        call_id,
        Opening.RING,
        is_landline=is_landline,
        first=first_step(hours),
        most_s=MOST_WITH_BOX_S,
        at_last="bye",
        rings=hours.rings,
        settles_s=0.0 if is_landline else SOUND_WITHIN_S,
    )
    return Script(setting, caller_steps(hours, now), voice, refs)


def for_talk(
    plan: Plan,
    *,
    call: int,
    call_id: int,
    is_landline: bool,
    voice: Voice,
    refs: Iterator[int],
    first: str = "",
    settles_s: float = 0.0,
) -> Script:
    """A conversation of two people that is recorded, or rated at its end (`first` = "rate")."""
    setting = Setting(
        call,
        call_id,
        Opening.JOIN if is_landline else Opening.NONE,
        is_landline=is_landline,
        first=first or ("notice" if plan.plays_notice else "record"),
        most_s=LONGEST_TALK_S,
        at_last=HANG_UP if is_landline else LEAVE,
        settles_s=settles_s,
    )
    return Script(setting, talk_steps(plan, is_landline=is_landline), voice, refs)
