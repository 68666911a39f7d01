"""Who may read which attachment: every purpose has its rule, written by the app it belongs to."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile

from quannan.base.models import Attachment

Rule = Callable[[object, Attachment], bool]

_rules: dict[str, Rule] = {}


def attachment_permission(purpose: str) -> Callable[[Rule], Rule]:
    """Decorator: the function says whether (user, attachment) of ``purpose`` may be read."""

    def register(function: Rule) -> Rule:
        _rules[purpose] = function
        return function

    return register


def may_read_attachment(user, attachment: Attachment) -> bool:
    """Whether ``user`` may read the file; nobody may if its purpose has no rule."""
    rule = _rules.get(attachment.purpose)
    return bool(user.is_authenticated and rule is not None and rule(user, attachment))


@contextmanager
def local_path(attachment: Attachment) -> Iterator[Path]:
    """The file as a path on this machine; a copy, removed afterwards, where the store is elsewhere."""
    try:
        path = Path(attachment.file.path)
    except NotImplementedError:
        with (
            NamedTemporaryFile(suffix=PurePath(attachment.file.name).suffix) as copy,
            attachment.file.open("rb") as stored,
        ):
            shutil.copyfileobj(stored, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path
