"""bin/start: the whole program in one terminal. Starts everything, reports whatever stops, stops everything."""

import argparse
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from quannan.base import keeper
from quannan.base.prepare import first_content, prepare
from quannan.base.processes import spawn
from quannan.base.var import ROOT, SetupError, Var, lock

MOST_RESTARTS = 5
WITHIN_SECONDS = 60.0


def say(text: str) -> None:
    print(text, flush=True)


class Part:
    """One process of the program that runs as long as the program does."""

    def __init__(self, label: str, words: Sequence[str], log: Path, stop: Sequence[tuple[signal.Signals, float]]):
        """`stop`: the signals that end it, each with the seconds it is given."""
        self.label, self.words, self.log, self.stop_steps = label, list(words), log, list(stop)
        self.child: subprocess.Popen[bytes] | None = None
        self.restarts: list[float] = []
        self.steps_taken = 0

    def start(self, env: dict[str, str]) -> None:
        with open(self.log, "ab") as log:
            self.child = spawn([sys.executable, *self.words], log=log, env=env, cwd=ROOT)

    def ended(self) -> int | None:
        """The exit code of a part that stopped by itself, else None."""
        return self.child.poll() if self.child else None

    def urge(self, elapsed: float) -> None:
        """Send the next of its stopping signals when its time has come, SIGKILL after the last.

        `elapsed`: seconds since the stopping began.
        """
        assert self.child is not None
        steps = [*self.stop_steps, (signal.SIGKILL, 0.0)]
        due = sum(seconds for _, seconds in steps[: self.steps_taken])
        if self.steps_taken < len(steps) and elapsed >= due:
            self.child.send_signal(steps[self.steps_taken][0])
            self.steps_taken += 1

    def may_restart(self) -> bool:
        """Whether it has not stopped too often just now; counts this time."""
        now = time.monotonic()
        self.restarts = [moment for moment in self.restarts if now - moment < WITHIN_SECONDS] + [now]
        return len(self.restarts) <= MOST_RESTARTS


def parts(var: Var) -> list[Part]:
    worker = [
        "-m", "celery", "-A", "quannan.celery", "worker", "--pool", "prefork", "--concurrency", "2",
        "--loglevel", "INFO", "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    beat = [
        "-m", "celery", "-A", "quannan.celery", "beat", "--loglevel", "INFO", "--pidfile", "",
        "--schedule", str(var.run / "beat-schedule"),
    ]  # fmt: skip
    return [
        Part("网页服务", ["-m", "gunicorn", "-c", "python:quannan.web_server", "quannan.wsgi"], var.log / "web.log",
             [(signal.SIGTERM, 7)]),
        # A job that does not end in time is cut off and shown as interrupted; it can be continued.
        Part("后台任务", worker, var.log / "worker.log", [(signal.SIGTERM, 5), (signal.SIGQUIT, 2)]),
        Part("定时任务", beat, var.log / "beat.log", [(signal.SIGTERM, 3)]),
    ]  # fmt: skip


