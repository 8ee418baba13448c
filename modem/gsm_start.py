"""The start-up dialogue of a GSM module, from the first answer to the point where it can send, receive and ring.

Written as one straight generator: it yields what to ask (or how long to pause) and is sent what was answered.
Every command may fail but AT+CMGF=0 (PDU mode) and a SIM that is ready. ATZ, AT&F and AT&W are never used: they
would throw away or write over what the maker or the technician stored in the module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from modem.at import Ask, Done
from modem.at_words import FinalKind, fields_of, name_of, number, number_in
from modem.dialect import Dialect
from modem.gsm_pin import LEAST_PIN_TRIES, SimPin

SIM_WAIT_S = 2.0
CARD_PATIENCE = 4
SIM_PATIENCE = 15  # times SIM_WAIT_S: a cold module takes up to 20 s to read its SIM
IMSI_PATIENCE = 3
ESSENTIAL_TRIES = 3
KNOWN_STORES = ("SM", "ME", "SR")
# ITU-T E.118: 19 or 20 digits; some Chinese cards have letters among them. 98: from a module that swaps them in pairs.
CARD_NUMBER = re.compile(r"(?<![0-9A-Z])(?:89|98)[0-9A-F]{16,18}(?![0-9A-Z])")
CARD_NAMES = ("+CCID", "+ICCID", "+QCCID", "+CICCID", "^ICCID")
STORE_NAMES = {"SM", "ME", "MT", "BM", "SR", "TA", "AM", "SM_P", "ME_P"}  # 27.005 3.2.3, and vendors' own
STORE_NAME = re.compile("[A-Z_]+")
_GROUP = r'\(([A-Z_", ]*)\)'
STORES_TOLD = re.compile(rf"\+CPMS: *{_GROUP}( *, *{_GROUP})*")
NO_SIM_CODES = (10, 13, 15)
SIM_BUSY_CODES = (14,)
SMS_SIM_BUSY_CODES = (314,)  # the same as a +CMS ERROR
CME_SIM_WORDS = {11: "SIM PIN", 12: "SIM PUK"}

# With message service 1 a module stops handing over what is not acknowledged with +CNMA (27.005 3.4.4).
BEFORE_STORES = ('AT+CSCS="GSM"', "AT+CSMS=0")
ANSWERED_WITH = {"AT+CSMS=0": ("+CSMS",)}
ROUTES_WITH_REPORT_STORE = ("2,1,0,2,0", "2,1,0,1,0")
ROUTES = ("2,1,0,1,0", "2,1,0,0,0", "1,1,0,1,0", "1,1,0,0,0", "2,1", "1,1")
LATER = (
    "AT+CLIP=1",
    "AT+CRC=1",
    "AT+CSSN=1,1",
    "AT+CCWA=1",
    "AT+CREG=2",
    "AT+CEREG=2",
    "AT+CVHU=0",
    "AT+COPS=3,0",
    "AT+CMMS=2",
)


class Outcome(Enum):
    READY = auto()
    NO_SIM = auto()
    SIM_LOCKED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(slots=True)
class Module:
    """What start-up found out."""

    maker: str = ""
    model: str = ""
    firmware: str = ""
    imei: str = ""
    imsi: str = ""
    stores: tuple[str, ...] = ("SM",)
    route: str = ""
    goes_without_imsi: bool = False  # it did not tell when its messages were first listed
    trouble: str = ""  # why it is not ready, in plain English
    hangs_on: set[str] = field(default_factory=set)  # optional commands it never answered: not asked again

    def identity(self, line: str) -> str:
        """Whose stores these are."""
        return f"imsi:{self.imsi}" if self.imsi else self.itself(line)

    def itself(self, line: str) -> str:
        """Which module it is, whatever card is in it."""
        return f"imei:{self.imei}" if self.imei else f"line:{line}"


Dialogue = Generator[Ask | Pause, Done | None, Outcome]
Answering = Generator[Ask | Pause, Done | None, Done]


def start_up(
    line: str, module: Module, pin: SimPin, choose: Callable[[str, str], Dialect]
) -> Generator[Ask | Pause, Done | None, Outcome]:
    """The whole dialogue; fills `module`. `choose` gives the dialect for what maker and model said."""
    yield from _optional(module, ("ATE0", "ATV1", "AT+CMEE=1"))
    module.maker = yield from _said("AT+CGMI")
    module.model = yield from _said("AT+CGMM")
    module.firmware = yield from _said("AT+CGMR")
    module.imei = _digits_in((yield from _ask(_question("AT+CGSN")))) or module.imei
    dialect = choose(module.maker, module.model)
    yield from _radio_on()
    outcome = yield from _sim(line, module, pin, dialect)
    if outcome is not Outcome.READY:
        module.imsi = ""
        module.goes_without_imsi = False
        return outcome
    yield from _imsi(module)
    yield from _optional(module, BEFORE_STORES)
    if not (yield from _essential("AT+CMGF=0")):
        module.trouble = "the module refuses PDU mode (AT+CMGF=0)"
        return Outcome.FAILED
    yield from _stores(module)
    yield from _route(module, dialect)
    yield from _optional(module, (*LATER, *dialect.start, *dialect.keys_start))
    return Outcome.READY


def _ask(ask: Ask) -> Answering:
    done = yield ask
    assert done is not None
    return done


def _optional(module: Module, commands: Iterable[str]) -> Generator[Ask | Pause, Done | None, None]:
    for text in commands:
        if text in module.hangs_on:
            continue
        done = yield from _ask(Ask(text, names=ANSWERED_WITH.get(text, ())))
        if done.final.kind is FinalKind.TIMEOUT:
            module.hangs_on.add(text)


def _essential(text: str) -> Generator[Ask | Pause, Done | None, bool]:
    for _ in range(ESSENTIAL_TRIES):
        done = yield from _ask(Ask(text))
        if done.final.is_ok:
            return True
        yield Pause(SIM_WAIT_S)
    return False


def _said(text: str) -> Generator[Ask | Pause, Done | None, str]:
    """The free text a module answers with, without its name or quotes."""
    done = yield from _ask(_question(text))
    return _said_in(done)


def _question(text: str) -> Ask:
    return Ask(text, names=(text[2:],), is_free_text=True)


def _said_in(done: Done) -> str:
    if not done.final.is_ok or not done.lines:
        return ""
    line = done.lines[0]
    said = ", ".join(fields_of(line)) if name_of(line) == done.ask.text[2:] else line
    return said.strip().strip('"')[:80]


def _digits_in(done: Done) -> str:
    said = _said_in(done)
    return said if said.isascii() and said.isdigit() else ""


def _radio_on() -> Generator[Ask | Pause, Done | None, None]:
    done = yield from _ask(Ask("AT+CFUN?", names=("+CFUN",)))
    if done.lines and number_in(fields_of(done.lines[0]), 0) in (0, 4):  # least functions; flight mode
        yield from _ask(Ask("AT+CFUN=1", 15.0))
        yield Pause(SIM_WAIT_S)


def _sim(line: str, module: Module, pin: SimPin, dialect: Dialect) -> Dialogue:
    """Until the SIM is ready. The PIN is given once, and never when it may be the last but one."""
    holder = ""  # whose card took our PIN
    for _ in range(SIM_PATIENCE):
        done = yield from _ask(Ask("AT+CPIN?", 10.0, ("+CPIN",)))
        wanted = sim_wants(done)
        if wanted == "READY":
            if holder:
                pin.was_taken(holder)
            return Outcome.READY
        if wanted == "":
            yield Pause(SIM_WAIT_S)
            continue
        if wanted == "NO SIM":
            module.trouble = "no SIM card, or it is not read"
            return Outcome.NO_SIM
        if wanted != "SIM PIN":
            module.trouble = f"the SIM card wants its {wanted.removeprefix('SIM ')}"
            return Outcome.SIM_LOCKED
        holder = yield from _give_pin(line, module, pin, dialect)
        if not holder:
            return Outcome.SIM_LOCKED
        yield Pause(SIM_WAIT_S)
    module.trouble = "the SIM card does not become ready"
    return Outcome.NO_SIM


def sim_wants(done: Done) -> str:
    """READY, NO SIM, SIM PIN, SIM PUK ...; "" where it is too early to say."""
    if done.lines:
        said = done.lines[0].partition(":")[2].strip().strip('"').upper()
        return "NO SIM" if said.startswith("NOT ") else said
    code = done.final.code
    if code in CME_SIM_WORDS:
        return CME_SIM_WORDS[code]
    if code in NO_SIM_CODES:
        return "NO SIM"
    if code not in SIM_BUSY_CODES and done.final.kind in (FinalKind.OK, FinalKind.ERROR):
        return "READY"  # the module does not know the question
    return ""


def _give_pin(line: str, module: Module, pin: SimPin, dialect: Dialect) -> Generator[Ask | Pause, Done | None, str]:
    """The holder of the card if it took the PIN, else "": then a person must know how many tries it has left."""
    tries = yield from _tries_left(dialect)
    if not pin.digits:
        module.trouble = _pin_wanted(tries)
        return ""
    holder = yield from _holder(line, module, dialect)
    was_tried = pin.was_tried(holder)
    if not was_tried and tries is not None and tries < LEAST_PIN_TRIES:
        module.trouble = f"the SIM card has {tries} PIN tries left; too few to try by itself"
        return ""
    if was_tried or not pin.spend(holder):
        module.trouble = _pin_wanted_again(tries)
        return ""
    done = yield from _ask(Ask(f'AT+CPIN="{pin.digits}"', 15.0))
    if not done.final.is_ok:
        tries = yield from _tries_left(dialect)
        module.trouble = _pin_refused(tries)
        return ""
    return holder


def _pin_wanted(tries: int | None) -> str:
    return "the SIM card wants its PIN" if tries is None else f"the SIM card wants its PIN (tries left: {tries})"


def _pin_wanted_again(tries: int | None) -> str:
    if tries is None:
        return "the SIM card wants its PIN again; it is given once only"
    return f"the SIM card wants its PIN again; it is given once only (tries left: {tries})"


def _pin_refused(tries: int | None) -> str:
    if tries is None:
        return "the SIM card refused the PIN; it is not tried again"
    return f"the SIM card refused the PIN; it is not tried again (tries left: {tries})"


def _holder(line: str, module: Module, dialect: Dialect) -> Generator[Ask | Pause, Done | None, str]:
    """Whose PIN it is: the card's own number, where it is told before the PIN is given, else its module.

    Believed once it was told twice alike: under a wrong name the same card would get another try.
    """
    for text in dialect.card_number:
        told = ""
        for _ in range(CARD_PATIENCE):
            done = yield from _ask(Ask(text, names=CARD_NAMES, is_free_text=True))
            found = CARD_NUMBER.search(" ".join(done.lines).upper())
            before, told = told, found[0] if found else ""
            if told and told == before:
                return f"iccid:{told.rstrip('F')}"  # F fills up the last byte
            if not found and done.final.kind is not FinalKind.TIMEOUT and done.final.code not in SIM_BUSY_CODES:
                break
            if not found:
                yield Pause(SIM_WAIT_S)
    return module.itself(line)


def _tries_left(dialect: Dialect) -> Generator[Ask | Pause, Done | None, int | None]:
    """How often a PIN may still be tried; None where the module does not tell."""
    if dialect.pin_tries is None:
        return None
    command, pattern = dialect.pin_tries
    done = yield from _ask(Ask(command, names=(command[2:].partition("=")[0].rstrip("?"),)))
    found = next((match for match in map(pattern.fullmatch, done.lines) if match), None)
    return number(found[1]) if found else None


def _imsi(module: Module) -> Generator[Ask | Pause, Done | None, None]:
    """The office knows messages again by it. So a module that does not tell this time keeps its last one, and one that
    did not tell at first goes without until its SIM was away, lest the same message come under two names.
    """
    if module.goes_without_imsi:
        return
    for attempt in range(SIM_PATIENCE):
        done = yield from _ask(_question("AT+CIMI"))
        imsi = _digits_in(done)
        if imsi:
            module.imsi = imsi
            return
        if attempt + 1 >= IMSI_PATIENCE and done.final.code not in (*SIM_BUSY_CODES, *SMS_SIM_BUSY_CODES):
            break
        yield Pause(SIM_WAIT_S)
    module.goes_without_imsi = not module.imsi


def _stores(module: Module) -> Generator[Ask | Pause, Done | None, None]:
    """Which stores can be read: first group of +CPMS=?. A module that only has "MT" has that.

    SM and ME are both tried unless the answer is beyond doubt: one that is not there is left alone soon, one that
    noise had hidden would keep its messages for ever.
    """
    done = yield from _ask(Ask("AT+CPMS=?", 10.0, ("+CPMS",)))
    told = STORES_TOLD.fullmatch(done.lines[0].upper()) if done.lines else None
    names = set(STORE_NAME.findall(told[1])) if told else set()
    if not names or not names <= STORE_NAMES or not done.is_clean:
        names |= {"SM", "ME"}
    module.stores = tuple(name for name in KNOWN_STORES if name in names) or ("MT",)


def _route(module: Module, dialect: Dialect) -> Generator[Ask | Pause, Done | None, None]:
    """Say that messages came instead of handing them over; if all is refused, polling alone finds them."""
    module.route = ""
    general = (*ROUTES_WITH_REPORT_STORE, *ROUTES) if "SR" in module.stores else ROUTES
    for route in dict.fromkeys((*dialect.routes, *general)):
        done = yield from _ask(Ask(f"AT+CNMI={route}"))
        if done.final.is_ok:
            module.route = route
            return
