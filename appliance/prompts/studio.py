"""Where the office records what callers hear: drafts to be listened to, the one in use, the one before, the history.

A recording is never used unheard: it becomes a draft first, for every line or for one, and a second deed puts it to
use. The one it replaces is kept until it is replaced again. Every deed is audited; what callers hear is exchanged in
memory as soon as it has been committed.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.clock import Clock, from_utc_text, moment_or_none, utc_text
from appliance.errors import FieldWrong, NotFound, OfficeError
from appliance.people.user import User
from appliance.plugins import Plugins
from appliance.prompts import uploads
from appliance.prompts.dictation import Dictation, Dictations
from appliance.prompts.prompts import EVERY_LINE, Prompts
from appliance.prompts.sound import SoundForms, wav_of
from appliance.prompts.table import Prompt, announcement, is_announcement, table
from appliance.prompts.uploads import Taken
from appliance.upkeep.audit import Audit
from db import prompts as rows
from db.store import Store

log = logging.getLogger(__name__)

LONGEST_WORDS = 1000
SOURCES = ("file", "browser", "telephone", "machine")
ROOM_IS_LOUD_DB = 15.0  # the voice is less than so much louder than what is between the words
RAISED_MUCH_DB = 12.0


class NoDraft(OfficeError):
    message = "There is no recording to listen to here any more: somebody used it, or threw it away."


class NoneBefore(OfficeError):
    message = "No earlier recording is kept here."


class NoSoundHere(OfficeError):
    message = "This box cannot read sound files as it runs now."


@dataclass(frozen=True, slots=True)
class Take:
    """One recording."""

    id: int
    key: str
    line: str
    state: str  # draft, used, former
    source: str  # of SOURCES
    program: str  # of a machine's draft
    words: str
    has_sound: bool
    seconds: float
    active_dbfs: float  # the three as it came
    peak_dbfs: float
    room_dbfs: float
    raised_db: float
    made_at: datetime
    made_by: str
    used_at: datetime | None
    used_by: str
    ended_at: datetime | None

    @property
    def is_machine(self) -> bool:
        return self.source == "machine"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What could be better about the sound: keys that the page has words for; none is good."""
        found = []
        if self.raised_db >= RAISED_MUCH_DB:
            found.append("quiet")
        if self.active_dbfs - self.room_dbfs < ROOM_IS_LOUD_DB:
            found.append("noisy")
        if self.raised_db <= -RAISED_MUCH_DB:
            found.append("loud")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Card:
    """One prompt as the pages show it, on every line or on one."""

    prompt: Prompt
    line: str
    script: str
    used: Take | None  # None: the shipped one, or the one of every line
    draft: Take | None
    is_shipped: bool  # a placeholder of the product would be heard if nobody had recorded anything
    own_lines: tuple[str, ...] = ()  # lines that have their own


