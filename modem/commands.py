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
    speaks: bool = False  # the box itself speaks to whoever answers: a landline stays up, and tells CallAnswered


@dataclass(frozen=True, slots=True)
class SendKeys:
    """Press these keys (0-9 * # A-D) in a call that is up."""

    call: int
    keys: str


@dataclass(frozen=True, slots=True)
class Join:
    """Go off the hook beside the office's own telephone, which has this call: to hear and record what is said.

    HangUp ends the joining, not the call. Only landlines can; answered by CallAnswered, or refused.
    """

    call: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """The office's own telephone has been lifted: let go of the line, the call goes on there. Only landlines can."""

    call: int


@dataclass(frozen=True, slots=True)
class Play:
    """Say this to the far side of a call that is up. Ended by SoundEnded with this `ref`, or refused."""

    call: int
    ref: int
    clips: tuple[bytes, ...]  # one after the other; G.711 u-law, 8000 samples a second, one channel
    until_key: bool = True  # a key ends it; the key is told as KeyPressed in any case


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear the far side of a call that is up. Ended by SoundEnded with this `ref`, or refused."""

    call: int
    ref: int
    most_s: float
    until_keys: str = ""  # any of these ends it
    quiet_s: float | None = None  # so long without speech ends it; None: however quiet
    keep: bool = False  # record it, into the sink that belongs to `ref`
    beep: bool = False  # a short tone before it


@dataclass(frozen=True, slots=True)
class StopSound:
    """What plays or listens in this call ends now, with SoundEnd.STOPPED. Nothing happens where nothing does."""

    call: int


@dataclass(frozen=True, slots=True)
class Wake:
    """Answered by TimeUp with this `ref`, once, also when no call is there any more."""

    ref: int
    after_s: float


@dataclass(frozen=True, slots=True)
class Measure:
    """Find out anew what this landline modem really does. Answered by ProfileMeasured, or refused during a call."""

    ref: int
    with_telephone: bool = False  # a person lifts the office's telephone about now: only what that teaches is found out


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


SoundCommand = Play | Listen | StopSound
CallCommand = Answer | HangUp | Dial | SendKeys | Join | HandOver | SoundCommand
Command = CallCommand | Wake | Measure | SendSms | DeleteSms | SetForwarding | AskForwarding | ReadStores | RawCommand
