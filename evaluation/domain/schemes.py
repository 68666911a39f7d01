"""考核方案: made, copied, corrected while it is a draft, opened with an assessment for each subject, closed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.domain.scoring import CENT, half_up, plain
from evaluation.domain.submissions import name_of
from evaluation.models import Assessment, Band, Counting, Indicator, Rule, Scheme, SchemeState
from evaluation.permissions_scores import may_keep_schemes
from orgs.domain.acting import acting, day_of, locked, require_text
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.models import Exclusion, Organization, Unit
from orgs.permissions import scope_for
from quannan.base.bulk import copy_rows
from quannan.base.domain import audit
from quannan.base.errors import Refused

FACTS = (
    "year", "name", "subject", "of_kinds", "as_of", "full_score", "counting", "self_percent", "unit_percent",
    "county_percent", "bonus_cap", "veto_lowest", "note",
)  # fmt: skip
START_BANDS = (("优秀", Decimal(90)), ("良好", Decimal(80)), ("达标", Decimal(60)), ("不达标", Decimal(0)))
MOST_FULL = Decimal(1000)
# Full score and all bonuses together; a result has four digits before the point.
MOST_TOTAL = Decimal(9999)
NO_SCHEMES = "考核方案由两新工委办公室制定,您的角色不能修改。"
NOT_DRAFT = "考核方案已经启动,方案、指标和等次不能再改。要改请另拟方案。"
ALREADY_OPEN = "考核方案已经启动,不能再启动一次。"
SCHEME_CHANGED = "您打开之后,别人已改过这个方案(或它的指标、等次),没有保存。请回到方案页核对后重新打开这一页。"
NOT_OPEN = "考核方案不在评分中,不能结束。"

audit.name_actions(
    {
        "scheme.create": "新建考核方案",
        "scheme.copy": "另存考核方案",
        "scheme.correct": "修改考核方案",
        "scheme.bands": "修改考核等次",
        "scheme.open": "启动考核",
        "scheme.close": "结束考核",
    }
)
audit.name_details({"assessments": "考核", "unconfirmed": "未核定"})


def require_schemes(by: Any) -> None:
    """Refuses whoever may not make schemes.

    Args:
        by: the acting User, None for the system.

    Raises:
        NotAllowed: no role of the whole county gives the act.
    """
    if by is not None and not (may_keep_schemes(by) and scope_for(by, "assessments.schemes").county):
        raise NotAllowed(NO_SCHEMES)


def draft_of(scheme: Scheme, by: Any) -> Scheme:
    """The scheme locked, while it is a draft and the actor may change it.

    Args:
        scheme: the row.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it has been opened.
    """
    require_schemes(by)
    row = locked(scheme)
    if row.state != SchemeState.DRAFT:
        raise Refused(NOT_DRAFT)
    return row


def refuse_changed(row: Scheme, version: int | None) -> None:
    """Refuses an act upon a scheme that is no longer what the actor had looked at, its bands and indicators included.

    Args:
        row: the scheme, locked.
        version: the version the actor had opened; None asks nothing.

    Raises:
        Refused: others have changed it meanwhile.
    """
    if version is not None and version != row.version:
        raise Refused(SCHEME_CHANGED)


def touch(row: Scheme) -> None:
    """A change of bands or indicators is one of the scheme.

    Args:
        row: the scheme, locked.
    """
    row.version += 1
    row.save(update_fields=["version"])


def create_scheme(
    *, facts: dict[str, Any], by: Any, now: datetime, is_demo: bool = False,
    bands: Sequence[tuple[str, Decimal]] = START_BANDS,
) -> Scheme:  # fmt: skip
    """Makes a draft with bands and no indicators.

    Args:
        facts: FACTS of Scheme by name.
        by: the acting User, None for the system.
        now: the clock.
        is_demo: whether it goes with the demo county.
        bands: (name, first score) from the highest down.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field.
    """
    require_schemes(by)
    row = Scheme(**_checked(facts), is_demo=is_demo)
    row.validate_constraints()
    with acting(by):
        row.save(force_insert=True)
        Band.objects.bulk_create(Band(scheme=row, name=name, from_score=score) for name, score in bands)
        audit.record(action="scheme.create", by=by, now=now, obj=row, detail={"year": row.year})
    return row


def copy_scheme(*, scheme: Scheme, year: int, name: str, by: Any, now: datetime) -> Scheme:
    """A new draft for another year with the same rules, bands and indicators.

    Args:
        scheme: whose.
        year: of the copy; the day of its list moves along by whole years.
        name: of the copy.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: the year has a scheme of that name.
    """
    facts = {field: getattr(scheme, field) for field in FACTS} | {"year": year, "name": name}
    facts["as_of"] = _moved(scheme.as_of, year - scheme.year)
    with acting(by):
        made = create_scheme(facts=facts, by=by, now=now, bands=list(scheme.bands.values_list("name", "from_score")))
        Indicator.objects.bulk_create(
            Indicator(
                scheme=made, code=one.code, section=one.section, name=one.name, points=one.points, rule=one.rule,
                parameters=one.parameters, criteria=one.criteria, line=one.line, clause=one.clause,
                evidence_asked=one.evidence_asked, order=one.order,
            )
            for one in scheme.indicators.all()
        )  # fmt: skip
        audit.record(action="scheme.copy", by=by, now=now, obj=made, detail={"from": str(scheme)})
    return made


def _moved(day: Any, years: int) -> Any:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def correct_scheme(*, scheme: Scheme, version: int, facts: dict[str, Any], by: Any, now: datetime) -> Scheme:
    """Corrects a draft.

    Args:
        scheme: the row.
        version: the version the actor had opened.
        facts: of FACTS, by name.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it has been opened, or was changed meanwhile (StaleRecord).
        ValidationError: by field.
    """
    with acting(by):
        row = draft_of(scheme, by)
        wanted = _checked(facts)
        refuse_stale(row, version, wanted)
        for field, value in wanted.items():
            setattr(row, field, value)
        row.validate_constraints()
        row.version += 1
        row.save()
        audit.record(action="scheme.correct", by=by, now=now, obj=row, detail={"year": row.year})
    return row


def set_bands(
    *, scheme: Scheme, rows: Sequence[tuple[str, Decimal]], by: Any, now: datetime, version: int | None = None
) -> None:
    """Puts bands in place of a draft's.

    Args:
        scheme: a draft.
        rows: (name, first score, inclusive); one of them from 0, so that every score has a band.
        by: the acting User, None for the system.
        now: the clock.
        version: the scheme's version the actor had opened; None asks nothing.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it has been opened, or was changed meanwhile.
        ValidationError: none begins at 0, one above the full score, a name or score twice.
    """
    with acting(by):
        row = draft_of(scheme, by)
        refuse_changed(row, version)
        scores, names = [score for _, score in rows], [name.strip() for name, _ in rows]
        if Decimal(0) not in scores:
            raise ValidationError("最低的等次要从0分起,使每个得分都有等次。", code="no_lowest")
        if len(set(scores)) < len(scores) or len(set(names)) < len(names):
            raise ValidationError("等次名称和分数都不能重复,请核对。", code="twice")
        if not all(names) or max(scores) > row.full_score or min(scores) < 0:
            raise ValidationError(f"等次要有名称,分数在0至{plain(row.full_score)}之间,请核对。", code="out_of_range")
        # Whole rows in place of others: a name may pass from one to another.
        row.bands.all().delete()
        Band.objects.bulk_create(Band(scheme=row, name=name, from_score=score) for name, score in zip(names, scores, strict=True))  # fmt: skip
        touch(row)
        audit.record(action="scheme.bands", by=by, now=now, obj=row, detail={"bands": ["、".join(names)]})


def organizations_of(scheme: Scheme) -> QuerySet[Organization]:
    """Organizations a scheme assesses: of its kinds, in the register on its day and not excluded then.

    Args:
        scheme: of organizations.
    """
    excluded = Exclusion.objects.filter(organization=OuterRef("pk"), period__contains=scheme.as_of)
    rows: QuerySet[Organization] = (
        Organization.objects.registered_at(scheme.as_of)
        .filter(Q(kind__in=scheme.of_kinds), ~Exists(excluded))
        .order_by("sort_key", "pk")
    )
    return rows


def units_of(scheme: Scheme) -> QuerySet[Unit]:
    """Units a scheme assesses: those in use below the county.

    Args:
        scheme: of units.
    """
    return Unit.objects.filter(is_active=True, parent__isnull=False).order_by("order", "pk")


def faults_before_opening(scheme: Scheme) -> list[str]:
    """What keeps a draft from being opened, each with how to mend it.

    Args:
        scheme: a draft.
    """
    rows = list(scheme.indicators.all())
    faults = []
    if not any(row.rule != Rule.VETO for row in rows):
        faults.append("还没有计分的指标,请先添加。")
    points = sum((row.points for row in rows if row.rule not in (Rule.BONUS, Rule.VETO)), Decimal(0))
    if rows and points != scheme.full_score:
        faults.append(
            f"各项指标(不算加分)合计{plain(points)}分,与满分{plain(scheme.full_score)}分不等,请调整分值或满分。"
        )
    bonus = sum((row.points for row in rows if row.rule == Rule.BONUS), Decimal(0))
    if points + bonus > MOST_TOTAL:
        faults.append(f"满分与各项加分之和{plain(points + bonus)}分,超过{plain(MOST_TOTAL)}分,请调低加分。")
    if Decimal(0) not in [band.from_score for band in scheme.bands.all()]:
        faults.append("最低的等次要从0分起,请修改等次。")
    if any(band.from_score > scheme.full_score for band in scheme.bands.all()):
        faults.append("有的等次高于满分,请修改等次。")
    return faults


def open_scheme(*, scheme: Scheme, by: Any, now: datetime, version: int | None = None) -> int:
    """Opens a draft: from now on it stands still, with an assessment for each of its subjects; one COPY for all.

    Args:
        scheme: a draft.
        by: the acting User, None for the system.
        now: the clock.
        version: the version the actor had looked at; None asks nothing.

    Returns:
        How many assessments were made.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it is open already, was changed meanwhile, its indicators do not add up, or it would assess nobody.
    """
    require_schemes(by)
    with acting(by):
        row = locked(scheme)
        if row.state != SchemeState.DRAFT:
            raise Refused(ALREADY_OPEN)
        refuse_changed(row, version)
        if faults := faults_before_opening(row):
            raise Refused("".join(faults))
        if row.as_of > day_of(now):
            raise Refused(f"名单截至 {row.as_of},这一天还没有到,请先改为今天或更早的日期。")
        subjects = list((units_of(row) if row.of_units else organizations_of(row)).values_list("pk", "name"))
        if not subjects:
            raise Refused("这个方案没有考核对象,请核对组织类别和名单截至的日期。")
        row.state, row.opened_at, row.opened_by_name = SchemeState.OPEN, now, name_of(by)
        row.version += 1
        row.save()
        wanted = row.indicators.count()
        missing = ("missing", "self_missing", "unit_missing", "county_missing")
        same = {
            "scheme_id": row.pk, "state": "open", "vetoed": False, "confirmed_by_name": "", "version": 1,
            **dict.fromkeys(missing, wanted),
        }  # fmt: skip
        copy_rows(Assessment, ("unit_id" if row.of_units else "organization_id", "name"), subjects, same)
        detail = {"year": row.year, "assessments": len(subjects)}
        audit.record(action="scheme.open", by=by, now=now, obj=row, detail=detail)
    return len(subjects)


def close_scheme(*, scheme: Scheme, by: Any, now: datetime) -> int:
    """Closes a scheme: nothing is rated, confirmed or opened again under it.

    Args:
        scheme: an open one.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        How many assessments stay unconfirmed.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it is not open.
    """
    require_schemes(by)
    with acting(by):
        row = locked(scheme)
        if row.state != SchemeState.OPEN:
            raise Refused(NOT_OPEN)
        row.state, row.closed_at, row.closed_by_name = SchemeState.CLOSED, now, name_of(by)
        row.version += 1
        row.save()
        left = row.assessments.filter(confirmed_at=None).count()
        audit.record(action="scheme.close", by=by, now=now, obj=row, detail={"year": row.year, "unconfirmed": left})
    return left


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    checked = {field: facts[field] for field in FACTS if field in facts}
    checked["name"] = require_text(checked.get("name", ""), "name", "请填写方案名称。", 80)
    if checked.get("subject") == "unit":
        checked["of_kinds"] = []
    if checked.get("counting") == Counting.LAST:
        checked |= dict.fromkeys(("self_percent", "unit_percent", "county_percent"))
    full = checked.get("full_score")
    if full is not None and (full != half_up(full) or not CENT <= full <= MOST_FULL):
        raise ValidationError({"full_score": ValidationError("满分应在0至1000之间,最多两位小数。", code="range")})
    return checked
