"""Planning the demo county's organizations: who they are, where they stand, their figures and exclusions by year."""

import math
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from orgs.domain.demo.names import COUNTRY_TRADES, FACTORIES, SOCIETIES, TOWN_TRADES, Names, Trade
from orgs.domain.demo.plan import FIRST_DAY, LAST_DAY, PlannedExclusion, PlannedFigures, PlannedOrganization

SURVEY = date(2011, 6, 30)
YEAR_ENDS = tuple(date(year, 12, 31) for year in (2009, 2010, 2011, 2012))

PARK, INDUSTRY_BUREAU, FOREST_FARM, COUNTY_SEAT = "36072910", "36072911", "36072912", "36072913"
TOWN = "36072901"
# Enterprises and social organizations per unit, in parts of a hundred and more.
ENTERPRISE_UNITS = {
    TOWN: 15, "36072902": 8, "36072903": 8, "36072904": 7, "36072905": 5, "36072906": 5, "36072907": 3,
    "36072908": 3, "36072909": 3, PARK: 25, INDUSTRY_BUREAU: 15, FOREST_FARM: 2, COUNTY_SEAT: 1,
}  # fmt: skip
SOCIAL_UNITS = {
    TOWN: 34, "36072902": 7, "36072903": 7, "36072904": 6, "36072905": 5, "36072906": 5, "36072907": 3,
    "36072908": 3, "36072909": 3, PARK: 2, INDUSTRY_BUREAU: 2, FOREST_FARM: 1, COUNTY_SEAT: 22,
}  # fmt: skip
APPROVERS = ("县委“两新”工委办公室", "县委“两新”工委第一次例会", "县委“两新”工委第三次例会")
EXCLUSIONS = (
    ("suspended", "订单不足,全面停产,留守人员不足3人", 5),
    ("suspended", "厂区改造,停产待复工", 4),
    ("shell", "登记后未实际经营,无人员无场所", 3),
    ("lost", "登记地址查无此单位,联系人电话停机", 4),
    ("duplicate_licence", "与同一业主的另一家企业一套人马、一处厂房", 2),
    ("revoked", "连续两年未年检,已吊销营业执照,未办注销", 2),
)


