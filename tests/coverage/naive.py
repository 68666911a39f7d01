"""Coverage worked out day by day and organization by organization, apart from the product's SQL.

Slow and literal on purpose: each function is one sentence of the definition of the figures.
"""

from datetime import date

from coverage.models import ScaleRule, Standard
from orgs.lines import LINES, MASS_LINES
from orgs.models import BranchMembership, Exclusion, Figures, Instructor, Organization, Placement, Unit
from orgs.models.organization import HEAD_COUNTS


def within(period, day):
    lower, upper = period.lower, period.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


class Register:
    """The whole register in plain Python."""

    def __init__(self):
        self.organizations = list(Organization.objects.order_by("pk"))
        self.figures = {}
        for row in Figures.objects.order_by("organization_id", "as_of"):
            self.figures.setdefault(row.organization_id, []).append(row)
        self.exclusions = list(Exclusion.objects.all())
        self.instructors = list(Instructor.objects.all())
        self.placements = list(Placement.objects.all())
        self.units = {u.pk: u for u in Unit.objects.all()}
        self.standards = list(Standard.objects.all())
        self.scale_rules = list(ScaleRule.objects.all())
        self.memberships = list(
            BranchMembership.objects.select_related("branch").prefetch_related("branch__forms__form")
        )

    def in_register(self, o, day):
        if o.merged_into_id:
            return False
        return o.registered_on <= day and (o.closed_on is None or day < o.closed_on)

    def excluded(self, o, day):
        return any(e.organization_id == o.pk and within(e.period, day) for e in self.exclusions)

    def unit_at(self, o, day):
        (unit,) = {p.unit_id for p in self.placements if p.organization_id == o.pk and within(p.period, day)}
        return unit

    def figures_at(self, o, day):
        rows = self.figures.get(o.pk, [])
        past = [row for row in rows if row.as_of <= day]
        return past[-1] if past else (rows[0] if rows else None)

    def known(self, row):
        return row is not None and any(getattr(row, name) is not None for name in HEAD_COUNTS)

    def scale(self, row, day):
        rule = next((r for r in self.scale_rules if within(r.period, day)), None)
        if rule is None or row is None or row.employees is None:
            return None
        if row.employees >= rule.employees_alone:
            return True
        if row.employees < rule.employees_with_revenue:
            return False
        if row.annual_revenue_yuan is None:
            return None
        return row.annual_revenue_yuan >= rule.revenue_yuan

    def bodies(self, o, line, day):
        """Bodies of the line covering the organization on the day, 组织员 included: (is_body, confirmed)."""
        found = []
        for m in self.memberships:
            b = m.branch
            if m.organization_id != o.pk or b.line != line or not within(m.period, day):
                continue
            if day < b.founded_on or (b.dissolved_on is not None and day >= b.dissolved_on):
                continue
            form = next(f.form for f in b.forms.all() if within(f.period, day))
            found.append((form.is_body, b.confirmed_at is not None))
        return found

    def line(self, o, line, day):
        """(eligible or None, built, confirmed) of one line."""
        row = self.figures_at(o, day)
        standard = next((s for s in self.standards if s.line == line and within(s.period, day)), None)
        covering = [confirmed for is_body, confirmed in self.bodies(o, line, day) if is_body]
        built, confirmed = bool(covering), any(covering)
        if standard is None:
            return False, built, confirmed
        if standard.measure == "above_scale":
            scale = self.scale(row, day)
            return scale, built, confirmed
        count = getattr(row, standard.measure) if row is not None else None
        return (None if count is None else count >= standard.obliged_from), built, confirmed

    def work(self, o, day):
        if any(i.organization_id == o.pk and within(i.period, day) for i in self.instructors):
            return True
        return any(self.bodies(o, line, day) for line in LINES if line != "mechanism")


def evaluate(day: date, register: Register | None = None) -> dict:
    """The command's figures at a day, for every key but milestones."""
    r = register or Register()
    base = dict(organizations=0, unknown_figures=0, unknown_scale=0, assumed=0, excluded=0)
    names = ("all", "above_scale", "below_scale", "key")
    measured = (*LINES, "all")

    def empty():
        return {line: dict(eligible=0, covered=0, unknown=0, voluntary=0, unconfirmed=0) for line in measured}

    populations = {name: dict(organizations=0, work=0, lines=empty()) for name in names}
    units: dict = {}
    for o in r.organizations:
        if not r.in_register(o, day):
            continue
        if r.excluded(o, day):
            base["excluded"] += 1
            continue
        base["organizations"] += 1
        unit = units.setdefault(r.units[r.unit_at(o, day)].code, dict(organizations=0, lines=empty()))
        unit["organizations"] += 1
        row = r.figures_at(o, day)
        if not r.known(row):
            base["unknown_figures"] += 1
            continue
        base["assumed"] += row.as_of > day
        scale = r.scale(row, day)
        base["unknown_scale"] += scale is None
        lines = {line: r.line(o, line, day) for line in LINES}
        mass = [lines[line] for line in MASS_LINES]
        mine = ["all"]
        if scale is not None:
            mine.append("above_scale" if scale else "below_scale")
        if scale and lines["party"][1]:
            mine.append("key")
        for name in mine:
            populations[name]["organizations"] += 1
            populations[name]["work"] += r.work(o, day)
        for table in [populations[name]["lines"] for name in mine] + [unit["lines"]]:
            for line, (eligible, built, confirmed) in lines.items():
                cell = table[line]
                if eligible is None:
                    cell["unknown"] += 1
                elif eligible:
                    cell["eligible"] += 1
                    cell["covered"] += built
                    cell["unconfirmed"] += built and not confirmed
                elif built:
                    cell["voluntary"] += 1
            cell = table["all"]
            if any(eligible and not built for eligible, built, _ in mass):
                cell["eligible"] += 1
            elif any(eligible is None for eligible, _, _ in mass):
                cell["unknown"] += 1
            elif any(eligible for eligible, _, _ in mass):
                cell["eligible"] += 1
                cell["covered"] += 1
                cell["unconfirmed"] += any(e and not confirmed for e, _, confirmed in mass)
    return dict(base=base, populations=populations, units=units)
