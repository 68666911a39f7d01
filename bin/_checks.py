"""Runs the checks and the tests on services of their own, in a state folder that is removed afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from quannan.base.embedded import postgres_programs
from quannan.base.keeper import TEMPORARY, services
from quannan.base.var import ROOT, SetupError, Var

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["djlint", "--lint", "--quiet", "templates"],
]


def missing_packages() -> list[str]:
    """The Debian packages that the browser tests need and the machine lacks."""
    missing = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True) if shutil.which("fc-list") else None
    if fonts is None or not fonts.stdout.strip():
        missing += ["fonts-noto-cjk", "fontconfig"]
    return missing


def install_packages() -> None:
    """Install the missing packages as root with apt-get, else say which are missing and stop."""
    missing = missing_packages()
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise SetupError(
            f"浏览器测试缺少软件包:{' '.join(missing)}。请管理员安装(apt-get install)后重新运行 bin/test。"
        )
    print(f"安装 {' '.join(missing)}……", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", "-qq", *words], env=env, capture_output=True, text=True, errors="replace")
        if done.returncode and words[0] == "install":
            raise SetupError(f"{done.stdout[-2000:]}{done.stderr[-2000:]}\n软件包没有装上:{' '.join(missing)}")


def run(words: Sequence[str], env: dict[str, str]) -> bool:
    """Run one check with its output shown; whether it passed."""
    print(f"--- {' '.join(words)}", flush=True)
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, env=env).returncode == 0


def main(arguments: Sequence[str]) -> int:
    install_packages()
    folder = tempfile.mkdtemp(prefix="quannan-test-")
    for name in ("DATABASE_URL", "REDIS_URL", "DEBUG"):
        os.environ.pop(name, None)
    os.environ |= {"QUANNAN_VAR": folder, TEMPORARY: "1"}
    try:
        with services(Var(Path(folder))) as addresses:
            env = {**os.environ, **addresses, "PATH": f"{postgres_programs()}{os.pathsep}{os.environ['PATH']}"}
            passed = True
            if not arguments:
                for words in CHECKS:
                    passed &= run(words, env)
                migrations = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
                print("--- makemigrations --check", flush=True)
                passed &= subprocess.run(migrations, cwd=ROOT, env=env).returncode == 0
                if not passed:
                    print("--- 上面的检查有没通过的,测试照常运行,最后按失败退出", flush=True)
            tests = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", *arguments], cwd=ROOT, env=env
            )
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, lambda number, _: tests.send_signal(number))
            code = tests.wait()
            return (code if code >= 0 else 128 - code) or int(not passed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ended(*_: object) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, ended)
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
