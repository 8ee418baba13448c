"""What the office asks of a telephone line: frozen words, sent with `fleet.send(line, command)`."""

from __future__ import annotations

from dataclasses import dataclass

from modem.events import ForwardReason, Slot


@dataclass(frozen=True, slots=True)
class SendSms:
    """Send `text` to `number`, in as many parts as it takes.

    Answered by SmsPartSent per part and one SmsSent or SmsFailed, all with this `ref`.
    """

    ref: int
    number: str  # digits, with + if international
    text: str
    want_report: bool = True


@dataclass(frozen=True, slots=True)
class DeleteSms:
    """These messages are committed in the office's own store: the module may forget them."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    call: int


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call, or refuse it while it rings."""

    call: int


@dataclass(frozen=True, slots=True)
class Dial:
    """Answered by CallDialing with this `ref`, then CallAnswered and CallEnded."""

    ref: int
    number: str


@dataclass(frozen=True, slots=True)
class SendKeys:
    """Press these keys (0-9 * # A-D) in a call that is up."""

    call: int
    keys: str


@dataclass(frozen=True, slots=True)
class SetForwarding:
    """Have the network forward calls; answered by ForwardingTold with this `ref`, or refused."""

    ref: int
    reason: ForwardReason
    number: str  # "" ends the forwarding


@dataclass(frozen=True, slots=True)
class AskForwarding:
    """What does the network forward? Answered by ForwardingTold with this `ref`, or refused."""

    ref: int


@dataclass(frozen=True, slots=True)
class ReadStores:
    """List every store again now."""


@dataclass(frozen=True, slots=True)
class RawCommand:
    """One AT command typed by a technician; answered by RawAnswer with this `ref`."""

    text: str
    ref: int


CallCommand = Answer | HangUp | Dial | SendKeys
Command = CallCommand | SendSms | DeleteSms | SetForwarding | AskForwarding | ReadStores | RawCommand
