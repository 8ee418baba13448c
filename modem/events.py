"""What a telephone line tells the office: the package's public words, all frozen.

Every event names its `line` (the NAME of `[modem NAME]` in config.ini). Times inside an event are only those
that came over the wire; when it happened on this box is stamped by whoever takes it from the inbox.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class LineState(StrEnum):
    """How a line stands; every word has one sentence of advice on the lines page."""

    MISSING = "missing"  # the device node isn't there
    STARTING = "starting"  # port open, start-up dialogue running
    READY = "ready"  # registered, may send, receive and ring
    NO_NETWORK = "no_network"  # SIM fine, not registered (searching, denied, no signal)
    NO_SIM = "no_sim"
    SIM_LOCKED = "sim_locked"  # PIN or PUK wanted and not, or no longer, given
    SILENT = "silent"  # port open, no answer to AT
    GARBLED = "garbled"  # something answers, and not in AT: wrong baud rate, or no modem
    IN_USE = "in_use"  # another program, or another line, has the port
    NOT_ALLOWED = "not_allowed"  # the service's user may not open the port
    BROKEN = "broken"  # the port gives errors; it is opened again with back-off
    STOPPED = "stopped"


class EndReason(StrEnum):
    """Why a call ended, as far as the module tells."""

    REMOTE = "remote"  # NO CARRIER and its vendor forms
    LOCAL = "local"  # we hung up
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"  # refused, no dial tone, CME error
    LOST = "lost"  # port or module vanished during the call
    ELSEWHERE = "elsewhere"  # the rings stopped because the office's own telephone, beside the modem, took the call
    UNSEEN = "unseen"  # the rings stopped, and the modem cannot tell whether anybody took the call


class FailureKind(StrEnum):
    """What a failed AT+CMGS means for sending again (classes in 3GPP 27.005 3.2.5)."""

    TRANSIENT = "transient"  # surely not sent; try later
    PERMANENT = "permanent"  # surely not sent; trying again is useless
    UNCLEAR = "unclear"  # may have been sent: never sent again by itself


class ReportState(StrEnum):
    """TP-Status of a status report in three words (3GPP 23.040 9.2.3.15)."""

    DELIVERED = "delivered"  # 0x00-0x1F
    TRYING = "trying"  # 0x20-0x3F: the service centre still tries
    FAILED = "failed"  # 0x40 and above


class SoundEnd(StrEnum):
    """Why a Play or a Listen ended."""

    PLAYED = "played"  # to the last sample
    TIME = "time"
    KEY = "key"
    QUIET = "quiet"
    HUNG_UP = "hung_up"  # the far side has: busy tone, dial tone, a break of the loop, the network's word
    PUT_DOWN = "put_down"  # the office's own telephone was hung up (after Join)
    LIFTED = "lifted"  # the office's own telephone was lifted: somebody wants to speak
    STOPPED = "stopped"  # StopSound, HandOver or HangUp
    FULL = "full"  # the sink takes no more; the call goes on
    FAILED = "failed"  # the modem did not play or record


class CallTone(StrEnum):
    """What the exchange says, heard in a call (YD/T 1486: 450 Hz; GSM modules tell it in words)."""

    DIAL = "dial"  # continuous
    RING_BACK = "ring_back"  # 1 s on, 4 s off
    BUSY = "busy"  # 0.35 s on, 0.35 s off; congestion 0.7/0.7 counts too
    VOICE = "voice"  # somebody speaks: the called party has answered


class ForwardReason(StrEnum):
    """When the network forwards a call (<reason> of AT+CCFC, 27.007 7.11)."""

    ALWAYS = "always"
    BUSY = "busy"
    NO_REPLY = "no_reply"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class ForwardRule:
    """One forwarding as the network has it."""

    reason: ForwardReason
    is_active: bool
    number: str = ""  # where to; "" where it is off or the module does not tell


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a message lies in the module, and in which port session that was true."""

    store: str  # "SM", "ME", "SR"
    index: int
    session: int  # grows with every message found and every re-read; a stale slot is never deleted by number


