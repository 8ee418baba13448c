"""The modem's own hook, and what every part does with the line in its hands: listen, play, look. Jobs."""

from __future__ import annotations

from modem.at import Ask, Done
from modem.at_words import FinalKind
from modem.audio.call_tones import DIAL_AFTER_S
from modem.audio.frames import FRAME_SAMPLES
from modem.audio.laws import FrameReader, encode, silence
from modem.audio.sink import Ear, Sink
from modem.events import CallTone, EndReason
from modem.voice_landline import Landline
from modem.voice_listen import Listening, OnTone
from modem.voice_receive import Receive, Take
from modem.voice_said import CLASS_8
from modem.voice_start import arm, first_of
from modem.voice_steps import Job, ask, ask_ok, asks, stream
from modem.voice_transmit import Transmit

TAKE_LINE_S = 10.0  # ATA
WAYS = ("+VLS", "ATA", "ATH1")  # modems.md 7.1 and 6 (thess/callattendant#11)
NO_SILENCE_DETECTION = ("AT+VSD=128,0", "AT+VSD=0,0")  # we hear silence ourselves; the second one is Conexant's
GAINS = ("AT+VGT=128", "AT+VGR=128")  # nominal (V.253 10.2)
SURE_DIAL_S = 0.7  # a tone so long is a dial tone where nobody can be calling


class Hook:
    """Takes the line and lets go of it."""

    def __init__(self, land: Landline, ear: Ear) -> None:
        self._land, self._ear = land, ear

    def lift(self, way: str, vls: int) -> Job[bool]:
        """The modem takes the line, ready to play and to listen. Whether it says so. `way`: of WAYS."""
        land = self._land
        yield from ask(CLASS_8)
        yield from first_of(NO_SILENCE_DETECTION)
        land.hook(is_off=True)  # from now on it may be
        command = f"AT+VLS={vls}" if way == "+VLS" else way
        done: Done = yield Ask(command, TAKE_LINE_S, is_call=True)
        if done.final.kind not in (FinalKind.OK, FinalKind.CONNECT):
            return False
        land.hook(is_off=True)
        if vsm := land.profile.vsm:
            yield from first_of((f"AT+VSM={vsm}", f"AT+VSM={vsm},0,0"))  # some insist on all four
        yield from asks(GAINS)
        return True

    def lift_somehow(self, vls: int) -> Job[bool]:
        """The same, by what is known to work."""
        return (yield from self.lift(self._land.profile.answers_by, vls))

    def change(self, vls: int) -> Job[bool]:
        """The line by another +VLS. Whether the modem accepts it."""
        self._land.hook(is_off=True)  # some tell of their own hook now
        return (yield from ask_ok(f"AT+VLS={vls}"))

    def release(self, reason: EndReason) -> Job[None]:
        """On the hook. Then the call, if there is one, is over; what follows makes ready for the next."""
        land = self._land
        is_free = yield from ask_ok("AT+VLS=0")
        is_free = (yield from ask_ok("ATH0")) or is_free
        land.is_stuck = not is_free
        land.hook(is_off=False)
        land.end(land.leaving or reason)
        yield from arm(has_voice=land.has_voice)

    # -- sound

    def hear(
        self, on_tone: OnTone, *, sink: Sink | None = None, dial_after_s: float = DIAL_AFTER_S, aloud: bool = True
    ) -> Listening:
        """Ears for the far side. `aloud`: whoever listens in hears it too."""
        land = self._land
        return Listening(
            land.profile.sample_format,
            self._ear if aloud else no_ear,
            on_key=lambda key, at_start: land.key("sound", key, at_start=at_start),
            on_tone=on_tone,
            sink=sink,
            dial_after_s=dial_after_s,
        )

    def receive(self, take: Take, most_s: float) -> Job[bool]:
        """Listen until the stream is cut or the time is over. False where the modem did not begin."""
        land = self._land
        receive = Receive(take, most_s=most_s, first_way=land.profile.stop_recording)
        has_begun = yield from stream("AT+VRX", receive)
        land.listened_s = land.now_s
        if receive.ended_by and receive.ended_by != land.profile.stop_recording:
            land.found(stop_recording=receive.ended_by)
        return has_begun

    def transmit(self, sound: bytes) -> Job[Transmit | None]:
        """Play s16le until its end or until it is cut; None where the modem did not begin."""
        land = self._land
        form = land.profile.sample_format
        frames = FrameReader(form)
        transmit = Transmit(
            encode(sound, form),
            sample_bytes=len(silence(form)) // FRAME_SAMPLES,
            cancel_ends=land.profile.cancel_ends or "cancel_ends" not in land.profile.measured,
            hear=lambda portion: self._ear(frames.feed(portion)),
        )
        has_begun = yield from stream("AT+VTX", transmit)
        if transmit.cancel_ended is not None and transmit.cancel_ended != land.profile.cancel_ends:
            land.found(cancel_ends=transmit.cancel_ended)
        return transmit if has_begun else None

    def look(self, tone: CallTone, most_s: float) -> Job[bool | None]:
        """Whether this tone is heard within the time; None where the modem did not let us listen."""
        land = self._land
        is_there = False

        def on_tone(heard: CallTone) -> None:
            nonlocal is_there
            if heard is tone:
                is_there = True
                land.interrupt()

        listening = self.hear(on_tone, dial_after_s=SURE_DIAL_S, aloud=False)
        land.on_tone = on_tone
        yield from self.receive(lambda data, _now_s: listening.take(data), most_s)
        land.on_tone = None
        return is_there or (False if listening.seconds >= SURE_DIAL_S else None)


def no_ear(frames: object) -> None:
    """Nobody listens in."""
