"""Writing many rows at once: COPY for new ones, one joined UPDATE for changed ones.

Triggers see both as single statements. The caller is inside a transaction.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal
from itertools import islice
from queue import Full, Queue
from threading import Event
from types import NoneType
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_values

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})
# Small pieces: the server works on one while the next is made.
_PIECE_ROWS = 50
# Rows that cost next to nothing to make: a thread that waits for its turn beside `made_ahead` waits less often.
CHEAP_ROWS = 1_000
_PIECE_BYTES = 1 << 16
# So many rows made ahead fit in memory beside everything else an import holds.
_AHEAD_PIECES = 400


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


def _escaped(value: str) -> str:
    # Looking is much quicker than replacing, and hardly any text has something to replace.
    return value.translate(_ESCAPES) if "\\" in value or not value.isprintable() else value


def _array(values: Sequence[Any]) -> str:
    quoted = ",".join('"' + str(part).replace("\\", "\\\\").replace('"', '\\"') + '"' for part in values)
    return _escaped("{" + quoted + "}")


def _other(value: Any) -> str:
    return _escaped(str(value))


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _escaped,
    NoneType: lambda _: "\\N",
    int: str,
    bool: lambda value: "t" if value else "f",
    list: _array,
    tuple: _array,
    dt.date: str,
    Decimal: str,
}


def _line(row: Iterable[Any]) -> str:
    """One row as COPY reads it, without the end of the line."""
    return "\t".join([_WRITERS.get(type(value), _other)(value) for value in row])


class _Lines(io.RawIOBase):
    """Rows as the stream that COPY reads, made while it is read; ``ending``: what every line ends with."""

    def __init__(self, rows: Iterator[Sequence[Any]], ending: str, piece: int) -> None:
        self._rows = rows
        self._ending = ending
        self._piece = piece
        self._buffer = b""
        self.written = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = _PIECE_BYTES if size < 0 else size
        if not self._buffer:
            lines = [_line(row) for row in islice(self._rows, self._piece)]
            self.written += len(lines)
            self._buffer = "".join([line + self._ending for line in lines]).encode()
        piece, self._buffer = self._buffer[:wanted], self._buffer[wanted:]
        return piece


@contextmanager
def made_ahead(rows: Iterable[Sequence[Any]]) -> Iterator[Iterator[Sequence[Any]]]:
    """Make costly rows in a thread of their own, while this one waits for the server with others.

    Some 20,000 are made ahead at most. What making them raises, taking them raises. Making them must not use the
    database: the thread has no transaction.

    Args:
        rows: values of rows, made as they are taken.

    Yields:
        The same rows in the same order.
    """
    made: Queue[list[Sequence[Any]]] = Queue(_AHEAD_PIECES)
    left = Event()

    def put(piece: list[Sequence[Any]]) -> None:
        while not left.is_set():
            with suppress(Full):
                made.put(piece, timeout=0.1)
                return

    def make() -> None:
        waiting = iter(rows)
        try:
            while not left.is_set() and (piece := list(islice(waiting, _PIECE_ROWS))):
                put(piece)
        finally:
            put([])

    def take(making: Future[None]) -> Iterator[Sequence[Any]]:
        while piece := made.get():
            yield from piece
        making.result()

    with ThreadPoolExecutor(1, thread_name_prefix="made-ahead") as threads:
        try:
            yield take(threads.submit(make))
        finally:
            left.set()


def copy_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, Any] | None = None,
    *,
    piece: int = _PIECE_ROWS,
) -> int:
    """Insert rows by COPY; returns how many.

    ``fields``: field names of the model (``organization_id`` for a foreign key); every column
    without a default in the database must be among them or in ``same``. ``rows``: values in that
    order, already as stored: encrypted text encrypted, ranges made by ``period``. ``same``: further
    fields, with the value that every row has. ``piece``: how many rows are made at a time.
    """
    meta = model._meta
    same = same or {}
    columns = ", ".join(f'"{meta.get_field(name).column}"' for name in (*fields, *same))
    lines = _Lines(iter(rows), "\t" + _line(same.values()) + "\n" if same else "\n", piece)
    with connection.cursor() as cursor:
        # The driver's own cursor: the wrapper that counts queries does not know the block size.
        cursor.cursor.copy_expert(f'COPY "{meta.db_table}" ({columns}) FROM STDIN', lines, size=_PIECE_BYTES)
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
