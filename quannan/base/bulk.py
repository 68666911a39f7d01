"""Writing many rows at once: COPY for new ones, one joined UPDATE for changed ones.

Triggers see both as single statements. The caller is inside a transaction.
"""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_values

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})
_FLUSH = 1 << 20


def period(first: dt.date | None, until: dt.date | None = None) -> str:
    """A half-open range ``first ≤ t < until`` as PostgreSQL reads it; None is without bound."""
    return f"[{first or ''},{until or ''})" if first else f"(,{until or ''})"


def reserve_ids(model: type[models.Model], number: int) -> Iterator[int]:
    """``number`` fresh primary keys from the model's sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return iter([row[0] for row in cursor.fetchall()])


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (list, tuple)):
        quoted = ",".join('"' + str(part).replace("\\", "\\\\").replace('"', '\\"') + '"' for part in value)
        return ("{" + quoted + "}").translate(_ESCAPES)
    return str(value)


class _Lines(io.RawIOBase):
    """Rows as the stream that COPY reads, made while it is read."""

    def __init__(self, rows: Iterator[Sequence[Any]]) -> None:
        self._rows = rows
        self._buffer = b""
        self.written = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = _FLUSH if size < 0 else size
        pieces, length = [self._buffer], len(self._buffer)
        while length < wanted:
            batch = list(islice(self._rows, 500))
            if not batch:
                break
            self.written += len(batch)
            piece = "".join("\t".join(map(_text, row)) + "\n" for row in batch).encode()
            pieces.append(piece)
            length += len(piece)
        whole = b"".join(pieces)
        self._buffer = whole[wanted:]
        return whole[:wanted]


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows by COPY; returns how many.

    ``fields``: field names of the model (``organization_id`` for a foreign key); every column
    without a default in the database must be among them. ``rows``: values in that order, already as
    stored: encrypted text encrypted, ranges made by ``period``.
    """
    meta = model._meta
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in fields)
    lines = _Lines(iter(rows))
    with connection.cursor() as cursor:
        # The driver's own cursor: the wrapper that counts queries does not know the block size.
        cursor.cursor.copy_expert(f'COPY "{meta.db_table}" ({columns}) FROM STDIN', lines, size=_FLUSH)
    return lines.written


def update_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Change rows by their primary key in one statement a thousand; returns how many.

    ``rows``: (id, value, …) in the order of ``fields``, values as stored.
    """
    meta = model._meta
    found = [meta.get_field(name) for name in fields]
    settings = ", ".join(f'"{field.column}" = v."{field.column}"::{field.db_type(connection)}' for field in found)
    names = ", ".join(f'"{field.column}"' for field in found)
    statement = (
        f'UPDATE "{meta.db_table}" AS t SET {settings} FROM (VALUES %s) AS v(id, {names}) WHERE t.id = v.id::bigint'
    )
    waiting = iter(rows)
    changed = 0
    with connection.cursor() as cursor:
        while batch := [tuple(row) for row in islice(waiting, 1000)]:
            execute_values(cursor.cursor, statement, batch, page_size=len(batch))
            changed += len(batch)
    return changed
