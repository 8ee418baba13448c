"""The AT line itself: echo, editing, forms of results, several commands in a line, and news in the middle."""

from __future__ import annotations

import pytest

from modem.simulator.module import HIDE_S, TYPING_S
from tests.modem.simulator.bench import CITIZEN, Bench, lines


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_module_echoes_from_the_start_and_stops_when_told() -> None:
    bench = Bench(echo=True)
    bench.raw(b"AT\r")
    assert bench.take() == b"AT\r\r\nOK\r\n"
    bench.raw(b"ATE0\r")
    assert bench.take() == b"ATE0\r\r\nOK\r\n"
    bench.raw(b"AT\r")
    assert bench.take() == b"\r\nOK\r\n"
    bench.raw(b"ATE1\r")
    bench.raw(b"AT\r")
    assert bench.take() == b"\r\nOK\r\nAT\r\r\nOK\r\n"


def test_echo_comes_byte_by_byte() -> None:
    bench = Bench(echo=True)
    for byte in b"AT+C":
        bench.raw(bytes([byte]))
    assert bench.take() == b"AT+C"


@pytest.mark.parametrize("step", [1, 2, 3, 100])
def test_it_is_all_one_whether_input_comes_whole_or_in_pieces(step: int) -> None:
    typed = b"AT+CMEE=1;+CREG=2\r\nAT+CREG?\rgarbage\rATX\b+CSQ\rA/"
    whole, pieces = Bench(), Bench()
    whole.raw(typed)
    for start in range(0, len(typed), step):
        pieces.raw(typed[start : start + step])
    assert pieces.take() == whole.take() != b""


def test_numeric_results_without_line_feeds(bench: Bench) -> None:
    bench.raw(b"ATV0\r")
    assert bench.take() == b"0\r"
    bench.raw(b"AT+CSQ\r")
    assert bench.take() == b"+CSQ: 21,99\r\n0\r"
    bench.raw(b"AT+NONSENSE\r")
    assert bench.take() == b"4\r"
    bench.ask("ring", number=CITIZEN)
    assert bench.take() == b"2\r"


def test_q1_keeps_results_to_itself(bench: Bench) -> None:
    bench.raw(b"ATQ1\r")
    bench.raw(b"AT+CSQ\r")
    assert bench.take() == b"\r\n+CSQ: 21,99\r\n"


def test_commands_of_one_line_share_one_result(bench: Bench) -> None:
    assert bench.at("AT+CMEE=1;+CREG=2;+CSQ;+CREG?") == ["+CSQ: 21,99", '+CREG: 2,1,"18F2","0C3B5E01",7', "OK"]
    assert bench.at("ATE0V1Q0+CSQ") == ["+CSQ: 21,99", "OK"]


def test_the_first_wrong_command_ends_the_line(bench: Bench) -> None:
    assert bench.at("AT+CMEE=1;+CREG=9;+CREG=2") == ["+CME ERROR: 50"]
    assert bench.at("AT+CREG?") == ["+CREG: 0,1", "OK"]


@pytest.mark.parametrize(
    ("level", "said"), [("0", "ERROR"), ("1", "+CME ERROR: 50"), ("2", "+CME ERROR: incorrect parameters")]
)
def test_errors_are_as_plain_as_cmee_says(bench: Bench, level: str, said: str) -> None:
    bench.at(f"AT+CMEE={level}")
    assert bench.at("AT+CREG=7") == [said]


def test_message_errors_have_their_number_at_every_level(bench: Bench) -> None:
    assert bench.at("AT+CMGR=5") == ["+CMS ERROR: 321"]
    bench.at("AT+CMEE=2")
    assert bench.at("AT+CMGR=5") == ["+CMS ERROR: invalid memory index"]


def test_unknown_commands_and_unreadable_lines_are_errors(bench: Bench) -> None:
    assert bench.at("AT+NONSENSE=1") == ["ERROR"]
    assert bench.at("AT^^^") == ["ERROR"]
    assert bench.at("AT)") == ["ERROR"]
    assert bench.at("AT+CMGD=x") == ["ERROR"]


def test_lines_without_at_and_stray_escapes_are_passed_over(bench: Bench) -> None:
    bench.raw(b"hello\r\n\x1b\x1a\r\r\n")
    assert bench.take() == b""
    assert bench.at("\x1bAT") == ["OK"]
    assert bench.at("\xff\xfeAT") == ["OK"]


def test_backspace_rubs_out() -> None:
    bench = Bench(echo=True)
    bench.raw(b"AT+CSX\bQ\r")
    assert bench.take() == b"AT+CSX\b \bQ\r\r\n+CSQ: 21,99\r\n\r\nOK\r\n"


def test_a_slash_repeats_the_last_line_at_once(bench: Bench) -> None:
    bench.at("AT+CSQ")
    bench.raw(b"A/")
    assert lines(bench.take()) == ["+CSQ: 21,99", "OK"]


