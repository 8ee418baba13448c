"""What the telephone side says of its troubles, in Chinese: every sentence of it, on every page that shows one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import LineBusy
from appliance.talk_paths import SoundLevels
from modem.events import CommandRefused, FailureKind, LineChanged, LineState, SmsFailed
from tests.web import handed_out
from tests.web.house import CITIZEN, House
from web import language, speech, technical
from web.technical_details import DETAILS

HINT = (
    "A sentence of the telephone side is shown in English on Chinese pages. Add a row for it to DETAILS in "
    "web/technical_details.py (one gap per value, `%(reason)s` for a sentence within it), run "
    "`python tools/catalogues.py update`, and write its Chinese into web/translations/zh_CN.po:\n"
)
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")  # two words of it
EXAMPLES = {
    "reason": "x; y",
    "who": "mini com (process 9), gammu (process 12)",
    "state": "no_network",
    "code": "PH-SIM PIN",
    "program": "mini com",
    "tool": "aplay",
}


@contextmanager
def speaking(house: House, tag: str) -> Iterator[None]:
    with house.app.test_request_context(headers={"Cookie": f"hotline_language={tag}"}):
        yield


def test_every_sentence_the_telephone_side_hands_out_is_said_in_chinese(house: House) -> None:
    sentences = handed_out.sentences()
    with speaking(house, "zh_CN"):
        missing = [each for each in sentences if not is_chinese(technical.said(each.text))]
    assert missing == [], HINT + "\n".join(map(str, missing))


def test_every_reason_why_a_line_is_busy_is_said_in_chinese(house: House) -> None:
    """These are message ids of the office; the telephone side's own sentences have no business here."""
    reasons = handed_out.reasons_of("LineBusy", "appliance")
    assert "another call is on it" in {each.text for each in reasons}
    with speaking(house, "zh_CN"):
        missing = [each for each in reasons if each.text in speech.say(LineBusy(line="1", reason=each.text))]
        assert "x" not in {each.text for each in reasons}, f"cannot be followed, so cannot be translated: {reasons}"
    assert missing == [], "write them into the catalogues:\n" + "\n".join(map(str, missing))


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text) and not ENGLISH.search(text)


def test_in_english_every_sentence_stays_as_it_is(house: House) -> None:
    with speaking(house, "en"):
        for each in handed_out.sentences():
            assert technical.said(each.text) == each.text.replace("no_network", "No network")


def test_every_row_knows_its_own_sentence_and_no_other_takes_it(house: House) -> None:
    with speaking(house, "zh_CN"):
        taken = [row for row in DETAILS if not is_its_own(row)]
    assert taken == []


def is_its_own(row: str) -> bool:
    gaps = {name: EXAMPLES.get(name, f"{name}1") for name in re.findall(r"%\((\w+)\)s", row)}
    wanted = language.gettext(row, **{name: technical.filled(name, value) for name, value in gaps.items()})
    return technical.said(row % gaps) == wanted


def test_the_source_is_read_wherever_a_sentence_may_stand(tmp_path: Path) -> None:
    """The collector follows each way a sentence is written here; else a new one could slip past it."""
    for folder in handed_out.SOURCES:
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "modem" / "sample.py").write_text(SAMPLE, encoding="utf-8")
    (tmp_path / "modem" / "survey.py").write_text("Gone('for the console', reason='never shown')\n")
    (tmp_path / "appliance" / "outreach" / "sample.py").write_text(
        "self.finish(1, error='of a message')\nself.open(reason='a_key')\n"
    )
    found = {each.text for each in handed_out.sentences(tmp_path)}
    assert found == {f"sentence {number}" for number in range(1, 27)} | {"of a message"}


SAMPLE = """
TABLE = {1: (KIND, "sentence 1"), 2: (KIND, "sentence 2")}
WORDS = {1: "sentence 3", 2: "sentence 25"}
ADVICE = ((("not this",), "4"), (("nor this",), "5"))
class Gone(Exception):
    def __init__(self, state, reason):
        super().__init__(reason)
class Refused:
    line: str
    reason: str
class Bad(ValueError):
    def __init__(self, number):
        super().__init__("sentence 6")
def failure_of(final):
    if final:
        return KIND, "sentence 7"
    known = TABLE.get(final)
    kind, detail = known or (OTHER, "sentence 8")
    return kind, detail
def _why(final):
    return WORDS.get(final) or "sentence 9"
class Port:
    @property
    def trouble(self):
        return "sentence 10" if self.bad else ""
    def _refusal(self, command, reason):
        return Refused(self.line, reason)
    def run(self, why):
        module.trouble = "sentence 11"
        self._failure = self._logged = "sentence 12"
        raise Gone(MISSING, "sentence 13")
    def serve(self):
        self._refusal(command, "sentence 14")
        Refused(1, "sentence 15")
        self.set(detail="sentence 16", state="never")
        self.run("sentence 17")
        wanted = "18" if self.imei else f"{'19'}"
        said = f"sentence {wanted}"
        told = said if self.said else "sentence 20"
        Gone(MISSING, told)
        text = "sentence " + ("21" if self.one else "22")
        Gone(MISSING, text)
        job.refusal = _why(self.final)
        for words, advice in ADVICE:
            Gone(MISSING, f"sentence {advice}")
        try:
            kind, detail = failure_of(self.final)
        except (Bad, Worse) as error:
            self.failed(KIND, reason=str(error))
        Undecodable(reason="never shown")
        if others := self.others or "sentence 23":
            Gone(BUSY, others)
        log.error("never: %s", where(error))
        self.fail(reason="sentence 24", detail=where(error))
        why = WORDS[2]
        error: str = "sentence 26"
def where(bug):
    return f"never {bug}"
"""


