"""What the office shows of a ticket: frozen pictures of one moment, never written back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.casework.lifecycle import Move, Stage
from appliance.casework.ticket_no import format_no
from appliance.people.departments import Department

UNHAPPY = (1, 2)  # ratings that propose to do it again instead of closing

OPEN_NAME, CONFIDENTIAL, ANONYMOUS = PRIVACY = ("open", "confidential", "anonymous")
CONFIDENTIAL_TYPES = ("report",)  # whose reporter is protected unless the operator says otherwise


@dataclass(frozen=True, slots=True)
class TicketForm:
    """What an operator types. Keys of type, category and urgency stand in categories.toml.

    Moments are local time as a browser's field writes them: 2026-11-22T14:05.
    """

    title: str = ""
    content: str = ""
    place: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    wish: str = ""
    type: str = ""
    category: str = ""
    urgency: str = "normal"
    town: str = ""  # a code of the table of places
    privacy: str = ""  # one of PRIVACY; "": confidential where the type asks for it, else open
    occurred_at: str = ""  # when the matter itself happened

    @property
    def is_confidential(self) -> bool:
        return self.privacy == CONFIDENTIAL or (not self.privacy and self.type in CONFIDENTIAL_TYPES)

    @property
    def is_anonymous(self) -> bool:
        return self.privacy == ANONYMOUS


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is said once, when a ticket is entered that no line of the box brought. Moments as in TicketForm."""

    source: str = "call"
    taken_at: str = ""  # taken down on paper then, and entered only now
    upper_no: str = ""  # its number at the office above
    upper_due_on: str = ""  # the day until which the office above wants its answer


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket in a list."""

    id: int  # for cursors and other rows; never shown
    no: int
    title: str
    status: str
    stage: Stage
    type: str
    category: str
    urgency: str
    place: str
    contact_name: str
    phone: str
    department: Department | None
    created_at: datetime
    due_at: datetime | None  # until when the department must answer
    stage_due_at: datetime | None  # until when the office itself must act
    lateness: str  # 'none', 'soon' or 'late', by whichever clock runs
    version: int
    source: str
    is_open: bool
    round: int = 1
    rating: int | None = None
    citizen_id: int | None = None
    call_id: int | None = None
    line: str = ""
    next_due_at: datetime | None = None  # the nearer of the clocks that run
    is_own_clock: bool = False  # next_due_at is the office's own limit, not the department's
    town: str = ""
    is_confidential: bool = False
    is_anonymous: bool = False
    is_repeat: bool = False
    has_request: bool = False  # somebody asked for what the desk or a lead decides
    parent_no: int | None = None  # the ticket it was joined with
    supervised_level: int = 0
    returns: int = 0
    redos: int = 0
    extensions: int = 0
    paused_at: datetime | None = None
    resume_at: datetime | None = None
    occurred_at: datetime | None = None
    entered_at: datetime | None = None  # taken down on paper first: created_at is when that was
    upper_no: str = ""
    upper_due_at: datetime | None = None

    @property
    def number(self) -> str:
        return format_no(self.no)

    @property
    def proposal(self) -> str:
        """'redo' while an unhappy citizen waits for the operator's decision, else ''."""
        return "redo" if self.is_open and self.rating in UNHAPPY else ""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One line of a ticket's history."""

    at: datetime
    kind: str  # 'move', 'note', 'sms_in', 'sms_out', 'call' or 'alarm_call'
    key: str  # the move, the note's kind, the message's purpose or the call's outcome
    text: str = ""
    who: str = ""  # a name; '' when a citizen or the program did it
    actor: str = ""  # lifecycle.Actor of a move; 'handler' or 'citizen' for a message
    state: str = ""  # of a message or a proposal
    from_status: str = ""
    to_status: str = ""
    rating: int | None = None
    number: str = ""  # the other side of a message or call, masked where it must be
    ref: int = 0  # id of the note, message or call
    is_self_approved: bool = False  # a lead's decision by an operator who is alone
    for_unit: bool = False  # the desk acted for the department
    happened_at: datetime | None = None  # when it truly was, where that is earlier than `at`
    ground: str = ""  # why it ended without being handled here: a key of grounds.LABELS


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """The department's present task, or its last."""

    id: int
    department: Department
    round: int
    state: str  # 'sent', 'signed', 'replied', 'approved', 'returned' or 'withdrawn'
    sent_at: datetime
    signed_at: datetime | None
    replied_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None
    reply: str = ""
    role: str = "lead"  # or "co": helps the lead, signs and replies on its own
    channel: str = ""  # how it went out: web, sms, paper, phone
    result: str = ""  # solved, explained, partly, impossible
    contacted: bool | None = None  # did the department speak with the citizen? None: it did not say
    late_minutes: int = 0
    sign_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything on the page of one ticket, for one user."""

    row: TicketRow
    form: TicketForm
    timeline: tuple[TimelineItem, ...]
    moves: tuple[Move, ...]  # what this user may do next, the main ones first
    assignment: AssignmentView | None
    proposals: tuple[TimelineItem, ...]  # texts that wait for the desk's word: a reply in review, a return asked for
    callers_other: tuple[TicketRow, ...]  # the same citizen's other tickets
    rating: int | None
    is_editable: bool
    lead_moves: frozenset[str] = frozenset()  # of `moves`, those that a lead decides
    co_assignments: tuple[AssignmentView, ...] = ()  # of the departments that help with this round
    children: tuple[TicketRow, ...] = ()  # tickets that were joined with this one
    is_masked: bool = False  # for reading alone, without names and numbers


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list, newest first. `next` is the cursor (`before`) of the piece behind it, None at the end."""

    rows: tuple[TicketRow, ...]
    next: int | None = None


@dataclass(frozen=True, slots=True)
class MoveMade:
    """What everybody who must be told needs to know of a move. Lives in the transaction that made it."""

    ticket_id: int
    no: int
    move: str
    from_status: str
    to_status: str
    actor: str
    citizen_id: int | None
    department_id: int | None  # the one concerned: on 'return' the one it was taken from
    assignment_id: int | None
    due_at: datetime | None
    text: str  # on 'approve' the answer for the citizen
    reason: str
    rating: int | None
    urgency: str
    round: int = 1
    handler_id: int | None = None
    user_id: int | None = None
    co_department_ids: tuple[int, ...] = ()  # who helps; on 'confer' who was asked
    is_self_approved: bool = False
    for_unit: bool = False  # the desk acted for the department
    days: int | None = None
    other_no: int | None = None  # on 'merge' the ticket it was joined with
    where: str = ""
    ground: str = ""  # a key of grounds.LABELS
    resume_at: datetime | None = None
    article_id: int | None = None  # of the knowledge base, on 'answer'
    texts_article: bool = False
