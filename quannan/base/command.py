"""bin/manage: one management command with everything it needs running, and nothing left afterwards."""

import os
import signal
import sys
from collections.abc import Sequence

from quannan.base.embedded import postgres_programs
from quannan.base.keeper import services
from quannan.base.prepare import prepare
from quannan.base.processes import spawn
from quannan.base.var import ROOT, SetupError, Var

# They work on the schema itself, or need no database at all.
UNPREPARED = {
    "migrate", "makemigrations", "showmigrations", "sqlmigrate", "optimizemigration", "squashmigrations",
    "help", "--help", "version", "--version", "check", "diffsettings", "prepare",
}  # fmt: skip


def run(words: Sequence[str]) -> int:
    """Run manage.py with these words; returns its exit code, 128 + n when signal n ended it."""
    var = Var.from_environment()
    os.environ["QUANNAN_VAR"] = str(var.root)
    os.environ.setdefault("QUANNAN_COMMAND", "bin/manage")
    with services(var) as addresses:
        env = {**os.environ, **addresses}
        if "DATABASE_URL" in addresses:
            env["PATH"] = f"{postgres_programs()}{os.pathsep}{env.get('PATH', '')}"
        if words and words[0] not in UNPREPARED:
            prepare(var, addresses)
        child = spawn([sys.executable, str(ROOT / "manage.py"), *words], log=None, env=env, own_session=False)
        # Ctrl-C reaches the command from the terminal; here it must not cut the cleaning up short.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _: child.send_signal(received))
        code = child.wait()
    return code if code >= 0 else 128 - code


def main() -> int:
    def ended(*_: object) -> None:
        raise SystemExit(143)

    # Until the command itself runs: leave through the clean-up.
    signal.signal(signal.SIGTERM, ended)
    try:
        return run(sys.argv[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
