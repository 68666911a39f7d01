"""An empty database with every migration in it: made once, and copied by each test process instead of migrating anew.

As SQL it stays in pytest's cache until a migration changes, so that a few tests are run in seconds. A fresh clone has no
cache: there the migrations themselves are run.
"""

import hashlib
import os
import subprocess
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "quannan_migrated_"
# Of several processes that begin together one makes the database, the others wait for it.
_LOCK = 360_729_777


def template_database(cache: Path) -> str:
    """The name of a database as the migrations leave it.

    Args:
        cache: the folder in which it is kept as SQL.

    Raises:
        subprocess.CalledProcessError: the kept SQL cannot be written or read. What a migration raises is raised too.
    """
    digest = _digest()
    name, kept = PREFIX + digest, cache / f"{digest}.sql"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return name
        making = f"{name}_making"
        cursor.execute(f'CREATE DATABASE "{making}"')
        if kept.exists():
            _run("psql", making, "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(kept))
        else:
            _migrate(making)
            for other in cache.glob("*.sql"):
                other.unlink()
            _run("pg_dump", making, "--no-owner", "-f", f"{kept}.part")
            Path(f"{kept}.part").rename(kept)
        cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def _run(program: str, database: str, *words: str) -> None:
    settings = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    address = {name: str(settings[key]) for name, key in named.items() if settings[key]}
    subprocess.run([program, *words, database], check=True, env={**os.environ, **address}, stdout=subprocess.DEVNULL)


def _migrate(database: str) -> None:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        ContentType.objects.clear_cache()


def _digest() -> str:
    """Changes with every migration, with what migrations take from the program, and with the libraries."""
    files = [ROOT / "requirements.txt", *ROOT.glob("*/migrations/*.py"), *ROOT.glob("quannan/base/**/*.py")]
    content = hashlib.sha256()
    for path in sorted(files):
        content.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:16]