def claim(var: Var) -> int:
    """Be the only bin/start of this folder; raises SetupError where another one runs. Keep the handle."""
    claimed = lock(var.run / "start", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if claimed is None:
        raise SetupError(f"这个数据目录({var.root})上的程序已经在运行。要停下它,请在它的窗口按 Ctrl-C。")
    return claimed


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise SetupError(f"端口 {port} 要求系统管理员权限,请用 1024 以上的端口,如:PORT=8000 bin/start") from None
        except OSError:
            raise SetupError(
                f"端口 {port} 已被别的程序占用。请停下它,或换一个端口,如:PORT={port + 1} bin/start"
            ) from None


def answers(port: int) -> bool:
    """Whether the pages are served: any answer that is no error of the server's."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


class Supervisor:
    """Runs the parts until it is told to stop or one of them cannot be kept running."""

    def __init__(self, var: Var, port: int, env: dict[str, str]) -> None:
        self.var, self.port, self.env = var, port, env
        self.parts = parts(var)
        self.stopping = False
        self.services_log = keeper.log_file(var)
        self.read_to = self.services_log.stat().st_size if self.services_log.exists() else 0

    def run(self, greeting: Callable[[], str]) -> int:
        """Start the parts, print the greeting when pages are served, and watch. Returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        try:
            web, *others = self.parts
            web.start(self.env)
            text = greeting()
            if not self._wait_for_pages():
                return 0 if self.stopping else 1
            # After the pages: the processor belongs first to what people wait for.
            for part in others:
                part.start(self.env)
            say(text)
            while not self.stopping:
                if not self._look_after():
                    return 1
                time.sleep(0.3)
            return 0
        finally:
            self._stop()

    def _wait_for_pages(self, seconds: float = 120) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping:
            if answers(self.port):
                return True
            web = self.parts[0]
            if web.ended() is not None:
                say(f"网页服务没有启动成功,详见 {web.log}:\n{_tail(web.log)}")
                return False
            time.sleep(0.1)
        if not self.stopping:
            say(f"网页服务 {seconds:.0f} 秒内没有响应,详见 {self.parts[0].log}。")
        return False

    def _look_after(self) -> bool:
        """Restart what stopped, and say so; False when something stops again and again."""
        self._tell_of_services()
        if not self._keep_services():
            return False
        for part in self.parts:
            code = part.ended()
            if code is None:
                continue
            if not part.may_restart():
                say(f"{_now()} {part.label}一分钟内多次停止,程序随之停下。原因见 {part.log}:\n{_tail(part.log)}")
                return False
            part.start(self.env)
            say(f"{_now()} {part.label}意外停止(退出码 {code}),已重新启动。日志:{part.log}")
        return True

    def _keep_services(self) -> bool:
        needed = keeper.needed_services()
        if not needed or keeper.keeper_runs(self.var):
            return True
        try:
            keeper.ensure(self.var, needed)
        except SetupError as error:
            say(f"{_now()} 数据库和消息队列意外停止,没有恢复成功,程序随之停下。\n{error}")
            return False
        say(f"{_now()} 数据库和消息队列意外停止,已重新启动。日志:{self.services_log}")
        return True

    def _tell_of_services(self) -> None:
        if self.services_log.exists() and self.services_log.stat().st_size > self.read_to:
            with open(self.services_log, "rb") as log:
                log.seek(self.read_to)
                fresh = log.read()
            self.read_to += len(fresh)
            say(fresh.decode(errors="replace").rstrip())

    def _stop(self) -> None:
        running = [part for part in self.parts if part.child and part.child.poll() is None]
        began = time.monotonic()
        while running:
            elapsed = time.monotonic() - began
            for part in running:
                part.urge(elapsed)
            time.sleep(0.05)
            running = [part for part in running if part.child and part.child.poll() is None]

    def _told_to_stop(self, *_: object) -> None:
        if not self.stopping:
            say("正在停下……")
        self.stopping = True


def _now() -> str:
    return time.strftime("%H:%M:%S")


def _tail(path: Path, lines: int = 12) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def start(arguments: argparse.Namespace) -> int:
    try:
        port = int(os.environ.get("PORT") or 8000)
    except ValueError:
        raise SetupError("环境变量 PORT 应为端口号,如:PORT=8001 bin/start") from None
    os.umask(0o077)
    var = Var.from_environment()
    os.environ |= {"QUANNAN_VAR": str(var.root), "PORT": str(port)}
    var.make()
    claimed = claim(var)
    check_port(port)
    with keeper.services(var) as addresses:
        env = {**os.environ, **addresses}
        prepare(var, addresses)
        first_content(var, addresses, empty=arguments.empty)

        def greeting() -> str:
            told = subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), "welcome"],
                env=env,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
            )
            if told.returncode:
                raise SetupError(f"没有查到可用的账号:\n{told.stderr[-4000:]}")
            return f"\n已启动:http://127.0.0.1:{port}/\n数据目录:{var.root}\n{told.stdout.strip()}\n按 Ctrl-C 停止。"

        code = Supervisor(var, port, env).run(greeting)
    os.close(claimed)
    say("已停止。")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bin/start", description="启动全南县非公党群工作台账。PORT 指定端口,QUANNAN_VAR 指定数据目录。"
    )
    parser.add_argument("--empty", action="store_true", help="不装演示数据(只在第一次启动时有意义)")
    arguments = parser.parse_args()

    def ended(*_: object) -> None:
        raise SystemExit(143)

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    try:
        return start(arguments)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
