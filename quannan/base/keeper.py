"""One keeper for each state folder runs the embedded services for as long as anybody uses them.

Users hold a shared lock on `run/in-use`. The keeper, a child of none of them, tries for the same lock alone: it gets
it when the last user is gone, killed ones included, and then stops the services. Nothing is counted, so no count can
be wrong after a kill.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from quannan.base.embedded import Postgres, Service, Valkey
from quannan.base.processes import alive
from quannan.base.var import SetupError, Var, lock, locked

MOST_RESTARTS = 5
TEMPORARY = "QUANNAN_TEMPORARY"


def in_use(var: Var) -> Path:
    return var.run / "in-use"


def keeper_lock(var: Var) -> Path:
    return var.run / "keeper"


def keeper_pid(var: Var) -> Path:
    return var.run / "keeper.pid"


def services_file(var: Var) -> Path:
    return var.run / "services.json"


def needed_services() -> list[str]:
    """Names of the services that the environment does not provide."""
    missing = [("DATABASE_URL", Postgres.name), ("REDIS_URL", Valkey.name)]
    return [name for variable, name in missing if not os.environ.get(variable)]


def running_environment(var: Var) -> dict[str, str]:
    """The addresses of the services that run now for this folder; empty when none do."""
    try:
        handle = lock(keeper_lock(var), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return {}
    if handle is not None:
        os.close(handle)
        return {}
    try:
        environment: dict[str, str] = json.loads(services_file(var).read_text())["environment"]
    except (OSError, ValueError, KeyError):
        return {}
    return environment


@contextmanager
def services(var: Var) -> Iterator[dict[str, str]]:
    """Have the embedded services that are needed, started here or joined; yields their addresses as variables.

    At the end, if nobody else uses them, waits until they are gone. Raises SetupError where they do not start.
    """
    var.make()
    needed = needed_services()
    if not needed:
        yield {}
        return
    # Waits here while a keeper is stopping: it holds the lock alone until it has ended.
    user = lock(in_use(var), fcntl.LOCK_SH)
    assert user is not None
    try:
        yield ensure(var, needed)
    finally:
        os.close(user)
        wait_for_end(var)


def ensure(var: Var, needed: Sequence[str]) -> dict[str, str]:
    """Start the keeper unless it runs; returns the addresses. The caller holds the shared lock."""
    with locked(var.run / "setup"):
        environment = running_environment(var)
        if not environment:
            services_file(var).unlink(missing_ok=True)
            environment = _start_keeper(var, needed)
    if len(environment) < len(needed):
        raise SetupError(
            f"{var.root} 上已有程序在运行,它用的是外部数据库或外部消息队列。"
            "请按同样的 DATABASE_URL、REDIS_URL 运行,或先停下它。"
        )
    return environment


def _start_keeper(var: Var, needed: Sequence[str]) -> dict[str, str]:
    # Its own session and no inherited descriptors: it must outlive whoever started it, and hold none of their locks.
    with open(log_file(var), "ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "quannan.base.keeper", str(var.root), *needed],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert child.stdout is not None
    said = child.stdout.read().decode(errors="replace").strip()
    child.stdout.close()
    environment = running_environment(var)
    if said or not environment:
        raise SetupError(said or f"数据库和消息队列没有启动成功,详见 {log_file(var)}。")
    return environment


def wait_for_end(var: Var, seconds: float = 40) -> None:
    """Return when the keeper has ended, or at once when somebody else still uses the services."""
    pid = _noted_pid(var)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not keeper_runs(var):
            # Its lock is let go of an instant before the process is gone.
            while pid and alive(pid, "quannan.base.keeper") and time.monotonic() < end:
                time.sleep(0.01)
            return
        handle = lock(in_use(var), fcntl.LOCK_EX | fcntl.LOCK_NB)
        if handle is None:
            handle = lock(in_use(var), fcntl.LOCK_SH | fcntl.LOCK_NB)
            if handle is not None:
                os.close(handle)
                return
        else:
            os.close(handle)
        time.sleep(0.03)


def _noted_pid(var: Var) -> int:
    try:
        return int(keeper_pid(var).read_text())
    except (OSError, ValueError):
        return 0


def keeper_runs(var: Var) -> bool:
    handle = lock(keeper_lock(var), fcntl.LOCK_SH | fcntl.LOCK_NB)
    if handle is None:
        return True
    os.close(handle)
    return False


def log_file(var: Var) -> Path:
    return var.log / "services.log"


class Keeper:
    """The process that is parent to the servers."""

    def __init__(self, var: Var, names: Sequence[str]) -> None:
        self.var = var
        every: list[Service] = [Postgres(var, temporary=bool(os.environ.get(TEMPORARY))), Valkey(var)]
        self.services = [service for service in every if service.name in names]
        self.restarts: list[float] = []
        self.asked_to_stop = False

    def run(self) -> int:
        # Tried for a while: somebody who only asks whether a keeper runs holds the lock for an instant.
        for _ in range(100):
            if lock(keeper_lock(self.var), fcntl.LOCK_EX | fcntl.LOCK_NB) is not None:
                break
            time.sleep(0.02)
        else:
            return 0
        keeper_pid(self.var).write_text(str(os.getpid()))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_asked)
        try:
            for service in self.services:
                service.start()
        except (SetupError, OSError) as error:
            self._stop()
            print(error, flush=True)
            return 1
        self._publish()
        # Whoever started the keeper reads until this end of file: the services answer.
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.close(silent)
        return self._watch()

    def _watch(self) -> int:
        while not self.asked_to_stop:
            for service in self.services:
                if service.child is not None and service.child.poll() is not None and not self._restart(service):
                    self._stop()
                    return 1
            # Kept to the very end of the process, so that a newcomer waits until everything is down.
            if lock(in_use(self.var), fcntl.LOCK_EX | fcntl.LOCK_NB) is not None:
                break
            time.sleep(0.1)
        self._stop()
        return 0

    def _restart(self, service: Service) -> bool:
        assert service.child is not None
        now = time.monotonic()
        self.restarts = [moment for moment in self.restarts if now - moment < 60] + [now]
        if len(self.restarts) > MOST_RESTARTS:
            self._note(f"{service.label}一分钟内多次停止,不再重启。原因见 {self.var.log} 里的日志。")
            return False
        code = service.child.returncode
        try:
            service.start()
        except (SetupError, OSError) as error:
            self._note(f"{service.label}意外停止(退出码 {code}),重启失败:{error}")
            return False
        self._note(f"{service.label}意外停止(退出码 {code}),已重新启动。")
        return True

    def _note(self, text: str) -> None:
        print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}", file=sys.stderr, flush=True)

    def _publish(self) -> None:
        environment: dict[str, str] = {}
        for service in self.services:
            environment |= service.environment()
        aside = services_file(self.var).with_suffix(".new")
        aside.write_text(json.dumps({"keeper": os.getpid(), "environment": environment}))
        aside.rename(services_file(self.var))

    def _stop(self) -> None:
        keeper_pid(self.var).unlink(missing_ok=True)
        services_file(self.var).unlink(missing_ok=True)
        for service in reversed(self.services):
            service.stop()
        folder = self.var.sockets
        if folder.is_dir():
            for left in folder.iterdir():
                left.unlink(missing_ok=True)
            folder.rmdir()

    def _stop_asked(self, *_: object) -> None:
        self.asked_to_stop = True


def main() -> int:
    os.umask(0o077)
    return Keeper(Var(Path(sys.argv[1])), sys.argv[2:]).run()


if __name__ == "__main__":
    sys.exit(main())
