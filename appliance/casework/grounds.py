"""Why a matter ends without being handled here, as keys that reports count.

What a hotline may not accept (State Council Office 2020 no. 53 and the lists of provinces), and that its citizen was
sent elsewhere. What he is told stands in appliance/outreach/texts.toml under `ground_` and the key.
"""

from __future__ import annotations

from collections.abc import Mapping

from appliance.casework import forms
from appliance.errors import FieldWrong

OTHER_NUMBER = "other_number"  # sent on to another telephone or office: counted, for a hotline is no porter's lodge
LABELS: Mapping[str, str] = {
    "court": "Before a court or an arbitration",
    "discipline": "Discipline of officials",
    "reconsideration": "Against a decision of an office: reconsideration",
    "disclosure": "Disclosure of documents",
    "petition": "Petition already under way",
    "secrets": "State or business secrets, or somebody's privacy",
    "emergency": "An emergency for 110, 119, 120 or 122",
    "finished": "The same facts were answered for good",
    OTHER_NUMBER: "Told to call another number",
}
BY_MOVE: Mapping[str, frozenset[str]] = {
    "reject": frozenset(LABELS),
    "answer": frozenset({"", OTHER_NUMBER}),
    "parent_answered": frozenset({"", *LABELS}),
}


def check(move: str, ground: str, where: str) -> None:
    """Raises FieldWrong: no ground of this move's, or nobody knows where the citizen was sent."""
    allowed = BY_MOVE.get(move, frozenset({""}))
    if ground not in allowed:
        raise FieldWrong("ground", "Please choose why." if "" not in allowed and not ground else forms.UNKNOWN)
    if ground == OTHER_NUMBER and not forms.clean(where):
        raise FieldWrong("where", "Which number or office was the citizen told?")
