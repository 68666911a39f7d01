"""Acts on the register that are refused, and the sentences in which constraints speak when two people race."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from quannan.base.errors import Refused

TAKEN = {
    "orgs_organization_uscc_key": "台账里已有这个统一社会信用代码的组织,请按代码查找后在原有记录上修改。",
    "orgs_organization_old_code_key": "台账里已有这个旧代码的组织,请按代码查找后在原有记录上修改。",
    "orgs_user_username_key": "这个登录名已有人使用,请换一个。",
}


class NotAllowed(Refused):
    """The actor's roles do not give this act, or the row lies outside the actor's scope."""


class StaleRecord(Refused):
    """Somebody else has changed the row since the actor opened it; nothing was written.

    Attributes:
        current: the row as it stands now.
        theirs: field → (value the actor had seen, value now), what others changed meanwhile.
        mine: field → (value the actor had seen, value the actor wants).
    """

    def __init__(self, current: Any, theirs: dict[str, tuple], mine: dict[str, tuple]) -> None:
        super().__init__("您打开之后,别人已改过这条记录。请对照两边的差别,再决定保存哪些内容。")
        self.current = current
        self.theirs = theirs
        self.mine = mine


@contextmanager
def constraints_speak() -> Iterator[None]:
    """Turns a broken constraint of the register into the sentence that the constraint owns.

    Raises:
        ValidationError: instead of the IntegrityError, code = the constraint's name.
    """
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        sentence = TAKEN.get(name) or _sentence_of(name)
        if sentence is None:
            raise
        raise ValidationError(sentence, code=name) from error


def _sentence_of(name: str) -> str | None:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    return None
