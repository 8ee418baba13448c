"""Reading, listing and deleting messages (27.005 3.4.2, 3.4.3, 3.5.4)."""

from __future__ import annotations

from modem.simulator.answers import Answer, Later, Reply, cms
from modem.simulator.command_line import Request
from modem.simulator.commands.table import Command
from modem.simulator.equipment import Equipment
from modem.simulator.mailroom import pdu_text
from modem.simulator.sim_store import ALL_STATES, TEXT_WORDS, MessageState, Stored
from modem.simulator.text_mode import stored_lines

# +CMGD <delflag>: which states it deletes (27.005 3.5.4); 0 = the one at <index>.
_DELETED_BY_FLAG: dict[int, frozenset[MessageState]] = {
    1: frozenset({MessageState.READ}),
    2: frozenset({MessageState.READ, MessageState.SENT}),
    3: frozenset({MessageState.READ, MessageState.SENT, MessageState.UNSENT}),
    4: frozenset(MessageState),
}


def _read_one(equipment: Equipment, request: Request, now_s: float) -> Reply:
    index = request.number(0)
    if index is None:
        raise cms(321)
    store, own_index = equipment.mail.find(equipment.mail.memories[0], index)
    stored = store.get(own_index)
    if stored is None:
        raise cms(321)
    item = _item(equipment, "+CMGR", "", stored)
    if stored.state is MessageState.UNREAD:
        stored.state = MessageState.READ
    return Answer((item,), first_s=equipment.profile.pace.read_s)


def _list(equipment: Equipment, request: Request, now_s: float) -> Reply:
    """One item per message; listing makes unread ones read."""
    wanted = _wanted_state(equipment, request)
    items: list[str] = []
    for index, stored in equipment.mail.entries(equipment.mail.memories[0]):
        if wanted not in (ALL_STATES, stored.state):
            continue
        items.append(_item(equipment, "+CMGL", f"{index},", stored))
        if stored.state is MessageState.UNREAD:
            stored.state = MessageState.READ
    pace = equipment.profile.pace
    return Answer(tuple(items), first_s=pace.list_first_s, each_s=pace.list_each_s)


def _wanted_state(equipment: Equipment, request: Request) -> int:
    if equipment.settings["+CMGF"]:
        word = (request.string(0) or TEXT_WORDS[0]).upper()
        if word not in TEXT_WORDS:
            raise cms(302)
        return TEXT_WORDS.index(word)
    wanted = request.number_or(0, 0)
    if wanted not in range(ALL_STATES + 1):
        raise cms(302)
    return wanted


def _item(equipment: Equipment, prefix: str, place: str, stored: Stored) -> str:
    if equipment.settings["+CMGF"]:
        header, *body = stored_lines(prefix, stored, equipment, f'{place}"{TEXT_WORDS[stored.state]}",')
        return "\r\n".join([header, *body])
    return f"{prefix}: {place}{stored.state.value},,{len(stored.tpdu)}\r\n{pdu_text(stored)}"


def _list_test(equipment: Equipment, request: Request, now_s: float) -> Reply:
    if equipment.settings["+CMGF"]:
        return Answer(("+CMGL: (" + ",".join(f'"{word}"' for word in TEXT_WORDS) + ")",))
    return Answer(("+CMGL: (0-4)",))


def _delete(equipment: Equipment, request: Request, now_s: float) -> Reply:
    index, flag = request.number(0), request.number_or(1, 0)
    if index is None or (flag != 0 and flag not in _DELETED_BY_FLAG):
        raise cms(305)
    memory = equipment.mail.memories[0]
    if flag == 0:
        equipment.mail.find(memory, index)
    return Later(equipment.profile.pace.delete_s, lambda due_s: _deleted(equipment, memory, index, flag, due_s))


def _deleted(equipment: Equipment, memory: str, index: int, flag: int, now_s: float) -> Reply:
    """Deleting an empty slot is OK, as on most modules. Whatever the network brings into the freed slots comes now."""
    mail = equipment.mail
    if flag == 0:
        doomed = [index]
    else:
        states = _DELETED_BY_FLAG[flag]
        doomed = [place for place, stored in mail.entries(memory) if stored.state in states]
    count = 0
    for place in doomed:
        store, own_index = mail.find(memory, place)
        count += store.delete(own_index)
    mail.room_made(count, now_s)
    return Answer(first_s=0.0)


def _delete_test(equipment: Equipment, request: Request, now_s: float) -> Reply:
    places = ",".join(str(index) for index, _ in equipment.mail.entries(equipment.mail.memories[0]))
    return Answer((f"+CMGD: ({places}),(0-4)",))


COMMANDS: dict[str, Command] = {
    "+CMGR": Command(set=_read_one, test="", sim="cms"),
    "+CMGL": Command(run=_list, set=_list, test=_list_test, sim="cms"),
    "+CMGD": Command(set=_delete, test=_delete_test, sim="cms"),
}
