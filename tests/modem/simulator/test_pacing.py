"""The serial line in fake time: no byte is early, the rate is true both ways, and lateness is made up for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modem.simulator.pacing import INPUT_ROOM, QUANTUM_S, Wire
from tests.modem.simulator.bench import CITIZEN, Bench, lines

BYTE_S = 10 / 115200


def test_a_byte_can_be_read_when_its_stop_bit_is_through_and_not_before() -> None:
    wire = Wire(115200)
    wire.put(b"RING", 5.0)
    assert wire.take(5.0 + 0.99 * BYTE_S) == b""
    assert wire.take(5.0 + 1.01 * BYTE_S) == b"R"
    assert wire.take(5.0 + 3.5 * BYTE_S) == b"IN"
    assert wire.next_deadline() == pytest.approx(5.0 + 4 * BYTE_S)
    assert wire.take(5.0 + 4.01 * BYTE_S) == b"G"
    assert wire.next_deadline() is None


def test_bytes_put_later_follow_without_a_gap() -> None:
    wire = Wire(9600)
    wire.put(b"abc", 1.0)
    wire.put(b"def", 1.001)
    assert wire.take(1.0 + 6 * 10 / 9600 - 1e-5) == b"abcde"
    assert wire.empty_at_s() == pytest.approx(1.0 + 6 * 10 / 9600)
    assert wire.take(2.0) == b"f"


def test_an_idle_line_starts_anew() -> None:
    wire = Wire(9600)
    wire.put(b"a", 1.0)
    assert wire.take(9.0) == b"a"
    wire.put(b"b", 9.0)
    assert wire.take(9.0) == b""


def test_without_a_rate_everything_is_there_at_once() -> None:
    wire = Wire(0)
    wire.put(b"abc", 1.0)
    assert wire.next_deadline() == 1.0
    assert wire.take(1.0) == b"abc"


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=400), st.floats(0, 0.05)), min_size=1, max_size=20),
    st.lists(st.floats(0, 0.03), max_size=50),
)
def test_the_rate_holds_whatever_the_load(puts: list[tuple[bytes, float]], lateness: list[float]) -> None:
    """Read late or in time: a byte is never early, and none is later than line and reader make it."""
    wire, now_s, sent, came = Wire(115200), 0.0, b"", b""
    free_at_s, due = 0.0, []
    late = iter(lateness)
    for data, pause_s in puts:
        now_s += pause_s
        came += wire.take(now_s)
        wire.put(data, now_s)
        free_at_s = max(free_at_s, now_s)
        for _ in data:
            free_at_s += BYTE_S
            due.append(free_at_s)
        sent += data
        assert sum(at_s <= now_s - 1e-6 for at_s in due) <= len(came) <= sum(at_s <= now_s + 1e-6 for at_s in due)
    while (deadline_s := wire.next_deadline()) is not None:
        assert deadline_s <= now_s + QUANTUM_S + BYTE_S
        now_s = max(now_s, deadline_s) + next(late, 0.0)
        came += wire.take(now_s)
        assert len(came) <= sum(at_s <= now_s + 1e-6 for at_s in due)
        assert len(came) >= sum(at_s <= now_s - 1e-6 for at_s in due)
    assert came == sent


def test_a_ring_at_115200_can_be_read_after_seven_tenths_of_a_millisecond() -> None:
    bench = Bench(baud=115200)
    begun_s = bench.clock.at_s
    bench.ask("ring", number=CITIZEN)
    bench.later(0.1)
    came_s, data = bench.heard[-1]
    assert b"".join(piece for _, piece in bench.heard) == b"\r\nRING\r\n"
    assert data
    assert came_s - begun_s == pytest.approx(8 * BYTE_S, rel=1e-6)


def test_both_directions_cost_their_time() -> None:
    """AT+CMGL at 115200: what the command and the answer weigh, to the byte."""
    bench = Bench(baud=115200, sim_slots=50)
    bench.ask("set", hold_messages=True)
    bench.ask("sms", messages=[{"number": CITIZEN, "text": "灯" * 70}] * 50)
    bench.at("AT+CNMI=0,0,0,0,0")
    bench.ask("set", hold_messages=False)
    begun_s = bench.clock.at_s
    bench.raw(b"AT+CMGL=4\r")
    bench.later(60)
    answer = b"".join(piece for _, piece in bench.heard)
    took_s = bench.heard[-1][0] - begun_s
    assert lines(answer)[-1] == "OK"
    assert took_s == pytest.approx((len(b"AT+CMGL=4\r") + len(answer)) * BYTE_S, rel=1e-6)
    state = bench.ask("state")
    assert len(answer) / 50 == pytest.approx(360, abs=10)
    assert state["bytes_to_client"] > len(answer)


def test_the_client_may_not_write_more_than_the_line_holds() -> None:
    bench = Bench(baud=9600)
    assert bench.line.room() == INPUT_ROOM
    bench.raw(b"x" * 1000)
    assert bench.line.room() == INPUT_ROOM - 1000
    bench.later(1.0)
    assert bench.line.room() == INPUT_ROOM - 40


def test_the_real_profile_takes_the_times_that_the_figures_assume() -> None:
    bench = Bench("real")
    for serial in range(3):
        bench.ask("sms", number=CITIZEN, text=str(serial))
    bench.at("AT")

    def seconds(command: str) -> float:
        begun_s = bench.clock.at_s
        bench.at(command)
        return bench.clock.at_s - begun_s

    assert seconds("AT+CMGR=1") == pytest.approx(0.035)
    assert seconds("AT+CMGL=4") == pytest.approx(0.020 + 3 * 0.012)
    assert seconds("AT+CMGD=1") == pytest.approx(0.060)
    assert seconds("AT+CMGD=1,1") == pytest.approx(0.060)


def test_news_hides_behind_an_answer_only_once_the_client_can_have_read_it() -> None:
    bench = Bench(baud=9600)
    bench.raw(b"AT+CLAC\r")
    bench.later(0.3)
    bench.ask("fault", say_line="^NEWS")
    bench.later(10)
    assert lines(bench.take())[-2:] == ["OK", "^NEWS"]
