"""Makes the placeholder prompts that ship with the product, from appliance/prompts/texts.toml.

    python tools/make_prompts.py              # all; needs Debian's espeak-ng and sox, run after a text has changed
    python tools/make_prompts.py check        # says which files are missing or left over

Chinese goes in as pinyin: espeak-ng reads the characters wrongly. Everything is trimmed and brought to one level, so
that joined digits do not jump, and stored as G.711 u-law: 8000 bytes a second.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from appliance.prompts import level
from appliance.prompts.shipped import file_name
from appliance.prompts.table import LANGUAGES, Prompt, table
from modem.audio import laws
from modem.voice_profile import SampleFormat

FOLDER = Path(__file__).parents[1] / "appliance" / "prompts"
MOST_BYTES = 1_703_936  # of all together: 1.625 MiB
OFFICE_EN = "the citizens' hotline"  # the Chinese pinyin names it so too
# Words a minute. People of seventy listen over a telephone: no faster than espeak-ng's own 175, digits slower.
VOICES = {"zh_CN": ("cmn-latn-pinyin", "170"), "en": ("en-gb", "175")}
DIGIT_SPEED = "145"
SILENT_BELOW = 16  # what the filter leaves of a pause
LONGEST_PAUSE_S = 0.2  # it rests for half a second at each comma
TELEPHONE = ["rate", "-h", "8000", "sinc", "200-3600"]


def main() -> int:
    """Make them, or only check that each is there. Exit code 1 where something is wrong."""
    if sys.argv[1:] == ["check"]:
        wrong = problems()
        print("\n".join(wrong) or f"{2 * len(table())} prompts, {_size()} bytes")
        return int(bool(wrong))
    for language in LANGUAGES:
        folder = FOLDER / language
        folder.mkdir(exist_ok=True)
        for stale in folder.glob("*.ulaw"):
            stale.unlink()
        for prompt in table().values():
            (folder / file_name(prompt.key)).write_bytes(made(prompt, language))
    print(f"{2 * len(table())} prompts, {_size()} bytes")
    return int(bool(problems()))


def made(prompt: Prompt, language: str) -> bytes:
    """One prompt as u-law."""
    voice, speed = VOICES[language]
    spoken = prompt.pinyin if language == "zh_CN" else prompt.script("en", OFFICE_EN)
    speed = DIGIT_SPEED if prompt.key.startswith("digit:") else speed
    sound = _with_short_pauses(level.trimmed(_spoken(voice, speed, spoken)))
    return laws.encode(level.amplified(sound, level.gain_db(level.loudness(sound))), SampleFormat.ULAW)


def problems() -> list[str]:
    """A sentence for each file that is missing, left over or too long."""
    found = []
    for language in LANGUAGES:
        wanted = {file_name(prompt.key): prompt for prompt in table().values()}
        there = {path.name: path.stat().st_size for path in (FOLDER / language).glob("*.ulaw")}
        found += [f"{language}/{name} is missing" for name in sorted(wanted.keys() - there.keys())]
        found += [f"{language}/{name} belongs to no prompt" for name in sorted(there.keys() - wanted.keys())]
        found += [
            f"{language}/{name} is longer than {wanted[name].most_s:.0f} s"
            for name in sorted(wanted.keys() & there.keys())
            if there[name] > wanted[name].most_s * level.RATE_HZ
        ]
    if _size() > MOST_BYTES:
        found.append(f"all together are larger than {MOST_BYTES} bytes")
    return found


def _spoken(voice: str, speed: str, text: str) -> bytes:
    """What espeak-ng says, as a telephone carries it: s16le, 8000 samples a second."""
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "spoken.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", speed, "-w", str(raw), text], check=True)
        form = ["-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-"]
        # A steady dither, so that the same text makes the same file again.
        return subprocess.run(["sox", "-D", str(raw), *form, *TELEPHONE], check=True, capture_output=True).stdout


def _with_short_pauses(sound: bytes) -> bytes:
    """Digital silence longer than a breath is cut down to one."""
    longest = bytes(2 * round(LONGEST_PAUSE_S * level.RATE_HZ))
    kept, pause = bytearray(), bytearray()
    for at in range(0, len(sound), 2):
        sample = sound[at : at + 2]
        if abs(int.from_bytes(sample, "little", signed=True)) <= SILENT_BELOW:
            pause += sample
            continue
        kept += pause[: len(longest)] + sample
        pause.clear()
    return bytes(kept + pause)


def _size() -> int:
    return sum(path.stat().st_size for path in FOLDER.glob("*/*.ulaw"))


if __name__ == "__main__":
    sys.exit(main())
