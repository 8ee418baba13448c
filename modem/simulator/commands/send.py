"""Sending and writing messages (27.005 3.5.1 to 3.5.3, 4.3)."""

from __future__ import annotations

from collections.abc import Callable

from modem.simulator import gsm7, network_pdu
from modem.simulator.answers import Answer, Later, NoAnswer, Prompt, Reply, cms
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command
from modem.simulator.equipment import Equipment
from modem.simulator.faults import FailedSend
from modem.simulator.network_pdu import BadPdu, Submit
from modem.simulator.sim_store import MessageState, Stored
from modem.simulator.text_mode import understand

Taken = Callable[[Equipment, bytes, bytes, float], Reply]  # equipment, service centre field, TPDU, now_s


def _send(equipment: Equipment, request: Request, now_s: float) -> Reply:
    return _ask(equipment, request, _submit)


def _write(equipment: Equipment, request: Request, now_s: float) -> Reply:
    state = 2 if equipment.settings["+CMGF"] else request.number_or(1, 2)
    if state not in range(4):
        raise cms(302)

    def keep(equipment: Equipment, centre: bytes, tpdu: bytes, now_s: float) -> Reply:
        stored = Stored(centre, tpdu, MessageState(state))
        place = equipment.mail.keep(equipment.mail.memories[1], stored)
        if place is None:
            raise cms(322)
        return Answer((f"+CMGW: {place[1]}",), first_s=equipment.profile.pace.write_s)

    return _ask(equipment, request, keep)


def _ask(equipment: Equipment, request: Request, taken: Taken) -> Reply:
    """The prompt, then the body as PDU or as text."""
    if equipment.settings["+CMGF"]:
        number = understand(request.string(0) or "", equipment.settings.charset)
        if not number:
            raise cms(305)
        return Prompt(lambda body, now_s: taken(equipment, b"\0", _text_tpdu(equipment, number, body), now_s))
    length = request.number(0)
    if length is None or not 7 <= length <= 232:
        raise cms(304)
    return Prompt(lambda body, now_s: _pdu_taken(equipment, length, body, taken, now_s))


def _pdu_taken(equipment: Equipment, length: int, body: bytes, taken: Taken, now_s: float) -> Reply:
    try:
        centre, tpdu = network_pdu.split_service_centre(bytes.fromhex(body.decode("ascii").strip()))
    except ValueError:
        raise cms(304) from None
    if len(tpdu) != length:
        raise cms(304)
    return taken(equipment, centre, tpdu, now_s)


def _text_tpdu(equipment: Equipment, number: str, body: bytes) -> bytes:
    """The SUBMIT that a module makes of a text, with the parameters of +CSMP."""
    first, validity, protocol, coding = equipment.settings.numbers["+CSMP"]
    alphabet = network_pdu.alphabet_of(coding)
    text = body.decode("latin-1").lstrip("\n").replace("\r\n", "\n").replace("\r", "\n")
    try:
        if alphabet == "gsm7":
            septets = gsm7.septets_of(understand(text, equipment.settings.charset))
            if septets is None or len(septets) > network_pdu.SINGLE_SEPTETS:
                raise cms(305)
            data = bytes([len(septets)]) + gsm7.pack(septets)
        else:
            octets = bytes.fromhex(text)
            if len(octets) > 140:
                raise cms(305)
            data = bytes([len(octets)]) + octets
        address = network_pdu.encode_address(number)
    except (BadPdu, ValueError):
        raise cms(305) from None
    head = bytes([first & 0xE7 | 0x11, 0]) + address + bytes([protocol, coding, validity])
    return head + data


def _submit(equipment: Equipment, centre: bytes, tpdu: bytes, now_s: float) -> Reply:
    """The network takes it only when the time of sending is over: a module that dies before has not sent it."""
    try:
        submit = network_pdu.decode_submit(tpdu)
    except BadPdu:
        raise cms(304) from None
    if centre == b"\0" and not equipment.mail.service_centre:
        raise cms(330)
    delay_s = equipment.network.switches.cmgs_delay_s
    if delay_s is None:
        delay_s = equipment.profile.pace.send_s
    return Later(delay_s, lambda due_s: _sent(equipment, submit, due_s))


def _sent(equipment: Equipment, submit: Submit, now_s: float) -> Reply:
    faults = equipment.faults
    if faults.ignored_sends:
        faults.ignored_sends -= 1
        return NoAnswer()
    if not equipment.can_be_reached():
        raise cms(331)
    failure: FailedSend | None = faults.failed_sends.popleft() if faults.failed_sends else None
    if failure is not None and not failure.taken:
        raise cms(failure.code)
    reference = equipment.mail.next_reference()
    equipment.network.smsc.submit(equipment.identity.number, submit, reference, now_s)
    if failure is not None:
        raise cms(failure.code)
    if faults.swallowed_results:
        faults.swallowed_results -= 1
        return NoAnswer()
    return Answer((f"+CMGS: {reference}",), first_s=0.0)


def _send_stored(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """+CMSS=<index>: the number may not be changed here."""
    index = request.number(0)
    store, own_index = equipment.mail.find(equipment.mail.memories[1], index or 0)
    stored = store.get(own_index)
    if stored is None:
        raise cms(321)
    reply = _submit(equipment, stored.service_centre, stored.tpdu, now_s)
    if not isinstance(reply, Later):
        return reply

    def finish(due_s: float) -> Reply:
        answer = reply.finish(due_s)
        stored.state = MessageState.SENT
        if isinstance(answer, Answer):
            return Answer(tuple(item.replace("+CMGS", "+CMSS") for item in answer.items), first_s=0.0)
        return answer

    return Later(reply.after_s, finish)


COMMANDS: dict[str, Command] = {
    "+CMGS": Command(set=_send, test="", sim="cms"),
    "+CMGW": Command(set=_write, test="", sim="cms"),
    "+CMSS": Command(set=_send_stored, test="", sim="cms"),
}
