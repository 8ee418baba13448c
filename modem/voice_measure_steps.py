"""What is asked of a landline modem to find out what it really does: one question after the other. Pure.

A dialogue is a generator: it yields a `Step` (what to send, and what to wait for) and is given what was `Heard`. Who
moves the bytes is modem.voice_measure. Nearly everything is done on hook; the line is taken only to hear the dial
tone, and given back at once. What was found so far is in `Findings`, so that a call that comes in between loses
nothing but the rest.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from modem.at_words import Final
from modem.audio.laws import silence
from modem.audio.shield import CAN, ETX, escape, told
from modem.voice_formats import BY_NUMBER, Offer, offers
from modem.voice_measure_format import by_silence, is_quiet, purities, settled
from modem.voice_profile import SampleFormat, VoiceProfile
from modem.voice_said import CALLER_ID, CHINA, CLASS_8, STOPS, WAYS_OUT, stop_code

ANSWER_S = 1.5
TONE_S = 2.0  # one chip takes 1.5 s for a tone of 0.1 s, and says OK only then
RESYNC_S, RESYNC_TRIES = 0.3, 3
QUIET_LINE_S, DIAL_TONE_S, PLAYED_S = 1.0, 1.5, 2.0
PIECE_S = 0.2
END_S = 0.7  # so long a stream may take to end
CANCEL_S = 0.7
SETTLE_S = 0.3  # after going off hook: clicks, and what a modem tells of itself
LIFTED_WITHIN_S = 20.0
JOINED_S = 0.6
SIGNS = "dbiKr0123456789ABC*#"  # events that come from the line, unlike u (our own underrun) and H (our own hook)
NOTHING_PLAYED = "-"
LIFTS = "hHpP"
TONE_SHAPES = ("[{hz},,{ticks}]", "[{hz},{hz},{ticks}]", "[{hz},0,{ticks}]")
JOINS = (3, 5)  # +VLS values that listen beside a telephone without taking its current, where they exist
SELVES = ("ATI0", "ATI3", "AT+GMI", "AT+GMM")  # what a modem says of itself
COMMON_OFFERS = tuple(Offer(number, BY_NUMBER[number]) for number in (1, 128, 4, 0))  # where none is named


class Until(Enum):
    """What a step waits for; each also ends with its time."""

    FINAL = auto()  # a final result
    END = auto()  # the stream's end
    EVENT = auto()  # one of the step's `codes`
    TIME = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """What goes to the modem, and until when to hear what it says."""

    send: bytes = b""
    within_s: float = ANSWER_S
    until: Until = Until.FINAL
    codes: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came during a step."""

    lines: tuple[str, ...] = ()  # without echo and final result
    final: Final | None = None
    sound: bytes = b""
    codes: str = ""  # events, in their order
    seconds: float = 0.0
    has_ended: bool = False  # the stream has, with or without our doing

    @property
    def is_ok(self) -> bool:
        return self.final is not None and self.final.text.upper() in ("OK", "VCON")

    @property
    def is_connected(self) -> bool:
        return self.final is not None and self.final.text.upper().startswith("CONNECT")


@dataclass(slots=True)
class Findings:
    """What is known by now."""

    profile: VoiceProfile
    identity: str = ""
    evidence: list[tuple[str, str]] = field(default_factory=list)  # question and answer, for a report

    def found(self, **found: Any) -> None:
        self.profile = self.profile.found(**found)

    def note(self, what: str, seen: str) -> None:
        self.evidence.append((what, seen))


class NoAnswer(Exception):
    """The modem says nothing any more."""


Dialogue = Generator[Step, Heard, None]


def identity_of(answers: Sequence[Sequence[str]]) -> str:
    """What a modem says of itself, in one line, by the lines of its answers to SELVES; "" where it says nothing."""
    words = [_bare(line) for lines in answers for line in lines[:2]]
    return " / ".join(dict.fromkeys(word for word in words if word))[:160]


def _bare(line: str) -> str:
    return " ".join((line.rpartition(": ")[2] if line.startswith("+") else line).strip().strip('"').split())[:60]


def everything(findings: Findings) -> Dialogue:
    """Find out all that can be found without a person."""
    yield Step(WAYS_OUT, RESYNC_S, Until.TIME)
    yield from _in_step()
    for command in ("ATE0", "ATV1"):
        yield from ask(findings, command)
    yield from _who(findings)
    if not (yield from _has_voice(findings)):
        return
    for command in (CHINA, "AT+VLS=?", "AT+VTS=?", "AT+VSD=?", "AT+VCDT=?", "AT-STE=?", "AT+VIT=0", "AT+VSD=128,0"):
        yield from ask(findings, command)
    named = yield from _choose_format(findings)
    can_on_hook = (yield from ask(findings, "AT+VRX")).is_connected
    if not can_on_hook:
        yield from ask(findings, f"AT+VLS={findings.profile.vls_line}")
        if not (yield from ask(findings, "AT+VRX")).is_connected:
            yield from hang_up(findings)
            return
    silent, can_stop = yield from _hear_silence(findings, named)
    yield from _cancel(findings)
    yield from _tones(findings)
    yield from _duplex(findings)
    if can_stop:  # else the line could not be given back
        if can_on_hook:
            yield from ask(findings, f"AT+VLS={findings.profile.vls_line}")
        yield from _dial_tone(findings, silent)
    yield from hang_up(findings)


