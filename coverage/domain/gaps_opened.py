"""What an actor had opened and what runs now: an old form must not act on the row that followed."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from orgs.domain.acting import locked
from orgs.domain.refusals import StaleRecord
from orgs.domain.stale import refuse_stale

Row = TypeVar("Row", bound=models.Model)

GONE = "gone"
TAKEN_AWAY = "您打开之后,原来的记录已经撤回,没有写入。下面保留着您填的内容,仍要办理的请再提交一次。"


def held(row: Row, sentence: str) -> Row:
    """The row read again and locked, or a sentence where somebody has taken it away.

    Args:
        row: a saved instance; its values may be stale.
        sentence: said when it is gone.

    Raises:
        ValidationError: it is gone.
    """
    try:
        return locked(row)
    except ObjectDoesNotExist:
        raise ValidationError(sentence, code=GONE) from None


def refuse_other(model: Any, running: Any, opened: int, version: int, wanted: dict[str, Any]) -> None:
    """Refuses a write by someone who had opened another row than the one that runs, or an older version of it.

    Versions begin anew with every row, so that the version alone does not tell one row from another.

    Args:
        model: a tracked model with a period and a version.
        running: the locked row that runs now, None where there is none.
        opened: key of the row the actor had opened, 0 where there was none.
        version: the version the actor had opened, 0 where there was none.
        wanted: field → value the actor wants.

    Raises:
        StaleRecord: with what the actor had seen, what stands now, and what the actor wants.
        ValidationError: what the actor had opened is gone without a trace in the table.
    """
    if running is not None and running.pk == opened:
        refuse_stale(running, version, wanted)
        return
    if running is None and not opened:
        return
    now = running or model.objects.filter(pk=opened).first()
    if now is None:
        raise ValidationError(TAKEN_AWAY, code=GONE)
    history = model._meta.get_field("events").related_model
    # A row may be ended without a new version: the first event is what the actor saw.
    seen = history.objects.filter(pgh_obj_id=opened, version=version).order_by("pgh_id").first()
    asked = {
        model._meta.get_field(name).attname: value.pk if isinstance(value, models.Model) else value
        for name, value in wanted.items()
    }
    base = {name: getattr(seen, name) for name in (*asked, "period")} if seen else {}
    theirs = {name: (base.get(name), getattr(now, name)) for name in (*asked, "period")}
    raise StaleRecord(
        now,
        {name: pair for name, pair in theirs.items() if pair[0] != pair[1]},
        {name: (base.get(name), value) for name, value in asked.items() if base.get(name) != value},
    )