def test_a_slash_within_a_command_is_a_slash(bench: Bench) -> None:
    assert bench.at('AT+CCLK="26/11/22,10:13:39+32"') == ["OK"]


def test_commands_typed_ahead_are_carried_out_one_after_the_other(bench: Bench) -> None:
    bench.raw(b"AT+CSQ\rAT+CMGF?\rAT\r")
    assert lines(bench.take()) == ["+CSQ: 21,99", "OK", "+CMGF: 0", "OK", "OK"]


def test_an_overlong_line_is_cut_not_kept(bench: Bench) -> None:
    bench.raw(b"AT+CSCA=" + b"9" * 100_000 + b"\r")
    bench.later(1)
    bench.take()
    assert bench.at("AT") == ["OK"]


def test_the_prompt_takes_everything_up_to_ctrl_z_and_escape_leaves_it(bench: Bench) -> None:
    bench.raw(b"AT+CMGS=20\r")
    assert bench.take() == b"\r\n> "
    bench.raw(b"AT\r")
    assert bench.take() == b""
    bench.raw(b"\x1b")
    assert bench.take() == b"\r\nOK\r\n"
    assert bench.ask("phones")["messages"] == []


# news


def _position(answer: list[str], news: str) -> int:
    assert answer.count(news) == 1, answer
    return answer.index(news)


def test_news_comes_out_in_every_gap_of_an_answer_in_turn() -> None:
    bench = Bench("real")
    for _ in range(3):
        bench.ask("sms", number=CITIZEN, text="x")
    bench.later(1)
    bench.take()
    seen = set()
    for serial in range(12):
        bench.raw(b"AT+CMGL=4\r")
        bench.ask("fault", say_line=f"^NEWS: {serial}")
        bench.later(5)
        answer = lines(bench.take())
        assert answer[-1] == "OK"
        place = _position(answer, f"^NEWS: {serial}")
        assert place % 2 == 0, "never between a header and its PDU"
        seen.add(place // 2)
    assert seen == {0, 1, 2, 3}


def test_news_comes_out_before_a_bare_result(bench: Bench) -> None:
    bench.at("AT+CMEE=1")
    bench.ask("fault", say_line="^NEWS")
    assert bench.at("AT+CMEE=1") == ["^NEWS", "OK"]


def test_after_an_answer_news_waits_for_the_next_command(bench: Bench) -> None:
    bench.at("AT")
    bench.later(HIDE_S / 2)
    bench.ask("fault", say_line="^NEWS")
    assert bench.take() == b""
    assert bench.at("AT+CSQ") in (["^NEWS", "+CSQ: 21,99", "OK"], ["+CSQ: 21,99", "^NEWS", "OK"])


def test_without_a_command_news_comes_by_itself(bench: Bench) -> None:
    bench.at("AT")
    bench.ask("fault", say_line="^NEWS")
    bench.later(HIDE_S)
    assert bench.take() == b"\r\n^NEWS\r\n"
    bench.later(1)
    bench.ask("fault", say_line="^MORE")
    assert bench.take() == b"\r\n^MORE\r\n"


def test_a_ring_between_commands_is_told_at_once_and_passes_waiting_news(bench: Bench) -> None:
    bench.at("AT")
    bench.ask("fault", say_line="^NEWS")
    bench.ask("ring", number=CITIZEN)
    assert bench.take() == b"\r\nRING\r\n"


def test_a_ring_during_a_command_comes_out_inside_its_answer() -> None:
    bench = Bench("real")
    bench.raw(b"AT+CMGD=1\r")
    bench.ask("ring", number=CITIZEN)
    assert bench.take() == b""
    bench.later(1)
    assert lines(bench.take()) == ["RING", "OK"]


def test_nothing_is_said_into_a_half_typed_command_unless_it_stays_so(bench: Bench) -> None:
    bench.raw(b"AT+CS")
    bench.ask("ring", number=CITIZEN)
    assert bench.take() == b""
    bench.raw(b"Q\r")
    assert sorted(lines(bench.take())) == ["+CSQ: 21,99", "OK", "RING"]
    bench.raw(b"AT+CS")  # and then its writer dies
    bench.ask("fault", say_line="^NEWS")
    bench.later(TYPING_S)
    assert lines(bench.take()) == ["^NEWS"]


def test_nothing_is_said_into_the_prompt(bench: Bench) -> None:
    bench.raw(b"AT+CMGS=20\r")
    bench.take()
    bench.ask("ring", number=CITIZEN)
    bench.later(3)
    assert bench.take() == b""
    bench.raw(b"\x1b")
    assert lines(bench.take()) == ["RING", "OK"]


def test_news_in_answers_is_counted(bench: Bench) -> None:
    bench.ask("fault", say_line="^ALONE")
    bench.later(1)
    bench.at("AT")
    bench.ask("fault", say_line="^INSIDE")
    bench.at("AT")
    state = bench.ask("state")
    assert (state["news_told"], state["news_in_answers"]) == (2, 1)