def telephone(findings: Findings) -> Dialogue:
    """A person lifts the office's telephone about now: is it seen, and how is it joined without holding the line?"""
    yield from _in_step()
    for command in ("ATE0", "ATV1", CLASS_8, "AT-STE=7", "AT+VLS=0"):
        yield from ask(findings, command)
    heard = yield Step(within_s=LIFTED_WITHIN_S, until=Until.EVENT, codes=LIFTS)
    lifted = next((code for code in heard.codes if code in LIFTS), "")
    findings.note("telephone lifted", lifted or "nothing seen")
    # Hung up, then lifted: most tell lifting by the capital letter, and whoever does not is believed all the same.
    findings.found(sees_telephone=lifted.swapcase() + lifted)
    for vls in JOINS:
        if (yield from _hears_with(findings, vls)):
            findings.found(vls_join=vls)
            break
    else:
        findings.found(vls_join=findings.profile.vls_line)
    yield from hang_up(findings)


def ask(findings: Findings, command: str, within_s: float = ANSWER_S) -> Generator[Step, Heard, Heard]:
    """One AT command. Where no answer comes, be sure that the modem still listens before anything else is said."""
    heard = yield Step(command.encode("ascii") + b"\r", within_s)
    said = [*heard.lines, heard.final.text if heard.final else "no answer"]
    findings.note(command, "; ".join(said)[:400])
    if heard.final is None:
        yield from _in_step()
    return heard


def end_recording(stops: Sequence[str], within_s: float = END_S) -> Generator[Step, Heard, str]:
    """End +VRX or +VTR with the first of `stops` that does it; "" if none does."""
    for stop in stops:
        heard = yield Step(stop_code(stop), within_s, Until.END)
        if heard.has_ended:
            yield Step(within_s=within_s)  # the OK behind it
            return stop
    return ""


def hang_up(findings: Findings) -> Dialogue:
    """Whatever it was: on hook, and ready for the next call and its number."""
    for command in ("AT+VLS=0", "ATH0", CLASS_8):
        yield from ask(findings, command)
    yield from _tells_callers(findings)


def leave(findings: Findings, stream: str) -> Dialogue:
    """Get out of whatever goes on, at once: a stream ("+VRX", "+VTX", "+VTR" or "" none), the line, everything."""
    if stream == "+VTX":
        yield from _end_playing(END_S)
    elif stream:
        yield from end_recording(_stops(findings), END_S / 2)
    yield from hang_up(findings)


def _end_playing(within_s: float) -> Generator[Step, Heard, bool]:
    """At its end, or at once where that doesn't help; whether it has ended."""
    for code in (ETX, CAN):
        if (yield Step(told(code), within_s)).final is not None:
            return True
    return False


def _stops(findings: Findings) -> tuple[str, ...]:
    """The one that is known to work, then all others."""
    return tuple(dict.fromkeys((findings.profile.stop_recording, *STOPS)))


def _in_step() -> Dialogue:
    for attempt in range(RESYNC_TRIES):
        # Late answers, and half a command that nobody ended; then perhaps a stream that nobody knows of.
        yield Step(WAYS_OUT if attempt else b"\r", RESYNC_S, Until.TIME)
        if (yield Step(b"AT\r", ANSWER_S)).is_ok:
            return
    raise NoAnswer


def _who(findings: Findings) -> Dialogue:
    answers = []
    for command in SELVES:
        heard = yield from ask(findings, command)
        answers.append(heard.lines if heard.is_ok else ())
    findings.identity = identity_of(answers)


def _tells_callers(findings: Findings) -> Generator[Step, Heard, bool]:
    for way in CALLER_ID:
        if (yield from ask(findings, way)).is_ok:
            return True
    return False


def _has_voice(findings: Findings) -> Generator[Step, Heard, bool]:
    yield from ask(findings, "AT+FCLASS=0")
    tells_in_data = (yield from ask(findings, CALLER_ID[0])).is_ok
    classes = yield from ask(findings, "AT+FCLASS=?")
    is_listed = any(word == "8" for line in classes.lines for word in _words(line))
    has_voice = (is_listed or not classes.lines) and (yield from ask(findings, CLASS_8)).is_ok
    findings.found(has_voice=has_voice)
    if not has_voice:
        yield from ask(findings, "AT+FCLASS=0")
        yield from _tells_callers(findings)
        return False
    tells_in_voice = (yield from ask(findings, CALLER_ID[0])).is_ok
    findings.found(id_needs_voice=tells_in_voice and not tells_in_data)
    return True


def _words(line: str) -> list[str]:
    return "".join(char if char.isalnum() or char == "." else " " for char in line.partition(":")[2] or line).split()