def test_a_port_and_its_holders_are_named_whole(house: House) -> None:
    seen = (
        "a module that is free is not found: /dev/ttyUSB0 is silent; "
        "ModemManager (process 812), gammu-smsd (process 9) has /dev/ttyUSB1 open too; "
        "/dev/ttyUSB2 cannot be opened: Input/output error; ..."
    )
    with speaking(house, "zh_CN"):
        assert technical.said(seen) == (
            "找不到空闲的模块：/dev/ttyUSB0 无应答；"
            "/dev/ttyUSB1 还被其他程序打开：ModemManager（进程 812）、gammu-smsd（进程 9）；"
            "无法打开 /dev/ttyUSB2：读写错误；……"
        )


def test_a_sentence_in_a_sentence_is_said_too(house: House) -> None:
    with speaking(house, "zh_CN"):
        assert technical.said("only 1 of 3 parts were sent: no network") == "共 3 条，只发出 1 条：没有网络"
        assert technical.said("the line is not ready: sim_locked") == "线路未就绪：SIM 卡已锁"
        assert technical.said("the SIM card wants its PIN") == "SIM 卡要求输入 PIN 码"
        ioctl = "Could not configure port: (25, 'Inappropriate ioctl for device')"
        assert technical.said(f"reading failed: {ioctl}") == "读取失败：端口设置失败：设备不支持此操作（25）"


def test_a_sentence_with_a_semicolon_of_its_own_is_one_sentence_also_beside_others(house: House) -> None:
    refused = "the SIM card refused the PIN; it is not tried again"
    with speaking(house, "zh_CN"):
        alone = technical.said(refused)
        assert alone == "SIM 卡不接受这个 PIN 码；系统不会再试"
        assert technical.said(f"{refused}; stopped; {refused}") == f"{alone}；已停止；{alone}"


def test_what_nobody_knows_is_shown_as_it_came_and_its_neighbours_are_said(house: House) -> None:
    with speaking(house, "zh_CN"):
        assert technical.said("") == ""
        assert technical.said("100% new trouble: %(x)s") == "100% new trouble: %(x)s"
        assert technical.said("a new trouble; stopped") == "a new trouble；已停止"
        assert technical.said("the module said +CMS ERROR: 9999") == "模块答复：+CMS ERROR: 9999"


def test_nothing_is_ever_lost(house: House) -> None:
    """English is said as it came, so whatever goes missing on the way through rows and gaps shows."""
    pieces = st.sampled_from([row for row in DETAILS if "(state)" not in row]) | st.text(max_size=30)

    @settings(max_examples=300, deadline=None)
    @given(st.lists(pieces, max_size=4), st.sampled_from(["; ", ", ", ": ", " "]))
    def holds(parts: list[str], joint: str) -> None:
        text = joint.join(parts)
        assert technical.said(text) == text

    with speaking(house, "en"):
        holds()


def test_a_lines_trouble_is_said_on_its_card_and_is_never_html(house: House) -> None:
    wang = house.seat("wang", language="zh_CN")
    house.services.desk.handle(LineChanged("line1", LineState.SIM_LOCKED, detail="the SIM card wants its PIN"))
    assert "SIM 卡要求输入 PIN 码" in wang.html("/lines")
    house.services.desk.handle(LineChanged("line1", LineState.BROKEN, detail="reading failed: <b>&"))
    assert "读取失败：&lt;b&gt;&amp;" in wang.html("/lines/cards")


def test_why_a_message_did_not_go_is_said_beside_it(house: House) -> None:
    outbox_id = house.office.messages.write(CITIZEN, "路灯修好了吗？", house.user("wang"))
    house.services.desk.tick()
    refused = SmsFailed("line1", outbox_id, FailureKind.PERMANENT, 28, "the number is not known", 0)
    house.services.desk.handle(refused)
    assert "网络查不到这个号码" in house.seat("wang", language="zh_CN").html("/messages?box=trouble")


def test_why_the_network_did_not_forward_is_said(house: House) -> None:
    wang, path = house.seat("wang", language="zh_CN"), "/lines/line1/forwarding"
    wang.post(path, {"do": "on", "reason": "always", "number": "13800009999"})
    line, command = house.sent[-1]
    house.services.desk.handle(CommandRefused(line, command, "the line is not ready: no_network"))
    assert "网络没有执行：线路未就绪：无网络" in wang.html(path)


def test_why_a_call_has_no_sound_is_said_during_the_test_call(house: House) -> None:
    wang = house.seat("wang", language="zh_CN")
    wang.post("/lines/line1/talk/begin", page="/lines/line1/talk")
    house.levels = SoundLevels(-60.0, -60.0, "no sound comes from the module")
    assert "模块没有传来声音" in wang.html("/lines/line1/talk/state")
