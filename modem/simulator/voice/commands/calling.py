"""Commands about calls: hook, answering, dialling, caller id."""

from __future__ import annotations

from array import array

from modem.simulator import tones
from modem.simulator.answers import Answer
from modem.simulator.command_line import Request
from modem.simulator.voice.calls import Stage
from modem.simulator.voice.commands.general import VOICE_CLASS
from modem.simulator.voice.commands.table import Command, kept
from modem.simulator.voice.hardware import LISTENING, ON_LINE, Hardware, beside_telephone
from modem.simulator.voice.replies import Reply, Wait

LOOK_S = 0.1
DIAL_TONE_WAIT_S = 3.0
PAUSE_S = 2.0  # a comma in a number
ANSWER_TONE_HZ, ANSWER_TONE_S = 2100.0, 3.3  # V.25
RESULTS = {Stage.BUSY: "BUSY", Stage.IDLE: "NO CARRIER"}


def _line_mode_set(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """+VLS"""
    wanted = request.number_or(0, 0)
    if wanted not in hardware.chip.line_modes or hardware.fclass != VOICE_CLASS:
        raise ValueError(request.text)
    if wanted == LISTENING and not beside_telephone(hardware):
        raise ValueError(request.text)
    if wanted not in ON_LINE:
        hardware.hang_up(now_s)
        hardware.line_mode = wanted
    elif not hardware.faults.stuck_hook:
        hardware.go_off_hook(now_s, line_mode=wanted)
    return Answer(first_s=0.05)


def _line_mode_read(hardware: Hardware, request: Request, now_s: float) -> Reply:
    return Answer((str(hardware.line_mode),))


def _line_modes(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """One row for each: label, what it connects to, events told in the three states (V.253 table 17)."""
    rows = []
    for mode in hardware.chip.line_modes:
        what = {0: "", 1: "T", 2: "L", 3: "LT", 4: "S", 5: "ST", 6: "M", 7: "MST"}.get(mode, "E")
        events = "0BC01800" if mode in ON_LINE else "00000000"
        rows.append(f'{mode},"{what}",{events},{events},{events}')
    return Answer(tuple(rows))


def _hang_up(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """ATH0; ATH1 goes off hook."""
    if int(request.text or 0):
        hardware.go_off_hook(now_s)
    else:
        hardware.hang_up(now_s)
    return Answer(first_s=0.05)


def _answer(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """ATA: in class 8 OK; as a data modem it whistles and waits for a carrier that never comes."""
    hardware.go_off_hook(now_s)
    if hardware.fclass == VOICE_CLASS:
        return Answer(first_s=0.2)
    hardware.tones.add(tones.sine(ANSWER_TONE_HZ, ANSWER_TONE_S, -12.0))
    return _carrier(hardware, now_s)


def _carrier(hardware: Hardware, now_s: float) -> Wait:
    """Until S7 is over, the far side is busy, or has hung up."""
    until_s = now_s + hardware.settings.registers[7]

    def look(at_s: float) -> Reply | None:
        result = RESULTS.get(hardware.line.stage, "NO CARRIER" if at_s >= until_s else "")
        if not result:
            return None
        hardware.hang_up(at_s)
        return Answer(final=result, first_s=0.0)

    return Wait(LOOK_S, look)


def _dial(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """ATD: waits for dial tone, sends the digits as tones."""
    digits = request.text.upper().removesuffix(";").lstrip("TP").replace(" ", "").replace("-", "")
    if any(digit not in "0123456789*#ABCD,W@!" for digit in digits):
        raise ValueError(request.text)
    hardware.go_off_hook(now_s)
    until_s = now_s + DIAL_TONE_WAIT_S
    is_dialled = False

    def look(at_s: float) -> Reply | None:
        nonlocal is_dialled
        if not is_dialled and hardware.line.stage is Stage.DIAL_TONE and not hardware.faults.no_dial_tone:
            if at_s < now_s + 1.0:
                return None
            is_dialled = True
            for digit in digits:
                is_key = digit in tones.KEY_TONES_HZ
                hardware.tones.add(tones.key_tone(digit) if is_key else array("h", bytes(round(PAUSE_S * 16000))))
            hardware.wake(at_s)
            return None
        if not is_dialled:
            if at_s < until_s:
                return None
            hardware.hang_up(at_s)
            return Answer(final="NO DIALTONE", first_s=0.0)
        if hardware.tones.left_s() > 0:
            return None
        if hardware.fclass == VOICE_CLASS and hardware.chip.dials:
            return Answer(first_s=0.0)
        return _carrier(hardware, at_s)

    return Wait(LOOK_S, look)


def _id_set(hardware: Hardware, request: Request, now_s: float) -> Reply:
    """+VCID"""
    wanted = request.number_or(0, 0)
    if wanted not in (0, 1, 2) or (hardware.chip.id_needs_voice and hardware.fclass != VOICE_CLASS):
        raise ValueError(request.text)
    hardware.settings.id_form = wanted
    return Answer()


def _id_read(hardware: Hardware, request: Request, now_s: float) -> Reply:
    return Answer((str(hardware.settings.id_form),))


def _id_test(hardware: Hardware, request: Request, now_s: float) -> Reply:
    return Answer(("(0-2)",))


CALLER_ID = Command(set=_id_set, read=_id_read, test=_id_test)
COMMANDS: dict[str, Command] = {
    "A": Command(run=_answer),
    "D": Command(run=_dial),
    "H": Command(run=_hang_up),
    "+VLS": Command(set=_line_mode_set, read=_line_mode_read, test=_line_modes),
    "+VCID": CALLER_ID,
    "#CID": CALLER_ID,
    "+VCDT": kept("+VCDT", has=lambda chip: chip.id_by_dtmf),
}
