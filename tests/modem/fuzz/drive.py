"""Runs one fuzz target in this process: `python -m tests.modem.fuzz.drive TARGET --runs N`, or one case again.

With atheris the search is led by coverage; where it has no wheel (it is asked for where it has, see pyproject.toml)
our own mutator makes the same number of cases from the same corpus. The first failure ends the run and is printed
as hex with the line that replays it.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Protocol

from tests.modem.fuzz import mutator
from tests.modem.fuzz.watchdog import Watchdog

TARGETS = ("engine", "conversation", "pdu", "join", "submit")
FAILED = 77  # as libFuzzer has it
SHOWN_CALLERS = 12


class Target(Protocol):
    """A module tests/modem/fuzz/target_NAME.py."""

    LONGEST: int  # octets of a case

    def corpus(self) -> list[bytes]:
        """Good cases to begin with."""

    def try_one(self, data: bytes) -> None:
        """Raises, if something is wrong with what is tested."""


def load(name: str) -> Target:
    target: Target = importlib.import_module(f"tests.modem.fuzz.target_{name}")
    return target


class Trial:
    """Tries cases and, if one fails, says so in a way that can be repeated."""

    def __init__(self, name: str, plant: str) -> None:
        self._name, self._plant = name, plant
        self._target = load(name)
        self._watchdog = Watchdog()
        self._watchdog.start()
        self.corpus = self._target.corpus()
        self.longest = self._target.LONGEST

    @property
    def cases(self) -> int:
        return self._watchdog.cases

    def try_one(self, data: bytes) -> None:
        self._watchdog.cases += 1
        try:
            self._target.try_one(data)
        except BaseException as failure:
            self._tell(data, failure)
            raise SystemExit(FAILED) from failure

    def _tell(self, data: bytes, failure: BaseException) -> None:
        self._watchdog.stop()
        planted = f" --plant {self._plant}" if self._plant else ""
        lines = [
            *traceback.format_exception(failure, limit=-SHOWN_CALLERS),
            f"FAILED {self._name} after {self.cases} cases: {type(failure).__name__}: {failure}\n",
            f"input {data.hex()}\n",
            f"again: python -m tests.modem.fuzz.drive {self._name}{planted} --replay {data.hex() or '-'}\n",
        ]
        sys.stdout.write("".join(lines))
        sys.stdout.flush()


def own_search(trial: Trial, runs: int, seed: int) -> None:
    for data in mutator.cases(trial.corpus, seed, runs, trial.longest):
        trial.try_one(data)


def led_by_coverage(name: str, plant: str, runs: int, seed: int) -> None:
    """Ends the process."""
    import atheris  # noqa: PLC0415  # a wheel that not every machine has

    with atheris.instrument_imports(include=["modem"]):
        import_planted(plant)
        trial = Trial(name, plant)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for at, data in enumerate(trial.corpus):
            (corpus / f"{at:04}").write_bytes(data)
        options = {"runs": runs, "seed": seed, "max_len": trial.longest, "len_control": 0, "timeout": 120,
                   "rss_limit_mb": 1024, "artifact_prefix": f"{folder}/"}  # fmt: skip
        words = [f"-{name}={value}" for name, value in options.items()]
        atheris.Setup([sys.argv[0], *words, str(corpus)], trial.try_one)
        atheris.Fuzz()


def import_planted(plant: str) -> None:
    if plant:
        importlib.import_module("tests.modem.fuzz.plants").put_in(plant)


def has_atheris() -> bool:
    return importlib.util.find_spec("atheris") is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--search", choices=("best", "own"), default="best")
    parser.add_argument("--plant", default="", help="put in this bug first, to see that it is found")
    parser.add_argument("--replay", metavar="HEX", help="try this one case; - is the empty one")
    words = parser.parse_args()
    if words.replay is None and words.search == "best" and has_atheris():
        led_by_coverage(words.target, words.plant, words.runs, words.seed)
        return
    import_planted(words.plant)
    trial = Trial(words.target, words.plant)
    if words.replay is not None:
        trial.try_one(bytes.fromhex(words.replay.strip("-")))
    else:
        own_search(trial, words.runs, words.seed)
    sys.stdout.write(f"Done {trial.cases} runs\n")


if __name__ == "__main__":
    main()
