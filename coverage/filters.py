"""One set of filters for the register's list, the drill-down behind a figure and their exports."""

from django.db.models import Exists, OuterRef, Q

from coverage.domain.bases import BASES, wide_measures
from coverage.domain.classes import LABELS as CLASS_LABELS
from coverage.domain.classes import class_condition
from coverage.models import ALL, LINE_LABELS, MEASURES, STATE_COLUMNS, Population, State
from coverage.queries import nearly_complete
from coverage.queries_statistics import WAYS, built_spans, covered_by, of_unknown_members
from coverage.tags import VERDICT_CHOICES, VERDICT_STATES
from orgs.lines import LINES, Line
from orgs.models import EstablishmentPlan, Instructor, Liaison, Unit
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.models.support import LiaisonKind
from orgs.queries import codes
from orgs.queries_list import search_condition
from quannan.base.filters import ListFilter, choice_filter, text_filter

MEASURE_LABELS = {
    "organizations": "有年度数字",
    "base": "正常经营",
    "eligible": "应建",
    "covered": "已建(应建中)",
    "gap": "应建未建",
    "unknown": "数据不足",
    "voluntary": "自愿已建",
    "unconfirmed": "已建待确认",
    "unknown_figures": "年度数字不明",
    "unknown_scale": "规模不明",
    "assumed": "年度数字前推",
    "excluded": "剔除",
    "work": "有工作覆盖",
    "one_missing": "只差一个组织即可全建",
    "built": "已有组织覆盖",
    **{f"built_{way}": f"由{label}的组织覆盖" for way, label in WAYS.items()},
    "unknown_members": "党员数不明",
    **{f"basis_{basis.code}": basis.words for basis in BASES if not basis.owed},
    **{f"built_of_{basis.code}": f"{basis.words}中已有组织覆盖的" for basis in BASES if not basis.owed},
    **{f"work_of_{basis.code}": f"{basis.words}中有工作覆盖的" for basis in BASES if not basis.owed},
}

# Filters of the list alone: the drill-down keeps to what its figure counted.
SUPPORT = ("reason", "liaison", "instructor", "guidance")
UNSTATED = "unstated"