def _pick(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def plan_organizations(rng: Random, names: Names, size: int) -> list[PlannedOrganization]:
    """All organizations with their placements, figures, exclusions and closures.

    Args:
        rng: where the choices come from.
        names: gives out names and codes.
        size: how many.
    """
    return [_organization(rng, names, number) for number in range(size)]


def _organization(rng: Random, names: Names, number: int) -> PlannedOrganization:
    kind = "enterprise" if rng.random() < 0.81 else "social"
    unit = _pick(rng, ENTERPRISE_UNITS if kind == "enterprise" else SOCIAL_UNITS)
    trade, registration_type = _trade(rng, kind, unit)
    registered_on, precision = _registration(rng)
    has_old_code = rng.random() < 0.02
    name = names.organization(kind, trade, registration_type)
    planned = PlannedOrganization(
        number=number,
        kind=kind,
        name=name,
        registration_type=registration_type,
        industry=trade.industry,
        trade=trade.word,
        registered_on=registered_on,
        registered_precision=precision,
        uscc=None if has_old_code else names.uscc(kind, registration_type),
        old_code=names.old_code() if has_old_code else None,
        contact_name=names.person(),
        contact_phone=names.phone(),
    )
    if kind == "enterprise" and rng.random() < 0.03:
        planned.former_names = [names.organization(kind, trade, registration_type)]
        planned.remark = "改制更名,原单位债权债务由本单位承继。"
    _closure(rng, planned)
    _placements(rng, planned, unit)
    _figures(rng, planned, trade)
    _exclusions(rng, planned)
    return planned


def _trade(rng: Random, kind: str, unit: str) -> tuple[Trade, str]:
    if kind == "social":
        return rng.choice(SOCIETIES)
    if unit == PARK:
        trade = rng.choice(FACTORIES)
    elif unit == FOREST_FARM:
        trade = rng.choice([t for t in COUNTRY_TRADES if t.word in ("竹木", "林业", "水电")])
    elif unit in (TOWN, COUNTY_SEAT):
        trade = rng.choice(TOWN_TRADES)
    elif unit == INDUSTRY_BUREAU:
        trade = rng.choice(FACTORIES + COUNTRY_TRADES[:5])
    else:
        trade = rng.choice(COUNTRY_TRADES + COUNTRY_TRADES + FACTORIES[3:9])
    types = {"private": 50, "limited": 24, "shares": 4, "sole": 14, "partnership": 2, "hmt": 4, "foreign": 2}
    if trade.size > 1.3:
        types |= {"hmt": 18, "foreign": 7, "sole": 2, "partnership": 0}
    return trade, _pick(rng, types)


def _registration(rng: Random) -> tuple[date, str]:
    """Four fifths were there before 2009; dates known to the month or year stand on their first day."""
    if rng.random() < 0.78:
        day = FIRST_DAY - timedelta(days=1 + int(rng.random() ** 1.5 * 5400))
    else:
        day = _day_between(rng, FIRST_DAY, date(2012, 9, 30))
    known = rng.random()
    if known < 0.03 and day < FIRST_DAY:
        return date(day.year, 1, 1), "year"
    if known < 0.10 and day.day != 1:
        return day.replace(day=1), "month"
    return day, "day"


def _closure(rng: Random, planned: PlannedOrganization) -> None:
    first = max(planned.registered_on + timedelta(days=420), date(2009, 3, 1))
    if rng.random() < 0.055 and first < date(2012, 11, 30):
        planned.closed_on = _day_between(rng, first, date(2012, 11, 30))
        planned.closed_state = "deregistered" if rng.random() < 0.75 else "moved_out"


def _placements(rng: Random, planned: PlannedOrganization, unit: str) -> None:
    """One in twenty-five enterprises changes its superior once: most of them move into the industrial park."""
    planned.placements = [(unit, None, None)]
    last = planned.closed_on or LAST_DAY
    first = max(planned.registered_on, FIRST_DAY) + timedelta(days=150)
    if planned.kind != "enterprise" or rng.random() > 0.045 or first >= last - timedelta(days=60):
        return
    target = _pick(rng, {PARK: 6, INDUSTRY_BUREAU: 3, TOWN: 2})
    if target != unit:
        day = _day_between(rng, first, last - timedelta(days=60)).replace(day=1)
        planned.placements = [(unit, None, day), (target, day, None)]


def _figures(rng: Random, planned: PlannedOrganization, trade: Trade) -> None:
    usual = 30 if planned.kind == "enterprise" else 15
    spread = 0.95 if planned.kind == "enterprise" else 0.7
    size = math.exp(rng.gauss(math.log(usual * trade.size), spread))
    women_share = rng.uniform(*trade.women)
    league_share = max(0.0, rng.gauss(0.09, 0.05))
    member_share = max(0.0, rng.gauss(0.05, 0.035))
    revenue_share = rng.uniform(*trade.revenue)
    never_tells_revenue = rng.random() < 0.04
    days = [day for day in YEAR_ENDS if planned.registered_on <= day]
    if rng.random() < 0.3 and planned.registered_on <= SURVEY:
        days = sorted({*days, SURVEY})
    days = [day for day in days if planned.closed_on is None or day < planned.closed_on] or [
        max(planned.registered_on, FIRST_DAY) + timedelta(days=30)
    ]
    for day in days:
        employees = max(2, min(920, round(size)))
        planned.figures.append(
            _figures_row(rng, day, employees, women_share, league_share, member_share, revenue_share)
        )
        if never_tells_revenue or rng.random() < 0.02:
            planned.figures[-1].annual_revenue_yuan = None
        size *= math.exp(rng.gauss(0.05, 0.11) * (0.5 if day == SURVEY else 1.0))


def _figures_row(
    rng: Random, day: date, employees: int, women: float, league: float, member: float, revenue: float
) -> PlannedFigures:
    full = min(employees, round(employees * member + rng.random() * 1.2))
    row = PlannedFigures(
        as_of=day,
        employees=employees,
        women=min(employees, round(employees * women)),
        league_members=min(employees, round(employees * league + rng.random() * 1.5)),
        full_members=full,
        probationary_members=min(employees - full, 1 if rng.random() < 0.18 else 0),
        union_members=round(employees * rng.uniform(0.3, 0.95)) if rng.random() < 0.7 else None,
        annual_revenue_yuan=Decimal(round(employees * revenue * rng.uniform(0.8, 1.2) * 10000, -2)).quantize(
            Decimal("0.01")
        ),
        payroll_yuan=Decimal(employees * rng.randrange(11000, 23000)).quantize(Decimal("0.01")),
    )
    gap = rng.random()
    if gap < 0.006:
        row.employees = row.women = row.league_members = row.full_members = None
        row.probationary_members = row.union_members = row.annual_revenue_yuan = row.payroll_yuan = None
        row.note = "未报,催报中"
    elif gap < 0.018:
        row.league_members = None
        row.note = "团员数未摸清"
    elif gap < 0.026:
        row.women = None
        row.note = "女性人数未摸清"
    elif gap < 0.032:
        row.full_members = row.probationary_members = None
        row.note = "党员组织关系正在核对"
    elif gap < 0.12:
        row.payroll_yuan = None
    return row


def _exclusions(rng: Random, planned: PlannedOrganization) -> None:
    if rng.random() > 0.06:
        return
    last = (planned.closed_on or LAST_DAY) - timedelta(days=40)
    first = max(planned.registered_on + timedelta(days=120), date(2009, 2, 1))
    if first >= last:
        return
    state, reason, _ = rng.choices(EXCLUSIONS, [weight for *_, weight in EXCLUSIONS])[0]
    begins = _day_between(rng, first, last)
    until = begins + timedelta(days=rng.randrange(70, 420))
    lasting = rng.random() < (0.35 if state == "suspended" else 0.8)
    planned.exclusions.append(
        PlannedExclusion(state, begins, None if lasting or until > last else until, reason, rng.choice(APPROVERS))
    )
