"""How often Python looks for rings of objects while a long work makes hundreds of thousands that are none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects before the youngest are looked through, and how often that happens before the older ones are: a workbook of
# 20,000 rows is looked through a few times instead of hundreds. What nobody holds any more goes at once all the same.
_RARELY = (200_000, 20, 20)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Inside, the garbage collector runs seldom; afterwards as before. For work that makes many rows and no rings."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
