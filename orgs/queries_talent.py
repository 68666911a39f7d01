"""Reads of 党群人才库 and 职业党群干部."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.lines import Line
from orgs.models import Candidate, Organization, ProfessionalWorker
from orgs.models.people import CandidateStatus
from orgs.queries import codes
from orgs.queries_people import ELSEWHERE, places_of
from orgs.queries_posts import posts_on


def candidates_on(user: Any, on: date) -> QuerySet[Candidate]:
    """The talent pool as it stood on a day; `status_then` is the status on that day.

    A withdrawal has a date of its own; whether somebody had been chosen is told by when it was recorded.

    Args:
        user: the signed-in User.
        on: the day, inclusive.
    """
    evening = timezone.make_aware(datetime.combine(on, time.max))
    events = apps.get_model("orgs", "CandidateEvent").objects.filter(
        pgh_obj_id=OuterRef("pk"),
        pgh_created_at__lte=evening,
        status__in=(CandidateStatus.AVAILABLE, CandidateStatus.CHOSEN),
    )
    recorded = Coalesce(
        Subquery(events.order_by("-pgh_id").values("status")[:1]), Value(CandidateStatus.AVAILABLE.value)
    )
    return (
        Candidate.objects.visible_to(user, on)
        .filter(entered_on__lte=on)
        .annotate(
            status_then=Case(
                When(left_on__lte=on, then=Value(CandidateStatus.WITHDRAWN.value)),
                default=recorded,
                output_field=CharField(),
            )
        )
        .select_related("person__organization", "person__unit")
    )


@dataclass(frozen=True)
class Entry:
    """One entry of the talent pool in words."""

    row: Candidate
    status: str
    place: str
    lines: str
    qualifications: str
    source: str
    posts: str

    @property
    def pk(self) -> int:
        return self.row.pk


def entries_in_words(rows: Iterable[Any], on: date, user: Any) -> list[Entry]:
    """Entries out of `candidates_on` in words; a fixed number of queries.

    Args:
        rows: the entries.
        on: the day, inclusive.
        user: the signed-in User.
    """
    rows = list(rows)
    qualifications, sources, titles = codes("qualification"), codes("leader_source"), codes("post")
    places = places_of((row.person for row in rows), user, on)
    held: dict[int, list[str]] = {}
    now = posts_on(user, on).filter(person__in={row.person_id for row in rows}).order_by("person", "-is_head", "pk")
    for person, line, post in now.values_list("person", "branch__line", "post"):
        held.setdefault(person, []).append(f"{Line(line).label}{titles.get(post, post)}")
    return [
        Entry(
            row=row,
            status=CandidateStatus(row.status_then).label,
            place=places[row.person_id],
            lines="、".join(Line(line).label for line in row.lines),
            qualifications="、".join(qualifications.get(code, code) for code in row.qualifications),
            source=sources.get(row.source, row.source),
            posts="、".join(held.get(row.person_id, ())),
        )
        for row in rows
    ]


def professionals_on(user: Any, on: date) -> QuerySet[ProfessionalWorker]:
    """职业党群干部 employed on a day.

    Args:
        user: the signed-in User.
        on: the day, inclusive.
    """
    rows = ProfessionalWorker.objects.visible_to(user, on).filter(period__contains=on)
    return rows.select_related("person__organization", "person__unit", "unit", "organization")


@dataclass(frozen=True)
class OwnEntry:
    """The entry of the talent pool on its person's page."""

    row: Candidate
    lines: str
    qualifications: str
    source: str


def entry_in_words(row: Candidate) -> OwnEntry:
    """An entry of the talent pool in words.

    Args:
        row: out of `entry_of_person`.
    """
    qualifications = codes("qualification")
    return OwnEntry(
        row,
        "、".join(Line(line).label for line in row.lines),
        "、".join(qualifications.get(code, code) for code in row.qualifications),
        codes("leader_source").get(row.source, row.source),
    )


@dataclass(frozen=True)
class Worker:
    """One employment in words."""

    row: ProfessionalWorker
    place: str
    sent_to: str
    lines: str
    source: str

    @property
    def pk(self) -> int:
        return self.row.pk


def workers_in_words(rows: Iterable[ProfessionalWorker], on: date, user: Any) -> list[Worker]:
    """Workers in words; a fixed number of queries. An organization out of the account's sight is not named.

    Args:
        rows: out of `professionals_on`.
        on: the day, inclusive.
        user: the signed-in User.
    """
    rows = list(rows)
    sources = codes("leader_source")
    places = places_of((row.person for row in rows), user, on)
    ids = {row.organization_id for row in rows if row.organization_id}
    seen = dict(Organization.objects.visible_to(user, on).filter(pk__in=ids).values_list("pk", "name"))
    return [
        Worker(
            row,
            places[row.person_id],
            seen.get(row.organization_id, ELSEWHERE) if row.organization_id else "",
            "、".join(Line(line).label for line in row.lines),
            sources.get(row.source, row.source),
        )
        for row in rows
    ]
