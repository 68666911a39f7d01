"""Which organizations a text of names and codes means, for those that took part beside the host."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from activities.domain.recording import reachable
from orgs.models import Branch, Organization
from orgs.validators import normalise_code, normalise_name

SEPARATORS = re.compile(r"[、;;\n\r]+")
_WITH_CODE = re.compile(r"^(?P<name>.*?)[((](?P<code>[0-9A-Z -]{6,24})[))]$", re.IGNORECASE)


def said(text: str) -> tuple[str, ...]:
    """What one entry may mean, the surest first: the code in its brackets, itself.

    Args:
        text: 乙厂, 9136…, or 乙厂(9136…).
    """
    # Codes are typed with full-width figures and in small letters too.
    found = _WITH_CODE.match(unicodedata.normalize("NFKC", text))
    return (found["code"], text) if found else (text,)


def split(text: str) -> tuple[str, ...]:
    """The entries of a text, separated by 、 ; or a line, each once.

    Args:
        text: as typed.
    """
    return tuple(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))


def names_and_more(names: Iterable[str], hidden: int) -> str:
    """Those that took part as an account reads them.

    Args:
        names: of those in its sight, in order.
        hidden: how many more there were.
    """
    return "、".join([*names, *([f"另有{hidden}家"] if hidden else [])])


def unclear(text: str, number: int) -> str:
    """What is said of an entry that means none or several organizations.

    Args:
        text: the entry.
        number: how many within reach it means.
    """
    if number:
        return f"您的范围内有{number}家组织叫“{text}”,请改填统一社会信用代码。"
    return f"您的范围内没有“{text}”这家组织,请填全称或统一社会信用代码,几家用“、”隔开。"


def organizations_named(
    texts: Iterable[str],
    *,
    branch: Branch | None,
    days: tuple[date, date],
    kept: Sequence[Organization] = (),
    by: Any,
    now: datetime,
) -> tuple[list[Organization], list[str]]:
    """The organizations that entries mean, among those an account may name: two or three queries.

    Args:
        texts: entries as `split` gives them.
        branch: the body that held the activity, whose members may be named.
        days: first and last day on which it can have been held.
        kept: those that stand on record already.
        by: the acting User.
        now: the clock.

    Returns:
        The organizations, and a sentence for each entry that is not clear.
    """
    texts = tuple(texts)
    words = [word for text in texts for word in said(text)]
    codes = [normalise_code(word) for word in words]
    rows = Organization.objects.standing().filter(
        Q(uscc__in=codes) | Q(old_code__in=codes) | Q(name_key__in=[normalise_name(word) for word in words])
    )
    found = list(rows.order_by("pk")) if words else []
    allowed = reachable(found, branch, days, by, now) | {one.pk for one in kept}
    meant: list[Organization] = []
    problems = []
    for text in texts:
        hits: list[Organization] = []
        for word in said(text):
            code, key = normalise_code(word), normalise_name(word)
            hits = [
                one for one in found if one.pk in allowed and (code in (one.uscc, one.old_code) or key == one.name_key)
            ]
            if hits:
                break
        if len(hits) == 1:
            meant.append(hits[0])
        else:
            problems.append(unclear(text, len(hits)))
    return list({one.pk: one for one in meant}.values()), problems
