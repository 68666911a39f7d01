"""The folder where one installation keeps its state, and the keys made there at its first start."""

import base64
import fcntl
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class SetupError(Exception):
    """Something that the person at the keyboard can mend; its text says what and how."""


class Var:
    """The state folder: `QUANNAN_VAR`, or `var/` in the project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.secrets = root / "secrets"
        self.run = root / "run"
        self.log = root / "log"
        self.media = root / "media"
        self.temporary = root / "tmp"
        self.postgres = root / "postgres"
        self.valkey = root / "valkey"

    @classmethod
    def from_environment(cls) -> "Var":
        """The folder named by `QUANNAN_VAR`, relative to where the command was typed."""
        chosen = os.environ.get("QUANNAN_VAR")
        return cls(Path(chosen).absolute() if chosen else ROOT / "var")

    def make(self) -> None:
        """Make the folders, closed to everybody else; raises SetupError where that cannot be done."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.secrets, self.run, self.log, self.media, self.temporary):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"数据目录 {self.root} 建不起来({error.strerror})。请检查它的权限,或用 QUANNAN_VAR 指定另一个目录。"
            ) from error

    @property
    def sockets(self) -> Path:
        """A short private folder for sockets: their paths may not exceed 100 bytes, the state folder's may."""
        name = hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:12]
        base = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())
        return base / f"quannan-{os.getuid()}-{name}"

    def make_sockets(self) -> Path:
        """Make the folder for sockets and see that nobody else made it first; raises SetupError if so."""
        folder = self.sockets
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
            if not private:
                raise SetupError(f"{folder} 已被别的用户占用,为安全起见不能使用。请删除它再启动。") from None
        return folder

    def secret(self, name: str) -> str:
        """The key of that name, made at the first call and never changed by the program."""
        return self._kept(name, secrets.token_urlsafe(48))

    def field_key(self) -> str:
        """The key that personal fields are encrypted with: 32 random bytes in URL-safe base 64."""
        return self._kept("field-key", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())

    def _kept(self, name: str, fresh: str) -> str:
        path = self.secrets / name
        self.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            try:
                kept = path.read_text()
            except FileNotFoundError:
                kept = ""
            if kept:
                return kept
            # Written aside and linked: two processes at once end up with one and the same key.
            aside = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
            with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(fresh)
            try:
                if path.exists() and not path.stat().st_size:
                    path.unlink()  # a disk that was full once left it empty
                os.link(aside, path)
            except FileExistsError:
                pass
            finally:
                aside.unlink()


def lock(path: Path, how: int) -> int | None:
    """Take a lock on a file, `how` as for flock; None where LOCK_NB was given and another process holds it.

    The kernel lets go of it when the process ends, however it ends, so there are no stale locks.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, how)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock alone, waiting for it."""
    handle = lock(path, fcntl.LOCK_EX)
    assert handle is not None
    try:
        yield
    finally:
        os.close(handle)
