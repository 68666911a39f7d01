"""考核: rated sheet by sheet and worked out; what the lists read is written together with the scores."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from evaluation.domain.raters import rated_by, rated_q
from evaluation.domain.scoring import Outcome, fault_of, points_of, work_out
from evaluation.domain.submissions import name_of
from evaluation.models import (
    Assessment,
    AssessmentState,
    Band,
    Indicator,
    Rater,
    Scheme,
    SchemeState,
    Score,
)
from orgs.domain.acting import acting, locked
from orgs.domain.refusals import NotAllowed
from quannan.base.bulk import copy_rows, update_rows
from quannan.base.domain import audit
from quannan.base.errors import Refused

LONGEST = 300
# So many sheets are worked out at a time.
BATCH = 1000
NOT_RATED_BY_YOU = "您的角色不能替“{rater}”给这份考核评分。"
NOT_YOUR_INDICATOR = "这项指标不由您评分,请留空;条线部门只评本条线的指标。"
CONFIRMED = "这份考核已经核定,不能再评分。确有差错的,请两新工委办公室重开考核。"
SCHEME_CLOSED = "这个考核方案不在评分中,不能评分。"
CHANGED_MEANWHILE = (
    "您打开之后,别人已改过您也改了的指标,还没有保存。两边的内容都在下面,请核对后再保存;其余各项不受影响。"
)

audit.name_actions({"assessment.rate": "考核评分"})
audit.name_details({"rater": "评分人", "scores": "评分项"})


@dataclass(frozen=True)
class Rating:
    """What a rater says of one indicator.

    Attributes:
        raw: as the rule asks; None for not rated.
        note: why, "" for nothing.
        evidence: what proves it, "" for nothing.
    """

    raw: Decimal | None
    note: str = ""
    evidence: str = ""


NOT_RATED = Rating(None)


@dataclass(frozen=True)
class Conflict:
    """A line that two people changed.

    Attributes:
        indicator: which.
        theirs: what stands now.
        mine: what the actor wants.
        by_name: who wrote what stands, "" where it is gone.
    """

    indicator: Indicator
    theirs: Rating
    mine: Rating
    by_name: str


class LinesChanged(Refused):
    """Lines that the actor changed were changed by others meanwhile; nothing was written.

    Attributes:
        conflicts: those lines, in the scheme's order.
    """

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(CHANGED_MEANWHILE)
        self.conflicts = list(conflicts)


@dataclass(frozen=True)
class ScoreWrite:
    """One score to be written.

    Attributes:
        assessment_id: whose.
        indicator: of its scheme.
        rater: code of `Rater`.
        rating: without fault.
        held: (key, version) of the row that is there, None where there is none.
    """

    assessment_id: int
    indicator: Indicator
    rater: str
    rating: Rating
    held: tuple[int, int] | None = None


@dataclass(frozen=True)
class SchemeRead:
    """A scheme with what working out asks for.

    Attributes:
        scheme: the row.
        indicators: in order.
        bands: from the highest down.
    """

    scheme: Scheme
    indicators: list[Indicator]
    bands: list[Band]


def read_schemes(ids: Iterable[int]) -> dict[int, SchemeRead]:
    """Schemes with their indicators and bands: three queries.

    Args:
        ids: keys of schemes.
    """
    found = Scheme.objects.filter(pk__in=set(ids)).prefetch_related("indicators", "bands").order_by("pk")
    return {row.pk: SchemeRead(row, list(row.indicators.all()), list(row.bands.all())) for row in found}


def given_of(assessment_ids: Collection[int]) -> dict[int, dict[tuple[int, str], tuple[Decimal, Decimal]]]:
    """What raters found, by assessment: one query.

    Args:
        assessment_ids: whose.
    """
    found: dict[int, dict[tuple[int, str], tuple[Decimal, Decimal]]] = defaultdict(dict)
    rows = Score.objects.filter(assessment__in=assessment_ids, raw__isnull=False).order_by("pk")
    for assessment, indicator, rater, raw, points in rows.values_list(
        "assessment", "indicator", "rater", "raw", "points"
    ):
        if raw is not None and points is not None:
            found[assessment][indicator, rater] = (raw, points)
    return found


def outcomes_of(assessments: Sequence[Assessment]) -> dict[int, Outcome]:
    """Sheets worked out as they stand: four queries for any number.

    Args:
        assessments: rows.
    """
    reads = read_schemes(row.scheme_id for row in assessments)
    given = given_of([row.pk for row in assessments])
    return {
        row.pk: work_out((read := reads[row.scheme_id]).scheme, read.indicators, read.bands, given.get(row.pk, {}))
        for row in assessments
    }


def restate(assessment_ids: Iterable[int]) -> None:
    """Writes what follows from the scores: totals, bands and what is missing, for unconfirmed assessments.

    Args:
        assessment_ids: whose scores were written.
    """
    ids = sorted(set(assessment_ids))
    for at in range(0, len(ids), BATCH):
        found = Assessment.objects.filter(pk__in=ids[at : at + BATCH], state=AssessmentState.OPEN)
        rows = list(found.order_by("pk"))
        worked = outcomes_of(rows)
        update_rows(
            Assessment,
            ("total", "provisional_band", "missing", "self_missing", "unit_missing", "county_missing", "vetoed"),
            (_stated(row, worked[row.pk]) for row in rows),
        )


def _stated(row: Assessment, outcome: Outcome) -> tuple[Any, ...]:
    missing = [sum(rater not in line.given for line in outcome.lines) for rater in Rater]
    band = outcome.band.pk if outcome.band else None
    return (row.pk, outcome.total, band, len(outcome.missing), *missing, outcome.vetoed)


def share_schemes(ids: Iterable[int]) -> dict[int, str]:
    """Keeps schemes from being closed before this transaction ends; gives each one's state: one query.

    Whoever writes under a scheme takes its assessments first and then this.

    Args:
        ids: keys of schemes.
    """
    sql = "SELECT id, state FROM evaluation_scheme WHERE id = ANY(%s) ORDER BY id FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(set(ids))])
        return dict(cursor.fetchall())


def refuse_rating(assessment: Assessment, rater: str, by: Any) -> None:
    """Refuses whoever may not rate a sheet now.

    Args:
        assessment: with its scheme.
        rater: code of `Rater`.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: no role lets the actor rate it as that rater.
        Refused: the scheme is not open, or the result is confirmed.
    """
    wrong_rater = rater == Rater.UNIT and assessment.unit_id is not None
    if wrong_rater or not Assessment.objects.filter(rated_q(by, rater), pk=assessment.pk).exists():
        raise NotAllowed(NOT_RATED_BY_YOU.format(rater=Rater(rater).label))
    if assessment.scheme.state != SchemeState.OPEN:
        raise Refused(SCHEME_CLOSED)
    if assessment.state == AssessmentState.CONFIRMED:
        raise Refused(CONFIRMED)


def rate(
    *, assessment: Assessment, rater: str, ratings: Mapping[int, Rating], by: Any, now: datetime,
    seen: Mapping[int, Rating] | None = None,
) -> int:  # fmt: skip
    """Writes one rater's sheet, all of it or nothing.

    Args:
        assessment: whose.
        rater: code of `Rater`.
        ratings: indicator's key → what is found; indicators that are left out stay as they are.
        by: the acting User, None for the system.
        now: the clock.
        seen: indicator's key → what the actor had seen: only lines that differ from it are written, and only lines
            that others changed as well are refused. A key that is left out was seen empty; None asks nothing.

    Returns:
        How many scores were written; unchanged ones are not.

    Raises:
        NotAllowed: no role lets the actor rate it as that rater.
        Refused: the scheme is not open, the result is confirmed.
        LinesChanged: others have changed the same lines meanwhile.
        ValidationError: every fault at once, by "raw-" and the indicator's key.
    """
    with acting(by):
        row = locked(assessment)
        share_schemes([row.scheme_id])
        refuse_rating(row, rater, by)
        indicators = list(row.scheme.indicators.all())
        known = {one.pk: one for one in indicators}
        mine = {one.pk for one in rated_by(by, rater, indicators)}
        if seen is not None:
            ratings = {pk: rating for pk, rating in ratings.items() if rating != seen.get(pk, NOT_RATED)}
        _refuse_faults(ratings, known, mine)
        held = {score.indicator_id: score for score in row.scores.filter(rater=rater)}
        if seen is not None and (conflicts := list(_conflicts(ratings, seen, known, held))):
            raise LinesChanged(conflicts)
        writes = [
            ScoreWrite(row.pk, known[pk], rater, rating, (old.pk, old.version) if old else None)
            for pk, rating in ratings.items()
            if _says_news(rating, old := held.get(pk))
        ]
        write_scores(writes, by=by, now=now)
        restate([row.pk])
        if writes:
            detail = {"rater": Rater(rater).label, "scores": len(writes)}
            audit.record(action="assessment.rate", by=by, now=now, obj=row, detail=detail)
    return len(writes)


def _refuse_faults(ratings: Mapping[int, Rating], known: Mapping[int, Indicator], mine: Collection[int]) -> None:
    faults: dict[str, list[ValidationError]] = {}
    for pk, rating in ratings.items():
        told = []
        if pk not in known:
            told.append("这个方案没有这项指标。")
        elif pk not in mine:
            told.append(NOT_YOUR_INDICATOR)
        elif rating.raw is not None and (fault := fault_of(known[pk], rating.raw)):
            told.append(fault)
        if max(len(rating.note), len(rating.evidence)) > LONGEST:
            told.append(f"说明和佐证材料最多各写{LONGEST}个字,请缩短。")
        if told:
            faults[f"raw-{pk}"] = [ValidationError(sentence, code="raw") for sentence in told]
    if faults:
        raise ValidationError(faults)


def _conflicts(
    ratings: Mapping[int, Rating], seen: Mapping[int, Rating], known: Mapping[int, Indicator], held: Mapping[int, Score]
) -> Iterator[Conflict]:
    for pk, rating in ratings.items():
        old = held.get(pk)
        now = rating_of(old)
        if now != seen.get(pk, NOT_RATED) and now != rating:
            yield Conflict(known[pk], now, rating, old.by_name if old else "")


def rating_of(score: Score | None) -> Rating:
    """What a row says.

    Args:
        score: a row, None where there is none.
    """
    return Rating(score.raw, score.note, score.evidence) if score else NOT_RATED


def _says_news(rating: Rating, old: Score | None) -> bool:
    if old is None:
        return rating.raw is not None or bool(rating.note or rating.evidence)
    return (rating.raw, rating.note, rating.evidence) != (old.raw, old.note, old.evidence)


def write_scores(writes: Sequence[ScoreWrite], *, by: Any, now: datetime, by_name: str = "") -> None:
    """Writes scores that have been checked; points are worked out here and nowhere typed. Two statements for any number.

    Args:
        writes: rows, each (assessment, indicator, rater) once.
        by: the acting User, None for the system.
        now: the clock.
        by_name: kept as who rated; the account's name where left out.
    """
    who = {"by": by.pk if by is not None else None, "by_name": by_name or name_of(by), "at": now}
    new = [one for one in writes if one.held is None]
    if new:
        copy_rows(
            Score,
            ("assessment_id", "indicator_id", "rater", "raw", "points", "note", "evidence"),
            ((one.assessment_id, one.indicator.pk, str(one.rater), *_values(one)) for one in new),
            {"at": now, "by_id": who["by"], "by_name": who["by_name"], "frozen": False, "version": 1},
        )
    update_rows(
        Score,
        ("raw", "points", "note", "evidence", "at", "by", "by_name", "version"),
        (
            (one.held[0], *_values(one), now, who["by"], who["by_name"], one.held[1] + 1)
            for one in writes
            if one.held is not None
        ),
    )


def _values(one: ScoreWrite) -> tuple[Any, ...]:
    raw = one.rating.raw
    points = None if raw is None else points_of(one.indicator, raw)
    return raw, points, one.rating.note, one.rating.evidence
