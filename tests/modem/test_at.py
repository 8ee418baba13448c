"""The AT engine: answers, news and noise told apart; time-outs; the way back into step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modem.at import MOST_HEADERS, MOST_LINES, PROGRESS_S, Ask, AtEngine, Done, Heard, InStep, Listed, News, Noise
from modem.at_words import FinalKind, name_of

NAMES = {"RING", "+CMTI", "NO CARRIER"}
CSQ = Ask("AT+CSQ", names=("+CSQ",))
LIST = Ask("AT+CMGL=4", 20.0, ("+CMGL",), is_listing=True)
SEND = Ask("AT+CMGS=3", 60.0, ("+CMGS",), body="001122")
DIAL = Ask("ATD10086;", 60.0, is_call=True)
SAYS = Ask("AT+CGMI", is_free_text=True)


def engine_in_step() -> AtEngine:
    engine = AtEngine(lambda line: name_of(line) in NAMES, frozenset({"+CMT"}))
    engine.open(0.0)
    engine.receive(b"OK\r\n", 0.0)
    assert engine.tick(1.0) == [InStep.FOUND]
    engine.data_to_send()
    return engine


def asked(ask: Ask, *pieces: bytes) -> list[Heard]:
    """What is heard when the module says this after the command."""
    engine = engine_in_step()
    engine.run(ask, 1.0)
    return [heard for piece in pieces for heard in engine.receive(piece, 1.0)]


def end_of(heard: list[Heard]) -> Done:
    (done,) = [each for each in heard if isinstance(each, Done)]
    return done


def test_news_noise_and_answer_of_one_burst_are_told_apart() -> None:
    heard = asked(CSQ, b'\r\n+CMTI: "SM",1\r\n+CSQ: 20,99\r\nRING\r\n@#!\r\nOK\r\n+CMTI: "SM",2\r\n')
    assert heard[:3] == [News('+CMTI: "SM",1'), News("RING"), Noise("@#!")]
    assert end_of(heard).lines == ("+CSQ: 20,99",)
    assert not end_of(heard).is_clean
    assert heard[-1] == News('+CMTI: "SM",2')


def test_a_late_answer_without_a_command_is_dropped_and_noise_is_told() -> None:
    engine = engine_in_step()
    assert engine.receive(b"OK\r\n+CME ERROR: 3\r\n", 1.0) == []
    assert engine.receive(b"+CSQ: 1,2\r\n", 1.0) == [Noise("+CSQ: 1,2")]


def test_a_line_of_an_answer_that_looks_like_a_final_result_is_only_one_if_it_is_whole() -> None:
    done = end_of(asked(SAYS, b"OK Modems Inc\r\nERROR-FREE LTD\r\nOK\r\n"))
    assert done.lines == ("OK Modems Inc", "ERROR-FREE LTD")


def test_free_text_and_answers_without_end_cost_no_more_than_a_bound() -> None:
    for ask, line in ((SAYS, b"bla\r\n"), (CSQ, b"+CSQ: 1\r\n")):
        assert len(end_of(asked(ask, line * (MOST_LINES + 10) + b"OK\r\n")).lines) == MOST_LINES


def test_headers_whose_hex_never_comes_cost_no_more_than_a_bound() -> None:
    flood = b"+CMT: ,2\r\n" * (MOST_HEADERS + 3)
    engine = engine_in_step()
    assert engine.receive(flood, 1.0) == [Noise("+CMT: ,2")] * 3
    assert engine.receive(b"AABB\r\n" * MOST_HEADERS, 1.0) == [News("+CMT: ,2", "AABB")] * MOST_HEADERS
    heard = asked(LIST, b"+CMGL: 1,0,,2\r\n" + flood + b"OK\r\n")
    assert heard[0] == Noise("+CMGL: 1,0,,2")  # an entry that is lost: what was listed is not all there is
    assert not end_of(heard).is_clean


def test_hex_belongs_to_the_latest_header() -> None:
    heard = asked(LIST, b"+CMGL: 1,0,,3\r\n+CMT: ,2\r\nAABB\r\nCCDD\r\nEEFF\r\nOK\r\n")
    assert heard[:3] == [News("+CMT: ,2", "AABB"), Listed(LIST, "+CMGL: 1,0,,3", "CCDD"), Noise("EEFF")]


def test_a_header_without_its_hex_is_listed_empty() -> None:
    heard = asked(LIST, b"+CMGL: 1,0,,3\r\n+CMGL: 2,0,,3\r\nAABBCC\r\n+CMGL: 3,0,,3\r\nOK\r\n")
    assert [each.pdu for each in heard if isinstance(each, Listed)] == ["", "AABBCC", ""]


def test_a_header_of_news_outlives_the_end_of_the_command() -> None:
    heard = asked(CSQ, b"+CMT: ,2\r\n", b"OK\r\n", b"AABB\r\n")
    assert heard[-1] == News("+CMT: ,2", "AABB")


def test_garbled_hex_stays_with_its_header() -> None:
    assert Listed(LIST, "+CMGL: 1,0,,3", "AA?BCC") in asked(LIST, b"+CMGL: 1,0,,3\r\nAA?BCC\r\nOK\r\n")
    engine = engine_in_step()
    assert engine.receive(b"+CMT: ,2\r\nAA?B\r\n", 1.0) == [News("+CMT: ,2", "AA?B")]


def test_what_ends_a_call_is_final_for_a_dial_and_news_otherwise() -> None:
    assert end_of(asked(DIAL, b"NO CARRIER\r\n")).final.kind is FinalKind.NO_CARRIER
    heard = asked(CSQ, b"NO CARRIER\r\nOK\r\n")
    assert heard[0] == News("NO CARRIER")
    assert end_of(heard).final.is_ok


def test_the_body_waits_for_the_prompt_and_nothing_else_is_sent_in_between() -> None:
    engine = engine_in_step()
    engine.run(SEND, 1.0)
    assert engine.data_to_send() == b"AT+CMGS=3\r"
    assert engine.receive(b"\r\nRING\r\n", 1.0) == [News("RING")]
    assert engine.data_to_send() == b""
    engine.receive(b"\r\n> ", 1.0)
    assert engine.data_to_send() == b"001122\x1a"
    done = end_of(engine.receive(b"\r\n+CMGS: 5\r\n\r\nOK\r\n", 1.0))
    assert (done.lines, done.body_went) == (("+CMGS: 5",), True)


def test_a_refusal_before_the_prompt_has_sent_nothing() -> None:
    done = end_of(asked(SEND, b"+CMS ERROR: 310\r\n"))
    assert (done.final.code, done.body_went) == (310, False)


def test_a_lost_prompt_is_left_with_escape() -> None:
    engine = engine_in_step()
    engine.run(SEND, 1.0)
    engine.data_to_send()
    assert end_of(engine.tick(11.0)).final.kind is FinalKind.NO_PROMPT
    assert engine.data_to_send() == b"\x1b\rAT\r"


def test_an_answer_that_brings_lines_gets_more_time_but_not_for_ever() -> None:
    engine = engine_in_step()
    engine.run(LIST, 1.0)
    now_s = 19.0
    while (deadline_s := engine.next_deadline()) is not None and deadline_s > now_s and now_s < 1000:
        assert deadline_s <= max(21.0, now_s + PROGRESS_S)
        engine.receive(b"+CMGL: 1,0,,3\r\nAABBCC\r\n", now_s)
        now_s += 4
    assert now_s < 1000
    assert end_of(engine.tick(now_s)).final.kind is FinalKind.TIMEOUT


def test_the_late_answer_of_a_command_that_timed_out_is_not_taken_for_the_next_ones() -> None:
    engine = engine_in_step()
    engine.run(CSQ, 1.0)
    engine.tick(6.0)
    engine.data_to_send()
    assert engine.receive(b"+CSQ: 9,9\r\nOK\r\n", 6.1) == []  # late: taken for the answer of AT
    assert not engine.is_idle
    assert engine.receive(b"RING\r\nOK\r\n", 6.2) == [News("RING")]  # AT's own answer: in the silence
    assert engine.tick(6.3) == []
    assert engine.tick(6.5) == [InStep.FOUND]
    assert engine.is_idle


def test_three_questions_without_an_answer_are_enough() -> None:
    engine = AtEngine(lambda _line: False, frozenset())
    engine.open(0.0)
    assert engine.receive(b"ERROR\r\nnonsense\r\n", 0.1) == []
    assert engine.tick(2.0) == []
    assert engine.tick(4.0) == []
    assert engine.data_to_send() == b"\x1b\rAT\rAT\rAT\r"
    assert engine.tick(6.0) == [InStep.GAVE_UP]
    assert engine.next_deadline() is None
    assert engine.tick(100.0) == []


def test_what_runs_when_the_port_goes_is_broken_off() -> None:
    engine = engine_in_step()
    engine.run(CSQ, 1.0)
    assert end_of(engine.close()).final.kind is FinalKind.BROKEN_OFF
    assert engine.close() == []
    assert engine.running is None


def test_a_dial_is_aborted_by_any_character_and_then_must_end_soon() -> None:
    engine = engine_in_step()
    engine.run(DIAL, 1.0)
    engine.data_to_send()
    engine.abort(30.0)
    assert engine.data_to_send() == b"\r"
    assert end_of(engine.tick(35.0)).final.kind is FinalKind.TIMEOUT


def test_echo_is_counted_and_is_no_answer() -> None:
    engine = engine_in_step()
    engine.run(SAYS, 1.0)
    assert end_of(engine.receive(b"at+cgmi\r\r\nACME\r\nOK\r\n", 1.0)).lines == ("ACME",)
    assert engine.echoes == 1


PIECES = st.lists(
    st.sampled_from([
        b"\r\n", b"OK\r\n", b"ERROR\r\n", b"RING\r\n", b"+CMGL: 1,0,,2\r\n", b"AABB\r\n", b"+CMT: ,2\r\n", b"> ", b">",
        b"NO CARRIER\r\n", b"AT+CMGL=4\r", b"\xff\x00", b"+CMTI: \"SM\",1\r", b"x", b" ", b"\x1a", b"+CMGS: 1\r\n",
    ])
    | st.binary(max_size=8),
    max_size=30,
)  # fmt: skip


@given(st.sampled_from([CSQ, LIST, SEND, DIAL, SAYS]), PIECES, st.integers(1, 9))
def test_bytes_in_any_pieces_are_heard_the_same(ask: Ask, pieces: list[bytes], size: int) -> None:
    whole = b"".join(pieces)
    cut = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert asked(ask, *cut) == asked(ask, whole)
