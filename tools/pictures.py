"""Takes the pictures of the READMEs from a running demo: `make pictures`. Needs Chromium and the developers' packages.

A call rings, a text came in, and the desk is shown, once in each language.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from appliance import sample
from modem.simulator.control import ask

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = {"zh_CN": "desk.zh-CN.png", "en": "desk.png"}
RINGING, WRITING = "13800010003", "13800010044"


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """A demo of its own; gives its address."""
    command = [sys.executable, "-m", "appliance", "demo", "--port", "0", "--data", str(folder)]
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        try:
            for _ in range(300):
                if found := re.search(r"http://127\.0\.0\.1:\d+/", (folder / "said").read_text()):
                    yield found[0]
                    return
                time.sleep(0.1)
            raise SystemExit("the demo did not start: " + (folder / "said").read_text())
        finally:
            process.terminate()
            process.wait(10)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, demo(Path(name)) as url, sync_playwright() as playwright:
        time.sleep(3)  # the modems register
        ask(Path(name) / "mobile1.sock", {"do": "sms", "number": WRITING, "text": sample.county()["sms"][0]})
        time.sleep(2)
        ask(Path(name) / "mobile2.sock", {"do": "ring", "number": RINGING})
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for language, picture in LANGUAGES.items():
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            page.goto(url)
            page.locator(f"button[value={language}]").click()
            page.fill("[name=username]", "wang")
            page.fill("[name=password]", "demo-operator")
            page.keyboard.press("Enter")
            page.wait_for_selector("article[data-state=ringing]")
            page.wait_for_selector("#sound:visible")  # the scripts have run
            time.sleep(1)  # the icons are drawn
            page.screenshot(path=str(PICTURES / picture))
            sys.stderr.write(f"{PICTURES / picture}\n")
        browser.close()


if __name__ == "__main__":
    main()