class RegisterFilter(ListFilter):
    """Filters over spans at one date; each value reads as part of one sentence."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    own = choice_filter("下属单位", [("1", "不含下属单位")], "keep")
    kind = choice_filter("单位类别", Kind.choices, field_name="kind")
    industry = choice_filter("行业", (), field_name="industry")
    scale = choice_filter("规模", [("above", "规模以上"), ("below", "规模以下"), ("unknown", "规模不明")], "by_scale")
    party = choice_filter(Line.PARTY.label, VERDICT_CHOICES, "by_verdict")
    union = choice_filter(Line.UNION.label, VERDICT_CHOICES, "by_verdict")
    league = choice_filter(Line.LEAGUE.label, VERDICT_CHOICES, "by_verdict")
    women = choice_filter(Line.WOMEN.label, VERDICT_CHOICES, "by_verdict")
    women_workers = choice_filter(Line.WOMEN_WORKERS.label, VERDICT_CHOICES, "by_verdict")
    mechanism = choice_filter(Line.MECHANISM.label, VERDICT_CHOICES, "by_verdict")
    exclusion = choice_filter("剔除", [("no", "不在剔除中"), ("yes", "正在剔除")], "by_exclusion")
    quality = choice_filter(
        "数据质量",
        [
            ("unknown_figures", "年度数字不明"),
            ("unknown_scale", "规模不明"),
            ("assumed", "年度数字前推"),
            ("old_code", "只有旧代码"),
            ("no_code", "没有代码"),
        ],
        "by_quality",
    )
    reason = choice_filter("未建原因", (), "by_reason")
    liaison = choice_filter(
        "挂点", [("leader", "有领导挂点"), ("unit", "有挂点单位"), ("none", "没有挂点")], "by_liaison"
    )
    instructor = choice_filter("党建工作指导员", [("yes", "有"), ("no", "没有")], "by_instructor")
    guidance = choice_filter("分类", list(CLASS_LABELS.items()), "by_guidance")
    population = choice_filter("范围", Population.choices, "by_population")
    line = choice_filter("条线", list(LINE_LABELS.items()), "keep")
    measure = choice_filter("统计项", list(MEASURE_LABELS.items()), "by_measure")

    def __init__(self, data, queryset, *, as_of, units, industries, drill=False, choices=None):
        """Makes the filters for one request.

        Args:
            data: parameters of the address.
            queryset: spans at the date, limited to what the account may see.
            as_of: the date of the spans.
            units: UnitChoice rows the account may choose.
            industries: (code, label) pairs.
            drill: whether population, line and measure are read (the drill-down behind a figure).
            choices: further values by filter name.
        """
        self.paths = {u.code: u.path for u in units}
        reasons = [*codes(CodeList.NO_PARTY_REASON).items(), (UNSTATED, "应建未建、没填原因")]
        own = {"unit": [(u.code, u.name) for u in units], "industry": industries, "reason": reasons}
        super().__init__(
            data,
            queryset,
            as_of=as_of,
            choices=own | dict(choices or {}),
            units=units,
            industries=industries,
            drill=drill,
        )
        if not drill:
            for name in ("population", "line", "measure"):
                self.filters.pop(name)
        else:
            for name in (*LINES, "exclusion", *SUPPORT):
                self.filters.pop(name)

    def by_text(self, rows, name, value):
        return rows.filter(search_condition(value, "organization__"))

    def by_unit(self, rows, name, value):
        if self.value("own"):
            return rows.filter(unit__code=value)
        return rows.filter(unit__in=Unit.objects.filter(path__startswith=self.paths[value]))

    def by_scale(self, rows, name, value):
        wanted = {"above": True, "below": False}.get(value)
        if wanted is None:
            return rows.filter(known_figures=True, scale=None)
        return rows.filter(known_figures=True, scale=wanted)

    def by_verdict(self, rows, name, value):
        return rows.in_base().filter(**{f"{STATE_COLUMNS[name]}__in": VERDICT_STATES[value]})

    def by_exclusion(self, rows, name, value):
        return rows.filter(excluded=value == "yes")

    def by_quality(self, rows, name, value):
        return rows.filter(
            {
                "unknown_figures": Q(known_figures=False, excluded=False),
                "unknown_scale": Q(known_figures=True, scale=None, excluded=False),
                "assumed": Q(assumed=True, excluded=False),
                "old_code": Q(organization__uscc=None, organization__old_code__isnull=False),
                "no_code": Q(organization__uscc=None, organization__old_code=None),
            }[value]
        )

    def by_reason(self, rows, name, value):
        plans = EstablishmentPlan.objects.filter(organization=OuterRef("organization"), period__contains=self.as_of)
        if value != UNSTATED:
            return rows.filter(Exists(plans.filter(reason=value)))
        unstated = Q()
        for line in LINES:
            unstated |= Q(~Exists(plans.filter(line=line)), **{STATE_COLUMNS[line]: State.GAP})
        return rows.in_base().filter(unstated)

    def by_liaison(self, rows, name, value):
        liaisons = Liaison.objects.filter(organization=OuterRef("organization"), period__contains=self.as_of)
        if value == "none":
            return rows.filter(~Exists(liaisons))
        return rows.filter(Exists(liaisons.filter(kind=LiaisonKind(value))))

    def by_instructor(self, rows, name, value):
        sent = Exists(Instructor.objects.filter(organization=OuterRef("organization"), period__contains=self.as_of))
        return rows.filter(sent if value == "yes" else ~sent)

    def by_guidance(self, rows, name, value):
        return rows.filter(class_condition(value, self.as_of))

    def by_population(self, rows, name, value):
        # Counts of the base stand outside every population.
        if self.value("measure") in ("base", "excluded", "unknown_figures", "unknown_scale", "assumed"):
            return rows
        return rows.of_population(value)

    def by_measure(self, rows, name, value):
        wide = wide_measures(self.value("line") or ALL)
        if value in wide:
            return rows.filter(wide[value])
        plain = {
            "organizations": lambda: rows.of_population(self.value("population") or Population.ALL),
            "base": rows.in_base,
            "excluded": lambda: rows.filter(excluded=True),
            "unknown_figures": lambda: rows.in_base().filter(known_figures=False),
            "unknown_scale": lambda: rows.in_base().filter(known_figures=True, scale=None),
            "assumed": lambda: rows.in_base().filter(assumed=True),
            "work": lambda: rows.of_population(self.value("population") or Population.ALL).filter(work=True),
            "one_missing": lambda: rows.filter(pk__in=nearly_complete(user=None, as_of=self.as_of).values("pk")),
            "built": lambda: built_spans(rows, self.value("line") or ALL),
            "unknown_members": lambda: of_unknown_members(rows, self.as_of),
            **{
                f"built_{way}": lambda way=way: covered_by(rows, self.as_of, self.value("line") or ALL, way)
                for way in WAYS
            },
        }
        if value in plain:
            return plain[value]()
        within = rows if self.value("population") else rows.of_population(Population.ALL)
        return within.measured(self.value("line") or ALL, value) if value in MEASURES else rows.none()
