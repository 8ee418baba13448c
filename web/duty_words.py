"""What the pages call the kinds, outcomes and opinions of unclear duties."""

from __future__ import annotations

from collections.abc import Mapping

from web.marks import N_

KINDS: Mapping[str, str] = {"bureau": N_("Bureau"), "township": N_("Township"), "utility": N_("Utility")}
POWERS: Mapping[str, str] = {"sign": N_("may sign"), "reply": N_("may reply"), "return": N_("may return")}
OPINIONS: Mapping[str, str] = {
    "ours": N_("Our duty"),
    "shared": N_("Partly ours"),
    "not_ours": N_("It is not ours"),
    "said": N_("Read its words"),  # texted in words that only a person understands
}
# By which way an opinion came.
WAYS: Mapping[str, str] = {
    "web": N_("on its page"),
    "sms": N_("by text message"),
    "phone": N_("by telephone"),
    "paper": N_("on paper"),
}
ENTRIES: Mapping[str, str] = {"return": N_("Returned"), "confer": N_("Consultation")}
OUTCOMES: Mapping[str, str] = {
    "": N_("Unclear"),
    "refused": N_("It was its duty"),
    "dispatched": N_("Given to another"),
    "decided": N_("Decided in a consultation"),
    "ended": N_("The ticket ended"),
}
REQUESTS: Mapping[str, str] = {
    "open": N_("Waits for a decision"),
    "granted": N_("Not counted"),
    "refused": N_("Counted all the same"),
    "lapsed": N_("Lapsed"),
}
CONFERENCES: Mapping[str, str] = {"open": N_("Open"), "decided": N_("Decided"), "dropped": N_("Dropped")}
