"""Builds the way of text messages: what comes in and is read, what is answered, what goes out over which line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.casework_desk import CaseworkDesk
from appliance.ground import Ground
from appliance.intake.messages import Messages
from appliance.intake.sms_in import SmsIntake
from appliance.lines_desk import LinesDesk
from appliance.outreach.answers import Answers
from appliance.outreach.outbox import Outbox
from appliance.outreach.sending import Sending
from appliance.people.citizens import Citizens
from appliance.people.departments import Departments
from appliance.words_desk import WordsDesk
from modem.events import Deliver


class MessagesDesk:
    """`intake` and `sending` are for the desk thread, `messages` for the pages."""

    def __init__(
        self,
        ground: Ground,
        *,
        lines: LinesDesk,
        casework: CaseworkDesk,
        citizens: Citizens,
        departments: Departments,
        outbox: Outbox,
        words: WordsDesk,
        join_parts: Callable[[Sequence[Deliver]], str],
        text_of: Callable[[Deliver], str],
    ) -> None:
        store, clock, audit = ground.store, ground.clock, ground.audit
        self.answers = Answers(clock, outbox, words.texts, ground.hours, clock_ok=ground.clock_ok)
        self.sending = Sending(
            store,
            clock,
            lines.lines,
            lines.budget,
            casework.callbacks,
            zone=ground.zone,
            region_code=ground.region_code,
            clock_ok=ground.clock_ok,
            address=citizens.vault.address,
            also_known_as=citizens.vault.references_of,
        )
        self.intake = SmsIntake(
            store,
            clock,
            ground.key,
            audit,
            citizens=citizens,
            departments=departments,
            tickets=casework.tickets,
            answers=self.answers,
            callbacks=casework.callbacks,
            sending=self.sending,
            join_parts=join_parts,
            text_of=text_of,
            boot_id=ground.boot_id,
            clock_ok=ground.clock_ok,
            region_code=ground.region_code,
            words=words,
        )
        self.messages = Messages(
            store,
            clock,
            audit,
            outbox=outbox,
            answers=self.answers,
            tickets=casework.tickets,
            citizens=citizens,
            departments=departments,
            leaders=words.leaders,
            region_code=ground.region_code,
        )
