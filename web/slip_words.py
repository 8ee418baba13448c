"""What printed slips, papers that came back and attachments call things. Message ids only."""

from __future__ import annotations

from collections.abc import Mapping

from web import next_steps
from web.marks import N_

SIZES = ("a5", "a4")  # the first is what is shown when nothing was chosen

FORMS: Mapping[str, str] = {"dispatch": N_("Dispatch slip"), "supervision": N_("Paper of supervision")}

PRIVACY: Mapping[str, str] = {
    "confidential": N_("Confidential. Speak with the citizen through the hotline only."),
    "anonymous": N_("The citizen gave no name. Speak with the citizen through the hotline."),
}

# Why a ticket is supervised.
PRESSING: Mapping[str, str] = {
    "overdue": N_("Not answered in time"),
    "unsatisfied": N_("The citizen was not satisfied twice"),
    "leader": N_("A leader asks for it"),
    "repeat": N_("The same matter came up again and again"),
    "late": N_("The paper before this one was not answered in time"),
    "hand": N_("The office asks for it"),
}

RESULTS = next_steps.RESULTS

CAME_BACK: Mapping[str, str] = {
    "reply": N_("The reply"),
    "sign": N_("The signature alone: they have it in hand"),
    "return": N_("Sent back: not their duty"),
    "ask_extension": N_("They ask for more time"),
}

ATTACHMENTS: Mapping[str, str] = {"paper": N_("Signed paper"), "evidence": N_("Evidence of the department")}

NOTICE_KINDS: Mapping[str, str] = {"notice": N_("Notice to be read"), "task": N_("Task to be done")}

UNIT_KINDS: Mapping[str, str] = {
    "bureau": N_("All bureaus"),
    "township": N_("All townships"),
    "utility": N_("All utilities"),
}

# How a department acknowledged.
WAYS: Mapping[str, str] = {
    "web": N_("on its page"),
    "sms": N_("by text message"),
    "phone": N_("by telephone"),
    "paper": N_("on paper"),
}