def _choose_format(findings: Findings) -> Generator[Step, Heard, SampleFormat]:
    """Set the best format that is taken; what it calls itself."""
    listed = yield from ask(findings, "AT+VSM=?")
    for offer in offers(listed.lines) or COMMON_OFFERS:
        for setting in (offer.vsm, f"{offer.vsm},0,0"):  # some insist on the parameters of silence compression
            if (yield from ask(findings, f"AT+VSM={setting}")).is_ok:
                findings.found(vsm=setting)
                return offer.form
    return findings.profile.sample_format


def _hear_silence(findings: Findings, named: SampleFormat) -> Generator[Step, Heard, tuple[SampleFormat | None, bool]]:
    """Hear the line that has just begun to be recorded, then end that: its format, and whether it could be ended."""
    heard = yield Step(within_s=QUIET_LINE_S, until=Until.TIME)
    silent = by_silence(heard.sound, heard.seconds)
    findings.note("quiet line", _commonest(heard.sound, heard.seconds))
    if silent is not None:
        findings.found(sample_format=silent)
    else:
        findings.profile = replace(findings.profile, sample_format=named)
    stop = yield from end_recording(STOPS)
    findings.note("recording ended by", repr(stop) if stop else "nothing")
    if not stop:
        yield from ask(findings, "ATH0")
        return silent, False
    findings.found(stop_recording=stop)
    return silent, True


def _commonest(sound: bytes, seconds: float) -> str:
    most = sorted(set(sound), key=sound.count, reverse=True)[:6]
    counts = ", ".join(f"{code:02X} {sound.count(code)}" for code in most)
    return f"{len(sound)} bytes in {seconds:.1f} s: {counts or 'nothing'}"


def _quiet(findings: Findings, seconds: float) -> bytes:
    form = findings.profile.sample_format
    return escape(silence(form) * round(seconds / 0.020))


def _cancel(findings: Findings) -> Dialogue:
    """Does DLE CAN alone end what is played?"""
    if not (yield from ask(findings, "AT+VTX")).is_connected:
        return
    yield Step(_quiet(findings, PIECE_S), PIECE_S, Until.TIME)
    does_end = (yield Step(told(CAN), CANCEL_S)).final is not None
    findings.found(cancel_ends=does_end)
    if not does_end and not (yield from _end_playing(ANSWER_S)):
        yield from _in_step()


def _tones(findings: Findings) -> Dialogue:
    for shape in TONE_SHAPES:
        if (yield from ask(findings, f"AT+VTS={shape.format(hz=933, ticks=10)}", TONE_S)).is_ok:
            findings.found(tone_shape=shape)
            return
    findings.found(tone_shape="")


def _duplex(findings: Findings) -> Dialogue:
    has_duplex = (yield from ask(findings, "AT+VTR")).is_connected
    findings.found(has_duplex=has_duplex)
    if has_duplex and not (yield from end_recording(("^", *STOPS), END_S)):
        yield from ask(findings, "ATH0")


def _dial_tone(findings: Findings, silent: SampleFormat | None) -> Dialogue:
    """Off hook: hear the exchange, first while playing and then while recording.

    In this order, because many tell a dial tone once and no more: who tells it only now was deaf before.
    """
    yield Step(within_s=SETTLE_S, until=Until.TIME)
    played = yield from _events_while_playing(findings)
    if not (yield from ask(findings, "AT+VRX")).is_connected:
        return
    heard = yield Step(within_s=DIAL_TONE_S, until=Until.TIME)
    yield from end_recording(_stops(findings))
    tone = purities(heard.sound)
    findings.note("450 Hz", ", ".join(f"{form} {share:.2f}" for form, share in tone.items()))
    findings.note("events while recording", heard.codes or "none")
    form = settled(silent, tone)
    if form is not None:
        findings.found(sample_format=form)
    if any(code in SIGNS for code in played):
        findings.found(hears_while_playing=True)
    elif played != NOTHING_PLAYED and any(code in SIGNS for code in heard.codes):
        findings.found(hears_while_playing=False)


def _events_while_playing(findings: Findings) -> Generator[Step, Heard, str]:
    """What the modem tells while it plays silence; NOTHING_PLAYED where it doesn't play."""
    if not (yield from ask(findings, "AT+VTX")).is_connected:
        return NOTHING_PLAYED
    played = ""
    for _ in range(round(PLAYED_S / PIECE_S)):
        played += (yield Step(_quiet(findings, PIECE_S), PIECE_S, Until.TIME)).codes
    findings.note("events while playing", played or "none")
    if not (yield from _end_playing(ANSWER_S)):
        yield from _in_step()
    return played


def _hears_with(findings: Findings, vls: int) -> Generator[Step, Heard, bool]:
    """Whether something is to be heard through this +VLS beside a telephone that is off the hook."""
    if not (yield from ask(findings, f"AT+VLS={vls}")).is_ok:
        return False
    if not (yield from ask(findings, "AT+VRX")).is_connected:
        return False
    heard = yield Step(within_s=JOINED_S, until=Until.TIME)
    yield from end_recording(_stops(findings))
    hears = bool(heard.sound) and not is_quiet(heard.sound, findings.profile.sample_format)
    findings.note(f"heard with +VLS={vls}", "something" if hears else "nothing")
    return hears