@dataclass(frozen=True, slots=True)
class Deliver:
    """One decoded SMS-DELIVER part (3GPP 23.040 9.2.2.1)."""

    sender: str  # as the network gave it: digits with a leading + if international, or letters
    body: bytes  # alphabet "ucs2": UTF-16BE code units, may end inside a surrogate pair; "gsm7": UTF-8; "8bit": raw
    alphabet: str  # "gsm7" | "ucs2" | "8bit"
    sent_at: datetime | None  # service centre time stamp, aware; None where it is nonsense
    reference: int | None = None  # concatenation reference, None for a single part
    total: int = 1
    part: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """One decoded SMS-STATUS-REPORT (3GPP 23.040 9.2.2.3)."""

    reference: int  # TP-MR of the part it speaks of
    recipient: str
    status: int  # TP-Status as it came
    state: ReportState
    sent_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A PDU that no rule of ours can read. Its raw form is in the event; nothing is thrown away."""

    reason: str


@dataclass(frozen=True, slots=True)
class SmsStored:
    """A message was found in a store of the module. It stays there until `commands.DeleteSms` names its slot."""

    line: str
    identity: str  # whose store it is: "imsi:..." else "imei:..." else "line:NAME"
    slot: Slot
    pdu: str  # upper-case hex exactly as listed, with the service centre part
    message: Deliver | Report | Undecodable


@dataclass(frozen=True, slots=True)
class SmsReport:
    """A status report that came directly (+CDS) and lies in no store."""

    line: str
    pdu: str
    report: Report | Undecodable


@dataclass(frozen=True, slots=True)
class SmsPartSent:
    """The network took one part of an outgoing message."""

    line: str
    ref: int  # the `ref` of commands.SendSms
    part: int  # 1..total
    total: int
    reference: int  # TP-MR, 0..255


@dataclass(frozen=True, slots=True)
class SmsSent:
    """The network took every part."""

    line: str
    ref: int
    references: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SmsFailed:
    """An outgoing message did not go, or it cannot be known whether it went."""

    line: str
    ref: int
    kind: FailureKind
    code: int | None  # CMS or CME error number
    detail: str  # for people, no message text
    parts_sent: int


@dataclass(frozen=True, slots=True)
class CallRinging:
    """Somebody calls: first sign of a call, sent at once; the number may follow in CallerKnown."""

    line: str
    call: int  # one number per call on this line and port session run, never used twice in a process
    number: str | None  # None = not known yet, "" = withheld


@dataclass(frozen=True, slots=True)
class CallerKnown:
    """The number of a ringing call became known. "" = the caller withholds it."""

    line: str
    call: int
    number: str


@dataclass(frozen=True, slots=True)
class CallDialing:
    """Our own call goes out."""

    line: str
    call: int
    ref: int  # the `ref` of commands.Dial
    number: str


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Both sides are connected: we answered, or the called party did."""

    line: str
    call: int


@dataclass(frozen=True, slots=True)
class CallEnded:
    line: str
    call: int
    reason: EndReason


@dataclass(frozen=True, slots=True)
class CallSound:
    """The call's sound begins, or ends, to come and go over the line's audio device."""

    line: str
    call: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The far side pressed a key: told by the modem, or found in its sound."""

    line: str
    call: int
    key: str  # one of 0-9 * # A-D


@dataclass(frozen=True, slots=True)
class CallRang:
    """It rang once more. CallRinging is the first ring; this counts on from 2."""

    line: str
    call: int
    rings: int


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """What the exchange, or the called party, said while we dial or listen; each change once."""

    line: str
    call: int
    tone: CallTone


@dataclass(frozen=True, slots=True)
class TelephoneMoved:
    """The office's own telephone beside the modem was lifted or hung up, as far as this modem sees that."""

    line: str
    is_lifted: bool


@dataclass(frozen=True, slots=True)
class SoundEnded:
    """A Play or a Listen is over."""

    line: str
    call: int
    ref: int
    why: SoundEnd
    seconds: float  # played, or listened to


@dataclass(frozen=True, slots=True)
class TimeUp:
    """What commands.Wake asked for."""

    line: str
    ref: int


@dataclass(frozen=True, slots=True)
class ProfileMeasured:
    """What a landline modem really does, as it was just found out: modem.voice_profile says what is in it."""

    line: str
    identity: str  # of the modem: what it says of itself, "" where it says nothing
    profile: str  # JSON of modem.voice_profile.VoiceProfile
    evidence: tuple[tuple[str, str], ...] = ()  # each question and its answer; () where it was learnt in passing
    stopped: str = ""  # why it ended before its end: "rang", "silent", "time"
    ref: int | None = None  # the `ref` of commands.Measure; None: it was learnt without being asked


@dataclass(frozen=True, slots=True)
class ForwardingTold:
    """What the network forwards, after SetForwarding and AskForwarding."""

    line: str
    ref: int  # the `ref` of the command
    rules: tuple[ForwardRule, ...]


@dataclass(frozen=True, slots=True)
class LineChanged:
    """The line's state, signal or registration changed. Always the whole picture, never a difference."""

    line: str
    state: LineState
    detail: str = ""  # in plain English, for log and lines page
    maker: str = ""
    model: str = ""
    firmware: str = ""
    identity: str = ""
    imei: str = ""  # of the module on the port now, once it has told
    node: str = ""  # the device node that is open now
    operator: str = ""
    signal_dbm: int | None = None
    roaming: bool = False
    store_used: tuple[tuple[str, int, int], ...] = ()  # (store, used, total)
    at_session: int = 0
    has_voice: bool = True  # False: a landline modem that tells rings and numbers, and can do no more


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A command could not be carried out as things stand (no such call, line not ready). Nothing was sent."""

    line: str
    command: object
    reason: str


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A line from the module that nobody expected. Kept for the log; life goes on."""

    line: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What the module said to commands.RawCommand, final result included."""

    line: str
    ref: int
    lines: tuple[str, ...]


SoundEvent = CallSound | KeyPressed | ToneHeard | SoundEnded
CallEvent = CallRinging | CallRang | CallerKnown | CallDialing | CallAnswered | CallEnded | TelephoneMoved | SoundEvent
MessageEvent = SmsStored | SmsReport | SmsPartSent | SmsSent | SmsFailed
Event = (
    CallEvent
    | MessageEvent
    | TimeUp
    | ProfileMeasured
    | ForwardingTold
    | LineChanged
    | CommandRefused
    | RawAnswer
    | Unrecognised
)


def masked_imsi(imsi: str) -> str:
    """Country and network, and the last four digits: enough to know a card again. "" for what is no IMSI."""
    return f"{imsi[:5]}****{imsi[-4:]}" if imsi.isascii() and imsi.isdigit() and len(imsi) > 9 else ""
