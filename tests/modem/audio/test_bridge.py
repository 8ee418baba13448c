"""The bridge in fast time: what it does about clocks that differ, and about a handset that dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from modem.audio import handset as handset_module
from modem.audio.bridge import Bridge, Levels
from modem.audio.frames import FRAME_S, SoundGone, SoundStream
from modem.audio.handset import TRY_AGAIN_S, Handset
from modem.audio.levels import QUIETEST_DBFS
from modem.audio.tones import in_frames, key_tone, sine
from tests import rounds
from tests.modem.audio.fast_call import FastCard, FastClock, FastModule, Source

MOST_DELAY_S = 0.3
CALL_S = rounds.count(120, soak=12 * 3600)


class Call:
    """One call between a FastModule and a handset."""

    def __init__(
        self, lasts_s: float, *, module_every_s: float = FRAME_S, bundle: int = 1, card_every_s: float = FRAME_S
    ) -> None:
        self.clock, self.stopping = FastClock(), threading.Event()
        self.module = FastModule(self.clock, Source(self.clock, module_every_s, bundle), self.stopping, lasts_s)
        self.cards: list[FastCard] = []
        self._card_every_s = card_every_s
        self.keys: list[str] = []

    def new_card(self) -> FastCard:
        source = Source(self.clock, self._card_every_s, next_s=self.clock.now_s)
        self.cards.append(FastCard(self.clock, source))
        return self.cards[-1]

    def run(self, open_stream: Callable[[], SoundStream] | None) -> tuple[Bridge, Handset]:
        handset = Handset("line1", open_stream)
        bridge = Bridge(self.module, handset, clock=self.clock, stopping=self.stopping, on_key=self.keys.append)
        bridge.run()
        return bridge, handset


@pytest.mark.parametrize("card_every_s", [FRAME_S * 1.005, FRAME_S, FRAME_S * 0.995])
@pytest.mark.parametrize("bundle", [1, 2, 5])
def test_the_delay_stays_short_however_far_the_clocks_drift(card_every_s: float, bundle: int) -> None:
    call = Call(CALL_S, bundle=bundle, card_every_s=card_every_s)
    call.run(call.new_card)
    assert max(call.module.ages_s) < MOST_DELAY_S
    assert max(call.cards[0].ages_s) < MOST_DELAY_S
    frames = CALL_S / FRAME_S
    assert len(call.module.ages_s) > 0.98 * frames
    assert len(call.cards[0].ages_s) > 0.98 * frames


def test_without_the_drop_rule_the_delay_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail."""
    monkeypatch.setattr(handset_module, "MOST_WAITING_FRAMES", 10**9)
    call = Call(CALL_S, card_every_s=FRAME_S * 0.995)
    call.run(call.new_card)
    assert max(call.module.ages_s) > MOST_DELAY_S


def test_the_module_gets_a_frame_for_each_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    call = Call(60.0, module_every_s=FRAME_S * 0.999)
    bridge, _ = call.run(None)
    assert len(call.module.written_at_s) == pytest.approx(bridge.levels.seconds / FRAME_S, abs=3)
    assert call.module.silent_frames == len(call.module.written_at_s)  # without a handset it hears silence


def test_a_module_that_says_nothing_gets_frames_all_the_same_and_is_told_of() -> None:
    call = Call(10.0, module_every_s=1e9)
    bridge, _ = call.run(call.new_card)
    assert len(call.module.written_at_s) == pytest.approx(10 / FRAME_S, abs=5)
    assert max(call.module.ages_s) < MOST_DELAY_S
    assert bridge.trouble == "no sound comes from the module"


def test_a_module_that_takes_nothing_is_told_of_until_it_does() -> None:
    """As SIM7600 does from the second call on, on some firmware, until AT+CRESET."""
    call = Call(10.0)
    module, write = call.module, call.module.write

    def refuses(frames: Sequence[bytes]) -> None:
        if module.clock.now_s < 105:
            module.dropped_frames += len(frames)
        else:
            write(frames)

    module.write = refuses  # type: ignore[method-assign]
    module.lasts_s = 4.9
    bridge, _ = call.run(None)
    assert bridge.trouble == "the module takes no sound"
    call.stopping.clear()
    module.lasts_s = 10
    bridge.run()
    assert bridge.trouble == ""


