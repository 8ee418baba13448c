"""What a failed AT+CMGS means for sending again (3GPP 27.005 3.2.5, 24.011 and 23.040 causes). Facts only.

The causes below 256 come from the network, which says no: surely not sent. 301 to 331 are said by a module that has
not begun. Everything else after the text was handed over may mean that it went and only the module's answer is
wrong ("unknown error", plain ERROR): unclear, so that no citizen gets a message twice, and shown, so that an office
whose module says 500 for "no credit" sees that nothing goes out.
"""

from __future__ import annotations

from modem.at_words import Final, FinalKind
from modem.events import FailureKind

TRANSIENT, PERMANENT, UNCLEAR = FailureKind.TRANSIENT, FailureKind.PERMANENT, FailureKind.UNCLEAR

CMS_ERRORS: dict[int, tuple[FailureKind, str]] = {
    1: (PERMANENT, "the number does not exist"),
    8: (PERMANENT, "barred by the operator"),
    10: (PERMANENT, "this SIM may not send"),
    21: (PERMANENT, "refused by the network"),
    22: (TRANSIENT, "the service centre's memory is full"),
    27: (PERMANENT, "the called phone is out of service"),
    28: (PERMANENT, "the number is not known"),
    29: (PERMANENT, "the SIM has no SMS service"),
    30: (PERMANENT, "the number is not known"),
    38: (TRANSIENT, "the network is out of order"),
    41: (TRANSIENT, "temporary failure of the network"),
    42: (TRANSIENT, "the network is congested"),
    47: (TRANSIENT, "no resources in the network"),
    50: (PERMANENT, "the SIM has no SMS service"),
    69: (PERMANENT, "the network does not do this"),
    81: (PERMANENT, "the network refused the message reference"),
    95: (PERMANENT, "the network called the message invalid"),
    96: (PERMANENT, "the network called the message incomplete"),
    97: (PERMANENT, "the network does not know this kind of message"),
    98: (TRANSIENT, "the network was not ready for the message"),
    99: (PERMANENT, "the network does not know a part of the message"),
    111: (TRANSIENT, "the network could not say why"),
    127: (TRANSIENT, "failure between networks"),
    192: (TRANSIENT, "the service centre is busy"),
    194: (TRANSIENT, "the service centre fails"),
    208: (TRANSIENT, "the SIM's SMS storage is full"),
    211: (TRANSIENT, "the module's memory is full"),
    300: (UNCLEAR, "the module fails"),
    301: (TRANSIENT, "the module's SMS service is reserved"),
    302: (TRANSIENT, "the module does not allow it now"),
    303: (PERMANENT, "the module does not do this"),
    304: (PERMANENT, "the module calls the message malformed"),
    305: (PERMANENT, "the module calls the text malformed"),
    310: (TRANSIENT, "no SIM"),
    311: (TRANSIENT, "the SIM wants its PIN"),
    312: (TRANSIENT, "the SIM is locked to a phone"),
    313: (TRANSIENT, "the SIM fails"),
    314: (TRANSIENT, "the SIM is busy"),
    315: (TRANSIENT, "wrong SIM"),
    316: (TRANSIENT, "the SIM wants its PUK"),
    322: (TRANSIENT, "the store is full"),
    330: (TRANSIENT, "no service centre number is set"),
    331: (TRANSIENT, "no network"),
    332: (UNCLEAR, "the network did not answer in time"),
    340: (TRANSIENT, "the module did not expect an acknowledgement"),
    500: (UNCLEAR, "the module does not know why"),
    512: (UNCLEAR, "the module could not send it now"),
}
CME_ERRORS: dict[int, tuple[FailureKind, str]] = {
    3: (TRANSIENT, "the module does not allow it now"),
    4: (PERMANENT, "the module does not do this"),
    10: (TRANSIENT, "no SIM"),
    11: (TRANSIENT, "the SIM wants its PIN"),
    12: (TRANSIENT, "the SIM wants its PUK"),
    13: (TRANSIENT, "the SIM fails"),
    14: (TRANSIENT, "the SIM is busy"),
    30: (TRANSIENT, "no network"),
    31: (UNCLEAR, "the network did not answer in time"),
}


def failure_of(final: Final, *, body_went: bool) -> tuple[FailureKind, str]:
    """The class of a failed AT+CMGS and words for people; `body_went`: Ctrl-Z had been sent."""
    if final.kind in (FinalKind.TIMEOUT, FinalKind.BROKEN_OFF):
        if body_went:
            return UNCLEAR, "no answer of the module after the text was handed over"
        return TRANSIENT, "the module went away before the text was handed over"
    if final.kind is FinalKind.NO_PROMPT:
        return TRANSIENT, "the module did not ask for the text"
    table = CME_ERRORS if final.kind is FinalKind.CME else CMS_ERRORS
    known = table.get(final.code) if final.code is not None else None
    kind, detail = known or (UNCLEAR, f"the module said {final.text}")
    return (TRANSIENT if kind is UNCLEAR and not body_went else kind), detail
