"""Brings an installation's database up to the program's version, at most once for each version."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from quannan.base.var import ROOT, SetupError, Var, locked

APPS = ("quannan", "orgs", "coverage", "activities", "funding", "evaluation")


def version() -> str:
    """Digest over what decides the schema and the reference data: migrations, reference files and requirements."""
    whole = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode())
    files = [ROOT / "requirements.txt"]
    for app in APPS:
        for path in (ROOT / app).rglob("*"):
            told = path.relative_to(ROOT).as_posix()
            if ("/migrations/" in told or "/data/" in told or "reference" in told) and path.suffix in {
                ".py",
                ".json",
                ".csv",
                ".sql",
            }:
                files.append(path)
    for path in sorted(files):
        whole.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def is_prepared(var: Var) -> bool:
    stamp = _stamp(var)
    return stamp.exists() and stamp.read_text() == version()


def prepare(var: Var, env: dict[str, str]) -> None:
    """Migrate and load the reference data unless this version was prepared; raises SetupError with what went wrong.

    Embedded databases are remembered in their own folder, so a removed one is made again; an outside database may be
    exchanged behind our back, but then only for one that somebody migrated.
    """
    if is_prepared(var):
        return
    with locked(var.run / "prepare"):
        if is_prepared(var):
            return
        print("准备数据库……", file=sys.stderr, flush=True)
        _manage(env, "prepare", "数据库没有准备好")
        _stamp(var).write_text(version())


def _manage(env: dict[str, str], command: str, trouble: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), command],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SetupError(f"{trouble}:\n{done.stdout[-4000:]}")


def _stamp(var: Var) -> Path:
    return (var.run if os.environ.get("DATABASE_URL") else var.postgres) / "prepared"


def first_content(var: Var, env: dict[str, str], *, empty: bool) -> None:
    """At a folder's very first start: the demo county, or with `empty` nothing. Later starts change nothing.

    A register that already has organizations of its own never gets the demo. Raises SetupError with what went wrong.
    """
    stamp = _stamp(var).with_name("content")
    database = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == database:
        return
    if not empty:
        print("装入演示数据……", file=sys.stderr, flush=True)
        _manage(env, "first_content", "演示数据没有装好")
    stamp.write_text(database)
