"""Makes the voices of the demo's citizens: what they say when somebody lets them speak on the simulated landline.

    python tools/make_sample_voices.py        # needs Debian's espeak-ng and sox; run after a text below has changed

The texts are invented. Pinyin, because espeak-ng reads Chinese characters wrongly.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "appliance" / "sample_voices"
VOICES = {
    "lamp": (
        "cmn-latn-pinyin",
        (
            "ni3 hao3. wo3 shi4 cheng2 guan1 zhen4 dong1 jie1 de5 ju1 min2. men2 kou3 de5 lu4 deng1 huai4 le5"
            " san1 tian1, wan3 shang5 kan4 bu2 jian4 lu4, qing3 lai2 xiu1 yi2 xia4. xie4 xie5."
        ),
    ),
    "water": (
        "cmn-latn-pinyin",
        (
            "ni3 hao3, wo3 men5 cun1 cong2 zuo2 tian1 zao3 shang5 ting2 shui3 dao4 xian4 zai4,"
            " qing3 wen4 shen2 me5 shi2 hou5 neng2 lai2 shui3?"
        ),
    ),
    "hole": (
        "en",
        (
            "Good evening. There is a deep hole in the road in front of the middle school, and the children walk"
            " past it every morning. Please have somebody look at it."
        ),
    ),
}


def main() -> None:
    """Write one WAV (8000 Hz, 16 bit, mono) a voice."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, (voice, text) in VOICES.items():
            raw = Path(scratch) / f"{name}.wav"
            subprocess.run(["espeak-ng", "-v", voice, "-s", "165", "-w", str(raw), text], check=True)
            telephone = ["rate", "8000", "sinc", "300-3400", "norm", "-9"]
            subprocess.run(
                ["sox", str(raw), "-b", "16", "-c", "1", str(FOLDER / f"{name}.wav"), *telephone], check=True
            )


if __name__ == "__main__":
    main()