def test_a_flood_from_the_handset_is_no_delay_and_no_endless_loop() -> None:
    call = Call(20.0, card_every_s=FRAME_S / 50)
    call.run(call.new_card)
    assert max(call.module.ages_s) < MOST_DELAY_S
    assert len(call.module.written_at_s) == pytest.approx(20 / FRAME_S, abs=5)


def test_keys_that_the_caller_presses_are_told_and_those_of_the_operator_are_not() -> None:
    call = Call(2.0)
    call.module.source.says = in_frames(key_tone("4") + bytes(1600) + key_tone("2") + bytes(16000 * 2))
    card = call.new_card()
    card.source.says = in_frames(key_tone("9", seconds=3))
    call.run(lambda: card)
    assert call.keys == ["4", "2"]


def test_levels_of_both_sides_are_told() -> None:
    call = Call(1.5)
    call.module.source.says = in_frames(sine(1000, seconds=3, dbfs=-20))
    card = call.new_card()
    card.source.says = in_frames(sine(440, seconds=3, dbfs=-30))
    bridge, _ = call.run(lambda: card)
    assert bridge.levels.far_dbfs == pytest.approx(-20, abs=0.5)
    assert bridge.levels.near_dbfs == pytest.approx(-30, abs=1.0)
    assert bridge.levels.far.peak_dbfs == pytest.approx(-20, abs=0.5)
    assert bridge.trouble == ""
    assert Levels().far_dbfs == QUIETEST_DBFS


def test_a_handset_that_dies_does_not_end_the_call_and_is_opened_again() -> None:
    call = Call(20.0)

    def opened() -> FastCard:
        card = call.new_card()
        if len(call.cards) == 1:
            card.deaf_at_s = card.mute_at_s = call.clock.now_s + 5
        return card

    bridge, handset = call.run(opened)
    assert bridge.levels.seconds == pytest.approx(20, abs=0.5)
    assert len(call.cards) == 2
    assert call.cards[0].is_closed
    assert len(call.cards[1].ages_s) > 10 / FRAME_S
    assert handset.trouble == ""  # it is over
    handset.close()
    assert call.cards[1].is_closed


@pytest.mark.parametrize("dead", ["deaf_at_s", "mute_at_s"])
def test_one_dead_direction_leaves_the_other(dead: str) -> None:
    call = Call(20.0)
    card = call.new_card()
    setattr(card, dead, call.clock.now_s + 5)
    bridge, _ = call.run(lambda: card)
    assert not card.is_closed
    living = card.ages_s if dead == "deaf_at_s" else call.module.ages_s
    assert len(living) > 0.95 * 20 / FRAME_S
    assert "is gone" in bridge.trouble


def test_a_handset_that_is_missing_is_looked_for_now_and_then() -> None:
    call = Call(30.0)
    tries: list[float] = []

    def missing() -> FastCard:
        tries.append(call.clock.now_s)
        raise SoundGone("the sound card is not there")

    bridge, _ = call.run(missing)
    assert len(tries) == pytest.approx(30 / TRY_AGAIN_S, abs=1)
    assert bridge.trouble == "the sound card is not there"
    assert call.module.silent_frames == len(call.module.written_at_s) > 0.95 * 30 / FRAME_S


def test_the_end_of_the_module_is_the_end_of_the_bridge() -> None:
    call = Call(60.0)
    read, call.clock.now_s = call.module.read, 100.0

    def unplugged(timeout_s: float) -> list[bytes]:
        if call.clock.now_s > 103:
            raise SoundGone("/dev/pcm was unplugged")
        return read(timeout_s)

    call.module.read = unplugged  # type: ignore[method-assign]
    with pytest.raises(SoundGone, match="unplugged"):
        call.run(call.new_card)
