"""Tries a booster on a terminal: answers its questions until a patch is sent, and interrupts it in two places."""

import os
import pty
import re
import select
import signal
import socket
import struct
import sys
import tempfile
import termios
import threading
import time
from fcntl import ioctl

PATIENCE = 60
BOOSTER = sys.argv[1:]


class Terminal:
    """A program on a pseudo-terminal of 80 columns and 24 rows."""

    def __init__(self, *words):
        self.shown = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execvp(BOOSTER[0], [*BOOSTER, *words])
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, patience):
        if not select.select([self.terminal], [], [], patience)[0]:
            return False
        try:
            read = os.read(self.terminal, 65536)
        except OSError:
            return False
        text = read.decode(errors="replace")
        if "\x1b[6n" in text:
            self.types("\x1b[1;1R")
        self.shown += re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b\][^\x07]*\x07", " ", text)
        return bool(read)

    def waits_for(self, text):
        """Reads until the text was shown, since the last text that was waited for."""
        begun = time.monotonic()
        while text.lower() not in " ".join(self.shown.split()).lower():
            if time.monotonic() - begun > PATIENCE:
                self.fail(f"never shows {text!r}")
            if not self.read(1) and self.has_ended(wait=False):
                self.fail(f"ended without showing {text!r}")
        self.shown = ""

    def types(self, keys):
        os.write(self.terminal, keys.encode())

    def has_ended(self, wait=True):
        ended, status = os.waitpid(self.process, 0 if wait else os.WNOHANG)
        self.status = os.waitstatus_to_exitcode(status) if ended else None
        return bool(ended)

    def ends(self, *codes):
        begun = time.monotonic()
        while not self.has_ended(wait=False):
            self.read(0.1)
            if time.monotonic() - begun > PATIENCE:
                self.fail("does not end")
        if self.status not in codes:
            self.fail(f"ends with {self.status} instead of {codes}")

    def fail(self, what):
        try:
            os.kill(self.process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        sys.exit(f"{BOOSTER} {what}; it shows:\n{' '.join(self.shown.split())[-2000:]}")


def answers_questions():
    terminal = Terminal("customer", "patch", "123", "--sandbox")
    terminal.waits_for("What do you want to change?")
    terminal.types("first name")
    terminal.waits_for("First name")
    terminal.types("\t\r")
    terminal.waits_for("First name [")
    terminal.types("Augusta\r")
    terminal.waits_for("What now?")
    # Sending is one up from where the decision begins.
    terminal.types("\x1b[A\r")
    terminal.waits_for("Customer 123")
    terminal.ends(0)


def is_interrupted_at_a_question():
    terminal = Terminal("customer", "patch", "123", "--sandbox")
    terminal.waits_for("What do you want to change?")
    terminal.types("\x03")
    terminal.ends(130)


def is_interrupted_during_a_request():
    """By a service that never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    came = threading.Event()
    kept = []

    def accept():
        kept.append(listener.accept()[0])
        kept[0].recv(65536)
        came.set()

    threading.Thread(target=accept, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    terminal = Terminal("customer", "get", "123", "--base-url", url)
    if not came.wait(PATIENCE):
        terminal.fail("sends nothing")
    terminal.types("\x03")
    terminal.ends(130)


def main():
    os.environ.setdefault("BOOSTER_HOME", tempfile.mkdtemp())
    answers_questions()
    is_interrupted_at_a_question()
    is_interrupted_during_a_request()


main()