class Studio:
    """Safe to call from any web thread."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        prompts: Prompts,
        *,
        plugins: Plugins,
        dictations: Dictations,
        office_name: str,
        language: str,
        lines: Sequence[str],
        forms: SoundForms | None = None,
    ) -> None:
        """`forms` is None in a process that runs no lines: nothing can be recorded there."""
        self._store, self._clock, self._audit, self._prompts, self._plugins = store, clock, audit, prompts, plugins
        self._dictations = dictations
        self._office_name, self._language, self._lines, self._forms = office_name, language, tuple(lines), forms
        self._announcements: Callable[[], Mapping[int, str]] = dict
        self._loading = threading.Lock()
        self.load()

    def connect(self, *, announcements: Callable[[], Mapping[int, str]]) -> None:
        """Whose sound is kept here too: id of each announcement -> its words."""
        self._announcements = announcements

    def load(self) -> None:
        """What callers hear is what the rows say now."""
        with self._loading:  # whoever saved last is the last to exchange it
            found = {(row["key"], row["line"]): bytes(row["sound"]) for row in rows.sounds_in_use(self._store)}
            self._prompts.replace(found)

    # --- what there is ---

    @property
    def lines(self) -> tuple[str, ...]:
        return self._lines

    @property
    def can_speak(self) -> bool:
        return self._plugins.can_speak

    def cards(self) -> list[Card]:
        """Every prompt of the table, then the announcements, as they are on every line."""
        present = [_take(row) for row in rows.present(self._store)]
        known = [*table().values(), *(announcement(number, words) for number, words in self._announcements().items())]
        return [self._card(prompt, EVERY_LINE, present) for prompt in known]

    def card(self, key: str, line: str = EVERY_LINE) -> Card:
        """One prompt, on every line or on one. Raises NotFound."""
        return self._card(self._known(key, line), line, [_take(row) for row in rows.present(self._store)])

    def history(self, key: str, line: str = EVERY_LINE) -> list[Take]:
        """Everything that was recorded for it, the newest first. Raises NotFound."""
        self._known(key, line)
        return [_take(row) for row in rows.of(self._store, key, line)]

    def wav(self, key: str, line: str = EVERY_LINE, which: str = "now") -> bytes:
        """As the caller hears it, 8000 Hz u-law, in a file that browsers play. Raises NotFound.

        `which` is "now", "shipped", "draft" or "before".
        """
        self._known(key, line)
        if which == "now":
            sound = self._prompts.clip(key, line)
        elif which == "shipped":
            sound = self._prompts.shipped(key)
        else:
            state = {"draft": "draft", "before": "former"}.get(which, "")
            sound = rows.sound_of(self._store, key, line, state)
        if not sound or self._forms is None:
            raise NotFound
        return wav_of(self._forms.decode(sound))

    # --- what is done ---

    def upload(self, key: str, line: str, data: bytes, by: User, *, words: str = "", source: str = "file") -> Take:
        """A recording to be listened to, from a WAV file. Raises NotFound, FieldWrong, NoSoundHere."""
        prompt, forms = self._known(key, line), self._sound_forms()
        kept = _words(words)
        return self._add_draft(prompt, line, uploads.take(data, forms, prompt.most_s), by, words=kept, source=source)

    def by_telephone(self, key: str, line: str, on_line: str, by: User, *, words: str = "") -> Dictation:
        """Give out a code: whoever calls `on_line` and presses it may speak it. Raises NotFound, FieldWrong."""
        prompt = self._known(key, line)
        if on_line not in self._lines:
            raise FieldWrong("on_line", "Choose the line that you will call.")
        log.info("a prompt may be recorded over %s for ten minutes", on_line)
        return self._dictations.begin(key, line, on_line, by, most_s=prompt.most_s, words=_words(words))

    def dictation(self, key: str, line: str = EVERY_LINE) -> Dictation | None:
        """What is waited for; None once it was taken, given up or too late. Raises NotFound."""
        self._known(key, line)
        return self._dictations.of(key, line)

    def take_dictation(self, key: str, line: str = EVERY_LINE) -> Take | None:
        """What was spoken over the telephone becomes the draft; None: nobody has spoken yet.

        Raises NotFound, FieldWrong (it cannot be a prompt, and is gone), NoSoundHere.
        """
        prompt = self._known(key, line)
        spoken = self._dictations.take(key, line)
        if spoken is None or spoken.samples is None:
            return None
        taken = uploads.checked(spoken.samples, prompt.most_s)
        return self._add_draft(prompt, line, taken, spoken.by, words=spoken.words, source="telephone")

    def give_up_dictation(self, key: str, line: str) -> None:
        """The code no longer holds. Raises NotFound."""
        self._known(key, line)
        self._dictations.give_up(key, line)

    def speak(self, key: str, line: str, words: str, by: User) -> Take:
        """Have the plugged-in program say these words. Takes seconds.

        Raises NotFound, FieldWrong, NoSoundHere, NotPluggedIn, PluginBusy, PluginFailed.
        """
        prompt, forms, kept = self._known(key, line), self._sound_forms(), _words(words)
        if not kept:
            raise FieldWrong("words", "Write the words that the machine is to say.")
        spoken = self._plugins.speak(kept)
        taken = uploads.take(spoken.wav, forms, prompt.most_s)
        return self._add_draft(prompt, line, taken, by, words=kept, source="machine", program=spoken.program)

    def use(self, key: str, line: str, by: User) -> None:
        """Callers hear the draft from now on. Raises NotFound, NoDraft."""
        self._known(key, line)
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            rows.end_used(tx, key, line, at=now, by=by.id)
            used = rows.use_draft(tx, key, line, at=now, by=by.id)
            if used is None:
                raise NoDraft
            self._audit.write(tx, "prompt_used", "prompt", used, by, words=(key, line))
        self._changed(key, line, "a new recording is used")

    def discard(self, key: str, line: str, by: User) -> None:
        """Throw the draft away. Raises NotFound."""
        self._known(key, line)
        with self._store.transaction() as tx:
            if rows.drop_draft(tx, key, line):
                self._audit.write(tx, "prompt_draft_dropped", "prompt", None, by, words=(key, line))

    def back_to_shipped(self, key: str, line: str, by: User) -> None:
        """Callers hear the shipped one again, or, on one line, that of every line. Raises NotFound."""
        self._known(key, line)
        with self._store.transaction() as tx:
            ended = rows.end_used(tx, key, line, at=utc_text(self._clock.now()), by=by.id)
            if ended is not None:
                self._audit.write(tx, "prompt_ended", "prompt", ended, by, words=(key, line))
        self._changed(key, line, "the office's own recording is no longer used")

    def back_to_former(self, key: str, line: str, by: User) -> None:
        """Callers hear the recording before again. Raises NotFound, NoneBefore."""
        self._known(key, line)
        now = utc_text(self._clock.now())
        with self._store.transaction() as tx:
            former = rows.copy_of_former(tx, key, line)
            if former is None:
                raise NoneBefore
            rows.end_used(tx, key, line, at=now, by=by.id)
            used = rows.add_used(tx, at=now, by=by.id, **former)
            self._audit.write(tx, "prompt_used", "prompt", used, by, words=(key, line))
        self._changed(key, line, "the recording before is used again")

    # --- inside ---

    def _add_draft(
        self, prompt: Prompt, line: str, taken: Taken, by: User, *, words: str, source: str, program: str = ""
    ) -> Take:
        sound, now = self._sound_forms().encode(taken.samples), utc_text(self._clock.now())
        with self._store.transaction() as tx:
            draft = rows.add_draft(
                tx,
                key=prompt.key,
                line=line,
                source=source if source in SOURCES else "file",
                program=program,
                words=words,
                sound=sound,
                seconds=taken.seconds,
                active_dbfs=taken.found.active_dbfs,
                peak_dbfs=taken.found.peak_dbfs,
                room_dbfs=taken.found.room_dbfs,
                raised_db=taken.raised_db,
                made_at=now,
                made_by=by.id,
            )
            self._audit.write(tx, "prompt_recorded", "prompt", draft, by, words=(prompt.key, line, words))
        log.info("prompt %s recorded for %s, %.1f s", prompt.key, line or "every line", taken.seconds)
        return next(take for take in self.history(prompt.key, line) if take.id == draft)

    def _changed(self, key: str, line: str, what: str) -> None:
        self.load()
        log.info("prompt %s on %s: %s", key, line or "every line", what)

    def _sound_forms(self) -> SoundForms:
        if self._forms is None:
            raise NoSoundHere
        return self._forms

    def _known(self, key: str, line: str) -> Prompt:
        prompt = table().get(key)
        if prompt is None and is_announcement(key):
            number = int(key.partition(":")[2])
            words = self._announcements().get(number)
            prompt = announcement(number, words) if words is not None else None
        if prompt is None or (line != EVERY_LINE and not (prompt.per_line and line in self._lines)):
            raise NotFound
        return prompt

    def _card(self, prompt: Prompt, line: str, present: Sequence[Take]) -> Card:
        mine = [take for take in present if take.key == prompt.key]
        states = {take.state: take for take in mine if take.line == line}
        return Card(
            prompt,
            line,
            prompt.script(self._language, self._office_name),
            states.get("used"),
            states.get("draft"),
            bool(self._prompts.shipped(prompt.key)),
            tuple(take.line for take in mine if take.line != EVERY_LINE and take.state == "used"),
        )


def _words(typed: str) -> str:
    if len(typed) > LONGEST_WORDS:
        raise FieldWrong("words", "These words are too long: %(most)d characters at most.", most=LONGEST_WORDS)
    return typed


def _take(row: sqlite3.Row) -> Take:
    return Take(
        id=row["id"],
        key=row["key"],
        line=row["line"],
        state=row["state"],
        source=row["source"],
        program=row["program"],
        words=row["words"],
        has_sound=bool(row["has_sound"]),
        seconds=row["seconds"],
        active_dbfs=row["active_dbfs"],
        peak_dbfs=row["peak_dbfs"],
        room_dbfs=row["room_dbfs"],
        raised_db=row["raised_db"],
        made_at=from_utc_text(row["made_at"]),
        made_by=row["made_by_name"] or "",
        used_at=moment_or_none(row["used_at"]),
        used_by=row["used_by_name"] or "",
        ended_at=moment_or_none(row["ended_at"]),
    )
