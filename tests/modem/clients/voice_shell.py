"""The other side of vm's voice shell: a script that vm runs and that tells vm what to do with the line.

`voice_shell.py device=DIALUP_LINE play=FILE keys=SECONDS record=FILE` does these one after the other and prints the
keys. vm passes two pipes by number and is woken by SIGPIPE after each line (vgetty's manual, "voice shell").
"""

from __future__ import annotations

import os
import signal
import sys


class Shell:
    def __init__(self) -> None:
        self._from_vm = os.fdopen(int(os.environ["VOICE_INPUT"]), "r")
        self._to_vm = os.fdopen(int(os.environ["VOICE_OUTPUT"]), "w")
        self._vm = int(os.environ["VOICE_PID"])
        self.keys = ""

    def say(self, line: str) -> None:
        self._to_vm.write(line + "\n")
        self._to_vm.flush()
        os.kill(self._vm, signal.SIGPIPE)

    def hear(self, *wanted: str) -> str:
        """The next of these lines; keys that come before it are kept."""
        while line := self._from_vm.readline().strip():
            if line == "RECEIVED_DTMF":
                self.keys += self._from_vm.readline().strip()
                if "RECEIVED_DTMF" in wanted:
                    return line
            elif line in wanted:
                return line
            elif line == "ERROR":
                sys.exit("vm says ERROR")
        sys.exit(f"vm said nothing more; {wanted} was wanted")

    def begin(self) -> None:
        self.hear("HELLO SHELL")
        self.ask("HELLO VOICE PROGRAM")
        self.ask("ENABLE EVENTS")
        self.ask("AUTOSTOP ON")  # a recording ends when the modem tells silence

    def ask(self, line: str, *before: str) -> None:
        self.say(line)
        for word in (*before, "READY"):
            self.hear(word)

    def wait_for_key(self, seconds: str) -> None:
        self.say(f"WAIT {seconds}")
        self.hear("WAITING")
        if self.hear("READY", "RECEIVED_DTMF") == "RECEIVED_DTMF":
            self.say("STOP")
            self.hear("READY")

    def end(self) -> None:
        self.say("GOODBYE")
        self.hear("GOODBYE SHELL")


def main(words: list[str]) -> None:
    shell = Shell()
    shell.begin()
    for word in words:
        what, _, value = word.partition("=")
        if what == "device":
            shell.ask(f"DEVICE {value}")
        elif what == "play":
            shell.ask(f"PLAY {value}", "PLAYING")
        elif what == "record":
            shell.ask(f"RECORD {value}", "RECORDING")
        elif what == "keys":
            shell.wait_for_key(value)
        else:
            sys.exit(f"{word}: not known")
    shell.end()
    sys.stdout.write(f"keys: {shell.keys}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
