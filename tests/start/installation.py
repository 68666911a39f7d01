"""An installation with a state folder of its own, driven through the commands as a person types them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from quannan.base.keeper import running_environment
from quannan.base.var import ROOT, Var

NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "PORT", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PYTHONWARNINGS"}


def until(condition: Callable[[], object], seconds: float = 90) -> None:
    """Wait until the condition holds; fails after that many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Installation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.var = Var(folder)
        self.begun: list[subprocess.Popen[str]] = []

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED and not k.startswith("PYTEST")}
        return kept | {"QUANNAN_VAR": str(self.folder)} | more

    def manage(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ROOT / "bin/manage"), *words],
            env=self.environment(**more),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=300,
        )

    def begin(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Type a command and do not wait for it; what it says can be read from its stdout."""
        begun = subprocess.Popen(
            [str(ROOT / words[0]), *words[1:]],
            env=self.environment(**more),
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.begun.append(begun)
        return begun

    def close(self) -> None:
        """End the commands that were begun and close the lines to them."""
        for begun in self.begun:
            begun.terminate()
            begun.wait(60)
            if begun.stdout:
                begun.stdout.close()
        self.begun.clear()

    def hold(self) -> subprocess.Popen[str]:
        """A command that uses the services until it is ended."""
        held = self.begin(
            "bin/manage", "shell", "-v", "0", "-c", "print('here', flush=True); import time; time.sleep(900)"
        )
        assert held.stdout is not None
        while "here" not in (line := held.stdout.readline()):
            assert line, "the command ended early"
        return held

    def runs(self) -> bool:
        return bool(running_environment(self.var))

    def processes(self, mark: str = "") -> list[int]:
        """The processes of this installation, those with `mark` in their command line."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal() or int(entry.name) == os.getpid():
                continue
            try:
                environ = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            ours = f"QUANNAN_VAR={self.folder}\0".encode() in environ or os.fsencode(self.folder) in words
            # Valkey writes its own words over the ones it was given.
            ours = ours or os.fsencode(self.var.sockets) in words
            if ours and mark.encode() in words:
                found.append(int(entry.name))
        return sorted(found)

    def the_process(self, mark: str) -> int:
        """The oldest of this installation's processes with `mark` in their command line."""
        return self.processes(mark)[0]

    def is_quiet(self) -> bool:
        """No process and no socket is left."""
        return not self.processes() and not self.var.sockets.exists()

    def end(self) -> None:
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        until(lambda: not self.processes())
