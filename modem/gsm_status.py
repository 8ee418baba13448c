"""Registration, signal and operator of a GSM line: asked now and then, and taken from news."""

from __future__ import annotations

from collections import deque

from modem.at import Ask, Done
from modem.at_words import Final, FinalKind, fields_of, marked_fields_of, name_of, number_in
from modem.gsm_picture import Picture
from modem.gsm_start import sim_wants

STATUS_EVERY_S = 60.0
SEARCHING_EVERY_S = 10.0  # while there is no network: news of it may be off or lost
DOMAINS = ("+CREG", "+CEREG", "+CGREG")  # circuit switched, LTE, packet switched (27.007 7.2, 10.1)
HOME, ROAMING = (1, 6, 9), (5, 7, 10)  # 6, 7: text messages only; 9, 10: fall-back to 2G/3G not preferred
WORDS = {
    0: "not registered, and not searching",
    2: "searching for a network",
    3: "the network refuses this SIM",
    4: "out of coverage",
    8: "emergency calls only",
}
SIM_QUESTION = Ask("AT+CPIN?", names=("+CPIN",))
SIM_TROUBLE = {FinalKind.CMS: (310, 311, 312, 313, 315, 316), FinalKind.CME: (10, 11, 12, 13, 15)}
STRONGEST = 31  # <rssi> of +CSQ in steps of 2 dB from -113 dBm; 99 is unknown


class Status:
    """What is known of the network; which question comes next."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._registration: dict[str, int] = {}
        self._unsupported: set[str] = set()
        self._questions: deque[Ask] = deque()
        self._ask_at_s: float | None = None
        self._knows_operator = False
        self._may_ask_sim = False  # start-up has just asked
        self.is_sim_gone = False

    @property
    def is_registered(self) -> bool:
        """Also where the module cannot tell: sending will show."""
        known = self._registration.values()
        return any(stat in (*HOME, *ROAMING) for stat in known) or {"+CREG", "+CEREG"} <= self._unsupported

    @property
    def detail(self) -> str:
        """Why there is no network, in plain English."""
        stat = self._registration.get("+CREG", self._registration.get("+CEREG", 0))
        return WORDS.get(stat, WORDS[0])

    def begin(self, now_s: float) -> None:
        """Ask everything now."""
        self._registration.clear()
        self._unsupported.clear()
        self._knows_operator = False
        self._may_ask_sim = self.is_sim_gone = False
        self._ask_at_s = now_s

    def end(self) -> None:
        self._questions.clear()
        self._ask_at_s = None

    def next_ask(self, now_s: float) -> Ask | None:
        if self._ask_at_s is not None and now_s >= self._ask_at_s:
            self._ask_at_s = now_s + STATUS_EVERY_S
            # Without a network a question that failed is asked again: the module may just have been busy.
            is_lost = not self.is_registered
            domains = [name for name in ("+CREG", "+CEREG") if is_lost or name not in self._unsupported]
            self._questions.extend(Ask(f"AT{name}?", names=(name,)) for name in domains)
            self._questions.append(Ask("AT+CSQ", names=("+CSQ",)))
            if not self._knows_operator:
                self._questions.append(Ask("AT+COPS?", 15.0, ("+COPS",)))
            if self._may_ask_sim:
                self._questions.append(SIM_QUESTION)
            self._may_ask_sim = True
        return self._questions.popleft() if self._questions else None

    def next_deadline(self) -> float | None:
        return self._ask_at_s

    def look_out(self, final: Final) -> None:
        """How any command ended: an error that speaks of the SIM makes us ask for it."""
        is_about_sim = final.code is not None and final.code in SIM_TROUBLE.get(final.kind, ())
        if is_about_sim and self._ask_at_s is not None and SIM_QUESTION not in self._questions:
            self._questions.append(SIM_QUESTION)

    def done(self, done: Done, now_s: float) -> None:
        if done.ask == SIM_QUESTION:
            self.is_sim_gone = sim_wants(done) not in ("READY", "")
            return
        name = done.ask.names[0]
        if name in DOMAINS and done.final.is_ok:
            self._unsupported.discard(name)
        elif name in DOMAINS:
            self._unsupported.add(name)
        for line in done.lines:
            self._learn(line)
        if not self.is_registered and self._ask_at_s is not None:
            self._ask_at_s = min(self._ask_at_s, now_s + SEARCHING_EVERY_S)

    def news(self, line: str, now_s: float) -> None:
        """+CREG and its sisters unasked."""
        was_registered = self.is_registered
        self._learn(line)
        if self.is_registered == was_registered or self._ask_at_s is None:
            return
        if self.is_registered:
            self._knows_operator = False  # it and the signal are new
            self._ask_at_s = now_s
        else:
            self._picture.set(operator="", signal_dbm=None)
            self._ask_at_s = min(self._ask_at_s, now_s + SEARCHING_EVERY_S)

    def _learn(self, line: str) -> None:
        name = name_of(line)
        fields = fields_of(line)
        if name == "+CSQ":
            rssi = number_in(fields, 0)
            self._picture.set(signal_dbm=-113 + 2 * rssi if rssi is not None and rssi <= STRONGEST else None)
        elif name == "+COPS":
            self._knows_operator = len(fields) > 2
            self._picture.set(operator=fields[2] if self._knows_operator else "")
        elif (stat := registration_in(line)) is not None:
            self._registration[name] = stat
            self._picture.set(roaming=any(known in ROAMING for known in self._registration.values()))


def registration_in(line: str) -> int | None:
    """<stat> of +CREG: asked it stands behind <n>, unasked it comes first and the cell behind it is in quotes."""
    fields = marked_fields_of(line)
    values = [value for value, _is_quoted in fields]
    if len(fields) >= 2 and not fields[1][1] and len(values[1]) <= 2 and number_in(values, 1) is not None:
        return number_in(values, 1)
    return number_in(values, 0)
