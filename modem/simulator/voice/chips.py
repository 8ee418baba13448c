"""What voice chips differ in: facts only, one row per profile of `--profile`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from modem.simulator.voice.calls import Stage


@dataclass(frozen=True, slots=True)
class Mode:
    """One sample format as the chip offers it, and what its bytes are in truth."""

    number: int
    label: str
    coding: str  # of modem.simulator.voice.codings; "" = offered, but selecting it fails (ADPCM)
    bits: int = 8


ULAW = Mode(4, "G.711 ULAW", "ulaw")
ALAW = Mode(5, "G.711 ALAW", "alaw")
UNSIGNED = Mode(1, "UNSIGNED PCM", "unsigned")
SIGNED = Mode(0, "SIGNED PCM", "signed")
TONES_TOLD = {Stage.BUSY: "b"}  # no chip knows 450 Hz for a dial tone without being told the country
EVENTS_THAT_STAY = "u"  # a chip that tells nothing while it plays still says that its buffer ran dry


@dataclass(frozen=True, slots=True)
class Chip:
    """The defaults are V.253 as it is written."""

    maker: str = "SIMULATED"
    model: str = "VOICE MODEM"
    product: str = "33600"  # ATI0
    classes: str = "0,1,8"
    has_voice: bool = True
    # sound
    modes: tuple[Mode, ...] = (ULAW, ALAW, UNSIGNED, SIGNED)  # the first is the one after a reset
    modes_shape: str = "v253"  # how +VSM=? lists them: v253, ranges, usr
    modes_need_four: bool = False  # +VSM=1,8000 is refused, +VSM=1,8000,0,0 is wanted
    pairs: bool = False  # DLE SUB for two literal 0x10
    has_duplex: bool = True
    cancel_ends: bool = False  # DLE CAN ends +VTX with OK
    stops: tuple[str, ...] = ("!", "\x1b")  # codes that end +VRX
    stops_thrice: bool = False  # only when the code comes three times in a row
    junk_is_error: bool = False  # a line without AT in it is answered with ERROR
    # events
    while_playing: bool = True
    between_commands: bool = True
    key_marks: bool = True  # DLE / and DLE ~ around each key
    key_end: str = "~"
    key_repeat_s: float = 0.0  # a key that is held is told again and again
    repeats: int = 1  # how often q, s, b and the like are told, 0.2 s apart
    tones_told: Mapping[Stage, str] = field(default_factory=lambda: TONES_TOLD)
    rings_as_event: bool = False  # DLE R beside RING
    telephone_codes: str = "pP"  # the parallel telephone: on hook, off hook; "" = not seen
    sees_on_hook: bool = True  # also while the modem itself is on hook
    sees_after_ste: bool = False  # only once -STE has bit 2 (pick-up); bit 4 for remote hang-up
    own_hook_event: str = ""  # told of itself right after +VLS=1
    # tones and dialling
    tones: str = "v253"  # +VTS: v253, usr (a 0 or empty second frequency and plain digits refused), none
    dials: bool = True  # ATD in class 8 answers OK when dialled; otherwise it waits for a data carrier
    line_modes: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13)
    # caller id
    id_needs_voice: bool = False
    voice_needs_class: bool = False  # every +V command is ERROR in class 0
    id_spaces: bool = False  # "NMBR = 139..."
    id_by_dtmf: bool = False  # +VCDT is known
    tells_id_keys: bool = False  # hears keys on hook too, and tells each as it comes
    forgets_id: bool = False  # +VCID is 0 again after every call


STANDARD = Chip(id_by_dtmf=True)
CHIPS: dict[str, Chip] = {
    "standard": STANDARD,
    "mislabelled": Chip(
        model="VOICE MODEM M",
        modes=(Mode(0, "SIGNED PCM", "ulaw"), Mode(1, "UNSIGNED PCM", "ulaw")),
        modes_shape="ranges",
        has_duplex=False,
        telephone_codes="",
        stops=("^",),
    ),
    "deaf": Chip(
        model="VOICE MODEM D",
        while_playing=False,
        between_commands=False,
        telephone_codes="hH",
        sees_on_hook=False,
        has_duplex=False,
        stops=("!",),
    ),
    "cancel": Chip(model="VOICE MODEM C", cancel_ends=True, junk_is_error=True, pairs=True, has_duplex=False),
    "usr": Chip(
        model="VOICE MODEM U",
        product="5601",
        classes="0,1,8,80",
        modes=(
            Mode(128, "8-BIT LINEAR", "unsigned"),
            Mode(129, "4-BIT ADPCM", "", 4),
            Mode(131, "IMA ADPCM", "", 4),
        ),
        modes_shape="usr",
        key_repeat_s=0.04,
        telephone_codes="hH",
        sees_on_hook=False,
        own_hook_event="H",
        tones="usr",
        has_duplex=False,
        stops=("!",),
    ),
    "conexant": Chip(
        model="VOICE MODEM X",
        product="56000",
        modes=(UNSIGNED, SIGNED, Mode(129, "IMA ADPCM", "", 4)),
        modes_need_four=True,
        stops=("^", "!"),
        sees_after_ste=True,
        id_spaces=True,
    ),
    "chatty": Chip(
        model="VOICE MODEM Q",
        repeats=25,
        pairs=True,
        key_repeat_s=0.06,
        rings_as_event=True,
        telephone_codes="hH",
        tones_told={Stage.BUSY: "K", Stage.DIAL_TONE: "i", Stage.ALERTING: "r"},
        dials=False,
        forgets_id=True,
        id_spaces=True,
        tells_id_keys=True,
        has_duplex=False,
    ),
    "classy": Chip(
        model="VOICE MODEM K",
        id_needs_voice=True,
        voice_needs_class=True,
        id_by_dtmf=True,
        stops_thrice=True,
        key_end="\x7f",
    ),
    "plain": Chip(
        model="VOICE MODEM P",
        modes=(ALAW, ULAW),
        key_marks=False,
        tells_id_keys=True,
        telephone_codes="",
        sees_on_hook=False,
        tones="none",
        has_duplex=False,
        dials=False,
        tones_told={},
        line_modes=(0, 1),
        stops=("\x1b", "!"),
    ),
    "novoice": Chip(model="DATA MODEM", classes="0,1", has_voice=False, telephone_codes="", sees_on_hook=False),
}
# Not among the chips of the office's trials, but there are such.
CHIPS["lucent"] = replace(
    STANDARD, model="VOICE MODEM L", modes=(Mode(130, "16-BIT LINEAR", "linear16", 16),), has_duplex=False
)


class UnknownChip(ValueError):
    """No profile has this name."""


def chip(name: str) -> Chip:
    if name not in CHIPS:
        raise UnknownChip(f"{name}: no such profile. There are: {', '.join(CHIPS)}")
    return CHIPS[name]
