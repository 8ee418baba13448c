"""Builds how departments are asked whose duty a matter is, and how they answer by text."""

from __future__ import annotations

from collections.abc import Callable

from appliance.casework_desk import CaseworkDesk
from appliance.ground import Ground
from appliance.intake.opinion_texts import OpinionTexts
from appliance.messages_desk import MessagesDesk
from appliance.outreach.consult_asking import ConsultAsking
from appliance.outreach.outbox import Outbox
from appliance.words_desk import WordsDesk


class ConsultDesk:
    """Built after the emergencies: an OK in a danger is theirs, whatever was texted since."""

    def __init__(
        self, ground: Ground, *, casework: CaseworkDesk, sms: MessagesDesk, outbox: Outbox, words: WordsDesk
    ) -> None:
        conferences, texts = casework.dispatch.conferences, words.texts
        asking = ConsultAsking(
            ground.store, ground.clock, ground.hours, outbox=outbox, texts=texts, clock_ok=ground.clock_ok
        )
        conferences.tell_asked(asking.on_asked)
        opinions = OpinionTexts(conferences.opinions, words.codes, sms.answers, outbox=outbox, texts=texts)
        sms.intake.reading.ask_first(opinions.hear)
        self.every_minute: dict[str, Callable[[], object]] = {"consultations": asking.sweep}
