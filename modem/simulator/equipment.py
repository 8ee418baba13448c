"""The module without its AT line: power, SIM, radio, settings. It is the network's subscriber."""

from __future__ import annotations

from collections import deque

from modem.simulator.answers import AtError, News, cme, cms
from modem.simulator.exchange import Call, CallState
from modem.simulator.faults import Faults
from modem.simulator.handset import Handset
from modem.simulator.identity import Identity
from modem.simulator.mailroom import Mailroom
from modem.simulator.network import Network
from modem.simulator.profiles import Profile
from modem.simulator.settings import Settings
from modem.simulator.sound import Sound
from modem.simulator.text_mode import show
from modem.simulator.timers import Timers

PIN_TRIES, PUK_TRIES = 3, 10
LOCATION_AREA, CELL = "18F2", "0C3B5E01"
_REGISTRATIONS = ("+CREG", "+CGREG", "+CEREG")


class Equipment:
    """One module. Starts up and registered, as a module does that was plugged in a while ago."""

    def __init__(self, identity: Identity, profile: Profile, network: Network, *, has_pcm_port: bool = False) -> None:
        self.identity, self.profile, self.network = identity, profile, network
        self.settings = Settings(profile.make.settings, profile.make.allowed)
        self.timers = Timers()
        self.faults = Faults()
        self.news: deque[News] = deque()
        self.is_running = True
        self.is_mute = False  # hung: it neither hears nor speaks
        self.functionality = 1  # +CFUN
        self.sim_is_in = identity.has_sim
        self.pin = identity.pin  # a PUK brings a new one
        self.pin_open = not self.pin
        self.pin_tries, self.puk_tries = identity.pin_tries, PUK_TRIES
        self.operator_format = 0  # +COPS=3,<format>
        self.operator_wanted = True  # +COPS=2 takes the module off the network
        self.attached = False
        self._attaching = False
        self._ready = True  # the ready words of this life were said
        self._chatter = 0  # which chatter goes on
        self.life = 1  # grows with every loss of power
        self.mail = Mailroom(self)
        self.handset = Handset(self)
        self.sound = Sound(
            profile.make.pcm,
            has_port=has_pcm_port,
            is_talking=lambda: network.exchange.standing(CallState.ACTIVE) is not None,
            is_hung=lambda: self.is_mute,
        )
        self.attached = self._wants_network()
        self._told = self.registration()  # what the client was told, or would have been
        network.connect(self)

    def say(self, text: str, *, urgent: bool = False) -> None:
        """An unsolicited line for the client."""
        if self.is_running:
            self.news.append(News(text, urgent))

    # power

    def restart(self, now_s: float) -> None:
        """Reboot: calls are lost, settings fall back, the stores stay."""
        self.power_off(now_s)
        self.timers.at(now_s + self.profile.pace.boot_s, self._booted)

    def power_off(self, now_s: float) -> None:
        self.network.exchange.drop_all(now_s)
        self.life += 1
        self.is_running = self.attached = self._attaching = self.is_mute = self._ready = False
        self._told = 0  # so that the client of the next life is told when the network has the module again
        self.timers.clear()
        self.news.clear()
        self.settings.restore()
        self.mail.reset()
        self.handset.reset()
        self.sound.power_off()
        self.functionality, self.operator_wanted, self.operator_format = 1, True, 0
        self.pin_open = not self.pin

    def _booted(self, now_s: float) -> None:
        self.is_running = True
        for words in self.profile.make.boot_words:
            self.say(words.replace("READY", self.sim_word()) if words.startswith("+CPIN") else words)
        self.chatter(now_s)
        self.conditions_changed(now_s)

    def mute(self, seconds: float, now_s: float) -> None:
        """The firmware hangs: nothing in, nothing out, no network, then as if nothing had been."""
        self.is_mute = True

        def wake(due_s: float) -> None:
            self.is_mute = False
            self.network.smsc.hand_over(due_s)

        self.timers.at(now_s + seconds, wake)

    def chatter(self, now_s: float) -> None:
        """Vendor lines for ever, every `chatter_every_s`, in place of those that went on before."""
        self._chatter += 1
        mine, every_s = self._chatter, self.faults.chatter_every_s

        def speak(due_s: float) -> None:
            if mine == self._chatter:
                for words in self.profile.make.chatter:
                    self.say(words)
                self.timers.at(due_s + every_s, speak)

        if every_s > 0:
            self.timers.at(now_s + every_s, speak)

    # SIM

    def sim_word(self) -> str:
        """The answer of +CPIN?; raises CME ERROR 10 without a SIM."""
        if not self.sim_is_in:
            raise cme(10)
        if self.pin_open:
            return "READY"
        if not self.puk_tries:
            raise cme(13)
        return "SIM PIN" if self.pin_tries else "SIM PUK"

    def need_sim(self, *, for_messages: bool) -> None:
        """Raise the error that a command gets while the SIM is missing or locked."""
        refusal: AtError | None = None
        if not self.sim_is_in:
            refusal = cms(310) if for_messages else cme(10)
        elif not self.pin_open and self.pin_tries:
            refusal = cms(311) if for_messages else cme(11)
        elif not self.pin_open:
            refusal = cms(316) if for_messages else cme(12)
        if refusal is not None:
            raise refusal

    def swap_sim(self, *, is_in: bool, now_s: float) -> None:
        """Somebody takes the card out, or puts it back, while the module runs."""
        if is_in == self.sim_is_in:
            return
        self.sim_is_in = is_in
        self.pin_open = not self.pin
        self._ready = False
        self.conditions_changed(now_s)
        self.say(f"+CPIN: {self.sim_word()}" if is_in else "+CPIN: NOT READY")

    def try_pin(self, pin: str, new_pin: str | None, now_s: float) -> None:
        """AT+CPIN: raises CME ERROR 16 for a wrong one and counts the tries down."""
        if self.pin_open:
            raise cme(3)
        if self.pin_tries:
            if pin != self.pin:
                self.pin_tries -= 1
                raise cme(16 if self.pin_tries else 12)
        else:
            self._try_puk(pin, new_pin)
        self.pin_open, self.pin_tries = True, PIN_TRIES
        self.say("+CPIN: READY")
        self.conditions_changed(now_s)

    def _try_puk(self, puk: str, new_pin: str | None) -> None:
        """Ten wrong ones and the card is dead for ever."""
        if not self.puk_tries:
            raise cme(13)
        if puk != self.identity.puk or new_pin is None:
            self.puk_tries -= 1
            raise cme(16 if self.puk_tries else 13)
        self.pin, self.puk_tries = new_pin, PUK_TRIES

    # radio

    def can_be_reached(self) -> bool:
        return self.is_running and self.attached and not self.is_mute

    def can_take_calls(self) -> bool:
        return self.profile.make.has_calls and self.can_be_reached()

    def _wants_network(self) -> bool:
        return (
            self.is_running
            and self.functionality == 1
            and self.operator_wanted
            and self.sim_is_in
            and self.pin_open
            and self.network.switches.registered
        )

    def conditions_changed(self, now_s: float) -> None:
        """Look again whether the module is on the network; it takes a while to get there and none to fall off."""
        if not self._wants_network():
            was_attached, self.attached = self.attached, False
            for call in self.network.exchange.living() if was_attached else ():
                self.network.exchange.far_hangs_up(call.id, now_s)
            self._tell_registration()
        elif self.attached:
            self._tell_registration()
        elif not self._attaching:
            self._attaching = True
            self.timers.at(now_s + self.profile.pace.register_s, self._attach)

    def _attach(self, now_s: float) -> None:
        self._attaching = False
        if not self._wants_network():
            return
        self.attached = True
        if not self._ready:
            self._ready = True
            for words in self.profile.make.ready_words:
                self.say(words)
        self._tell_registration()
        self.network.smsc.hand_over(now_s)

    def registration(self) -> int:
        """<stat> of +CREG."""
        if self.attached:
            return 5 if self.network.switches.roaming else 1
        return 2 if self.functionality == 1 and self.operator_wanted and self.sim_is_in else 0

    def registration_text(self, name: str) -> str:
        """What follows <n> in the answer to "?", and the unsolicited form."""
        detail = self.settings[name] == 2 and self.attached
        return f"{self.registration()}" + (
            f',"{LOCATION_AREA}","{CELL}",{self.profile.make.technology}' if detail else ""
        )

    def _tell_registration(self) -> None:
        if self.registration() == self._told:
            return
        self._told = self.registration()
        for name in _REGISTRATIONS:
            if self.settings[name]:
                self.say(f"{name}: {self.registration_text(name)}")

    # what the network brings

    def take_message(self, tpdu: bytes, now_s: float) -> bool:
        return self.mail.take_message(tpdu, now_s)

    def take_report(self, tpdu: bytes, now_s: float) -> bool:
        return self.mail.take_report(tpdu, now_s)

    def call_changed(self, call: Call, now_s: float) -> None:
        self.handset.call_changed(call, now_s)

    def shown(self, text: str) -> str:
        """A string parameter in the client's character set (+CSCS)."""
        return show(text, self.settings.charset)
