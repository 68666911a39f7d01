"""The demo county's 考核: one scheme of 2010, rated by the three raters as far as offices usually get, half confirmed."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import Q

from evaluation.domain.assessments import Rating, ScoreWrite, restate, write_scores
from evaluation.domain.confirming import confirm_many
from evaluation.domain.indicators import add_indicator
from evaluation.domain.schemes import create_scheme, open_scheme
from evaluation.models import Assessment, Band, Indicator, Rater, Reopening, Rule, Scheme, Score
from orgs.domain.demo.clear import forget
from orgs.models import RoleAssignment
from orgs.models.organization import Kind
from quannan.base.events import subscribe

SEED = 360729_07
YEAR = 2010
DONE_AT = datetime(2011, 2, 18, 2, tzinfo=UTC)
# Of a hundred organizations: how many each rater has rated, and how many complete sheets are confirmed.
RATED = {Rater.SELF: 88, Rater.UNIT: 76, Rater.COUNTY: 64}
CONFIRMED = 55
WHO = {Rater.SELF: "本组织负责人", Rater.UNIT: "主管党(工)委", Rater.COUNTY: "两新工委办公室"}
NOTES = ("台账不全。", "查看会议记录。", "现场查看。", "与年报数字一致。")
# code, section, name, points, rule, parameters, criteria, line, clause
INDICATORS: tuple[tuple[Any, ...], ...] = (
    ("1.1", "健全组织", "台账和组织架构图", 8, "given", {}, "台账齐全、架构图上墙", "party", "三(一)"),
    ("1.2", "健全组织", "按期换届", 3, "deduct", {"each": "1", "unit": "次"}, "应换届而没有换的每个组织算一次", "party", "三(一)"),
    ("1.3", "健全组织", "工会、共青团、妇女组织齐全", 4, "given", {}, "缺一个扣4分,有组织但不活动扣2分", "", "二(三)"),
    ("2.1", "班子和队伍", "书记和班子", 15, "given", {}, "班子健全、分工明确、书记履职", "party", "三(二)"),
    ("2.2", "班子和队伍", "党员教育管理", 10, "ratio", {"full_at": "100"}, "按参加组织生活党员的百分比", "party", "三(二)"),
    ("3.1", "作用发挥", "党组织活动", 20, "given", {}, "创先争优、党员责任区、党员示范岗", "party", "三(三)"),
    ("3.2", "作用发挥", "职工权益和劳动竞赛", 12, "given", {}, "集体合同、技术比武、合理化建议", "union", "三(三)"),
    ("3.3", "作用发挥", "青年和妇女工作", 8, "given", {}, "青年文明号、巾帼文明示范岗", "", "三(三)"),
    ("4.1", "保障", "活动场所", 7, "given", {}, "有场所、有标牌、有制度", "", "四(三)"),
    ("4.2", "保障", "人均经费", 7, "steps", {"steps": [["10", "2"], ["20", "4"]], "more": "6"}, "每名党员每年不少于100元", "", "四(三)"),
    ("4.3", "保障", "联席会议", 6, "deduct", {"each": "2", "unit": "次"}, "每季度不少于一次,每缺一次扣2分", "", "四(一)"),
    ("5.1", "加分", "示范点和表彰", 3, "bonus", {"each": "1", "unit": "项"}, "县级以上示范点或表彰", "", "四(一)"),
    ("6.1", "否决", "弄虚作假、重大责任事故", 0, "veto", {}, "", "", "四(二)"),
)  # fmt: skip


@subscribe("demo.load")
def load_demo_scores(*, now: datetime, **payload: object) -> None:
    """Writes the scheme with its sheets, once.

    Args:
        now: the clock.
        payload: what else is announced.
    """
    if Scheme.objects.filter(is_demo=True).exists():
        return
    # The county's history ends in 2012: its assessment of 2010 was done in the spring after.
    now = min(now, DONE_AT)
    facts = {
        "year": YEAR, "name": f"{YEAR} 年度“两新”组织党群工作考核(演示)", "subject": "organization",
        "of_kinds": [str(Kind.ENTERPRISE), str(Kind.SOCIAL)], "as_of": date(YEAR, 12, 31),
        "full_score": Decimal(100), "counting": "last", "bonus_cap": Decimal(3), "veto_lowest": True,
        "note": "未评的指标请留空,不要填0;自评的须写佐证材料。",
    }  # fmt: skip
    row = create_scheme(facts=facts, by=None, now=now, is_demo=True)
    names = ("code", "section", "name", "points", "rule", "parameters", "criteria", "line", "clause")
    for line in INDICATORS:
        said = dict(zip(names, line, strict=True)) | {"points": Decimal(line[3]), "evidence_asked": line[0] == "5.1"}
        add_indicator(scheme=row, facts=said, by=None, now=now)
    open_scheme(scheme=row, by=None, now=now)
    # A real register beside the demo is not assessed by the demo's scheme.
    row.assessments.exclude(organization__is_demo=True).delete()
    _rate(row, now)


def _rate(row: Scheme, now: datetime) -> None:
    rng = Random(SEED)  # noqa: S311 - made up, the same every time
    indicators = list(row.indicators.order_by("order"))
    own = RoleAssignment.objects.filter(user__is_demo=True, organization__isnull=False)
    kept = set(own.values_list("organization_id", flat=True))
    sheets = list(row.assessments.order_by("organization_id").values_list("pk", "organization_id"))
    writes: dict[Rater, list[ScoreWrite]] = {rater: [] for rater in Rater}
    for pk, organization in sheets:
        quality = rng.betavariate(6, 1.6)
        vetoed = rng.randrange(100) < 2
        for rater, share in RATED.items():
            # The demo's secretary finds the self-rating still to be done.
            rates = rng.randrange(100) < share and not (organization in kept and rater == Rater.SELF)
            skipped = rng.randrange(len(indicators)) if rng.randrange(100) < 12 else None
            for at, one in enumerate(indicators):
                raw = _raw(one, rng, min(1.0, quality + (0.08 if rater == Rater.SELF else 0.0)), vetoed)
                note = rng.choice(NOTES) if rng.randrange(100) < 6 else ""
                proof = "文件和照片存档" if one.evidence_asked and rater == Rater.SELF else ""
                if rates and at != skipped:
                    writes[rater].append(ScoreWrite(pk, one, rater, Rating(raw, note, proof)))
    for rater, found in writes.items():
        write_scores(found, by=None, now=now, by_name=WHO[rater])
    restate([pk for pk, _ in sheets])
    complete = row.assessments.filter(missing=0, county_missing=0).exclude(organization__in=kept).order_by("pk")
    chosen = [pk for pk in complete.values_list("pk", flat=True) if rng.randrange(100) < CONFIRMED]
    confirm_many(assessment_ids=chosen, by=None, now=now)


def _raw(one: Indicator, rng: Random, quality: float, vetoed: bool) -> Decimal:
    if one.rule == Rule.VETO:
        return Decimal(int(vetoed))
    if one.rule == Rule.DEDUCT:
        return Decimal(sum(rng.random() > quality for _ in range(3)))
    if one.rule == Rule.STEPS:
        return Decimal(0) if rng.random() < quality else Decimal(rng.randrange(3, 40))
    if one.rule == Rule.RATIO:
        return Decimal(min(100, round(100 * (quality + rng.uniform(-0.08, 0.08)))))
    if one.rule == Rule.BONUS:
        return Decimal(int(rng.random() < 0.15))
    # Halves, as raters give them.
    share = max(0.0, min(1.0, quality + rng.uniform(-0.12, 0.14)))
    return Decimal(round(2 * float(one.points) * share)) / 2


@subscribe("demo.clear")
def clear_demo_scores(organization_ids: Collection[int] = (), **payload: object) -> None:
    """Deletes assessments of demo organizations and the demo's schemes, confirmed ones too.

    Args:
        organization_ids: the demo's organizations.
        payload: what else is announced.
    """
    of_demo = Q(organization__in=organization_ids) | Q(scheme__is_demo=True)
    taken = Assessment.objects.select_for_update(of=("self",)).filter(of_demo)
    sheets = list(taken.order_by("pk").values_list("pk", flat=True))
    Score.objects.filter(assessment__in=sheets, frozen=True).update(frozen=False)
    Score.objects.filter(assessment__in=sheets).delete()
    Reopening.objects.filter(assessment__in=sheets).delete()
    Assessment.objects.filter(pk__in=sheets).delete()
    schemes = list(Scheme.objects.filter(is_demo=True, assessments=None).order_by("pk"))
    keys = [scheme.pk for scheme in schemes]
    for scheme in schemes:
        scheme.indicators.all().delete()
        scheme.bands.all().delete()
        scheme.delete()
    forget(
        {
            Score: Q(assessment_id__in=sheets),
            Assessment: Q(pgh_obj_id__in=sheets),
            Band: Q(scheme_id__in=keys),
            Indicator: Q(scheme_id__in=keys),
            Scheme: Q(is_demo=True),
        }
    )
