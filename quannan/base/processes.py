"""Children that cannot outlive their parent, and the end of those whose parent was killed all the same."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    words: Sequence[str],
    *,
    log: IO[bytes] | int | None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
    as_plain_user: bool = False,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child that gets `on_parent_death` from the kernel when this process ends in whatever way.

    `as_plain_user` lets root start a program that refuses root: in a user namespace where root's own files belong to
    an ordinary user; likewise a user without a name, as containers have them. `own_session` keeps a terminal's Ctrl-C away from it: its parent decides the order of stopping.
    Must be called from the main thread, whose end is what the kernel watches. Raises OSError if it cannot start.
    """
    in_namespace = as_plain_user and (os.geteuid() == 0 or not _has_name(os.geteuid()))
    if in_namespace and os.geteuid() == 0 and not _can_make_namespace():
        # Containers often forbid namespaces; then a nobody who may still open root's folders.
        setpriv = shutil.which("setpriv")
        if not setpriv:
            raise OSError("root 用户下启动数据库需要 setpriv(在 util-linux 软件包里)")
        return subprocess.Popen(
            [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_override",
             "--ambient-caps=+dac_override", "--pdeathsig", on_parent_death.name, "--", *words],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, cwd=cwd, start_new_session=own_session,
        )  # fmt: skip
    return subprocess.Popen(
        list(words),
        stdin=subprocess.DEVNULL if own_session else None,
        stdout=log,
        stderr=log,
        env=env,
        cwd=cwd,
        start_new_session=own_session,
        preexec_fn=_before_exec(on_parent_death, in_namespace),
    )


def _before_exec(on_parent_death: signal.Signals, in_namespace: bool) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        if in_namespace:
            _enter_namespace()
        # After the change of user, which would clear it.
        _libc.prctl(PR_SET_PDEATHSIG, int(on_parent_death), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _plain_user() -> int:
    """An ordinary user whom the machine knows by name: initdb asks for the name."""
    return next((user.pw_uid for user in pwd.getpwall() if user.pw_name == "nobody"), 65534)


def _enter_namespace() -> None:
    outside, group, inside = os.geteuid(), os.getegid(), _plain_user()
    if _libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {outside} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {group} 1")


def _can_make_namespace() -> bool:
    child = os.fork()
    if not child:
        try:
            _enter_namespace()
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def alive(pid: int, mark: str) -> bool:
    """Whether the process runs and its command line contains `mark` (pids are used again by others)."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return mark.encode() in words and state != "Z"


def end_orphan(pid: int, mark: str, gentle: signal.Signals, patience: float = 10) -> None:
    """End a process left behind by a parent that was killed: gently, after `patience` seconds by force."""
    for how, seconds in ((gentle, patience), (signal.SIGKILL, 5.0)):
        if not alive(pid, mark):
            return
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        end = time.monotonic() + seconds
        while alive(pid, mark) and time.monotonic() < end:
            time.sleep(0.02)


def stop(child: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Stop a child: each signal with the seconds it gets, then SIGKILL. Returns when it is gone."""
    for how, seconds in (*steps, (signal.SIGKILL, 10.0)):
        if child.poll() is not None:
            return
        child.send_signal(how)
        try:
            child.wait(seconds)
            return
        except subprocess.TimeoutExpired:
            continue
