"""Generated registers for property tests: few organizations, few days, everything that can happen to them."""

from datetime import date, timedelta

from hypothesis import strategies as st
from psycopg2.extras import DateRange

from coverage.models import ScaleRule, Standard
from orgs.models import (
    BodyForm,
    Branch,
    BranchForm,
    BranchMembership,
    Exclusion,
    Figures,
    Organization,
    Placement,
    Unit,
)

FIRST = date(2010, 1, 1)
DAYS = 40


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def _cuts(most):
    return st.lists(st.integers(1, DAYS - 1), max_size=most, unique=True).map(sorted)


maybe_count = st.one_of(st.none(), st.integers(0, 130))
figures = st.fixed_dictionaries(
    {
        "at": st.integers(0, DAYS),
        "employees": maybe_count,
        "share": st.tuples(*[st.one_of(st.none(), st.sampled_from([0, 1, 2, 3, 9, 10, 20, 30]))] * 3),
        "revenue": st.one_of(st.none(), st.sampled_from([0, 4999999, 5000000, 9000000])),
    }
)
organization = st.fixed_dictionaries(
    {
        "registered": st.integers(0, DAYS),
        "life": st.one_of(st.none(), st.integers(1, DAYS)),
        "units": st.lists(st.integers(0, 2), min_size=1, max_size=3),
        "moves": _cuts(2),
        "figures": st.lists(figures, max_size=4, unique_by=lambda f: f["at"]),
        "away": st.lists(st.tuples(st.integers(0, DAYS), st.integers(1, 12)), max_size=1),
    }
)
body = st.fixed_dictionaries(
    {
        "form": st.integers(0, 100),
        "founded": st.integers(0, DAYS),
        "life": st.one_of(st.none(), st.integers(0, DAYS)),
        "confirmed": st.booleans(),
        "second_form": st.one_of(st.none(), st.tuples(st.integers(0, 100), st.integers(0, DAYS))),
        "members": st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, DAYS), st.one_of(st.none(), st.integers(1, DAYS))),
            min_size=1,
            max_size=3,
            unique_by=lambda m: m[0],
        ),
    }
)
history = st.fixed_dictionaries(
    {
        "organizations": st.lists(organization, min_size=1, max_size=6),
        "bodies": st.lists(body, max_size=8),
        "new_standard": st.one_of(
            st.none(),
            st.tuples(st.sampled_from(["union", "women", "league"]), st.integers(1, DAYS), st.integers(1, 30)),
        ),
        "new_scale_rule": st.one_of(st.none(), st.tuples(st.integers(1, DAYS), st.integers(2, 60))),
    }
)


# What happens to a register that was already worked in, each to one of its organizations.
act = st.one_of(
    st.tuples(st.just("correct"), st.integers(0, 5), figures),
    st.tuples(st.just("close"), st.integers(0, 5), st.integers(1, DAYS)),
    st.tuples(st.just("exclude"), st.integers(0, 5), st.integers(0, DAYS)),
    st.tuples(st.just("move"), st.integers(0, 5), st.integers(1, DAYS)),
    st.tuples(st.just("leave"), st.integers(0, 5), st.integers(1, DAYS)),
    st.tuples(st.just("join"), st.integers(0, 5), st.integers(0, DAYS)),
    st.tuples(st.just("standard"), st.integers(0, 5), st.integers(1, DAYS)),
)
acts = st.lists(act, min_size=1, max_size=6)


def carry_out(acts_: list, organizations: list[Organization]) -> None:
    """Does to a register in place what its users do later: figures of old days corrected, closures, moves, joint bodies.

    Args:
        acts_: a value of `acts`.
        organizations: as `write` gave them.
    """
    for kind, at, said in acts_:
        row = organizations[at % len(organizations)]
        ACTS[kind](row, said)


def _correct(row, said):
    """Figures of a day long past are entered late, or put right."""
    Figures.objects.filter(organization=row, as_of=day(said["at"])).delete()
    _figures(row, said).save()


def _close(row, n):
    Organization.objects.filter(pk=row.pk, closed_on=None).update(
        closed_on=row.registered_on + timedelta(days=n), closed_state="deregistered"
    )


def _exclude(row, n):
    if not Exclusion.objects.filter(organization=row).exists():
        Exclusion.objects.create(
            organization=row, state="shell", period=DateRange(day(n), None), reason="核查", approver="办公室"
        )


def _move(row, n):
    """From a day on under another unit."""
    last = Placement.objects.filter(organization=row, period__endswith=None).get()
    if last.period.lower is None or last.period.lower < day(n):
        last.period = DateRange(last.period.lower, day(n))
        last.save()
        other = Unit.objects.filter(parent__isnull=False).exclude(pk=last.unit_id).first()
        Placement.objects.create(organization=row, unit=other, period=DateRange(day(n), None))


def _leave(row, n):
    """Every body is left, joint ones included; the others stay covered."""
    for one in BranchMembership.objects.filter(organization=row, period__endswith=None):
        one.period = DateRange(one.period.lower, max(day(n), one.period.lower + timedelta(days=1)))
        one.save()


def _join(row, n):
    """A body of others covers it too from a day on."""
    branch = Branch.objects.exclude(memberships__organization=row).order_by("pk").first()
    if branch:
        BranchMembership.objects.create(branch=branch, organization=row, period=DateRange(day(n), None))


def _standard(_, n):
    old = Standard.objects.get(line="women_workers", period__endswith=None)
    if old.period.lower is None or old.period.lower < day(n):
        old.period = DateRange(old.period.lower, day(n))
        old.save()
        Standard.objects.create(
            line=old.line,
            measure=old.measure,
            obliged_from=25,
            permitted_from=1,
            zero_state=old.zero_state,
            period=DateRange(day(n), None),
            clause="试行",
        )


ACTS = {
    "correct": _correct,
    "close": _close,
    "exclude": _exclude,
    "move": _move,
    "leave": _leave,
    "join": _join,
    "standard": _standard,
}


def write(plan: dict) -> list[Organization]:
    """Puts a generated history into the database with plain bulk writes.

    Args:
        plan: a value of `history`.
    """
    units = list(Unit.objects.filter(parent__isnull=False)[:3])
    written = []
    for i, o in enumerate(plan["organizations"]):
        registered = day(o["registered"])
        closed = registered + timedelta(days=o["life"]) if o["life"] else None
        row = Organization.objects.create(
            name=f"组织{i}",
            name_key=f"组织{i}",
            kind="enterprise",
            registered_on=registered,
            closed_on=closed,
            closed_state="deregistered" if closed else "",
        )
        written.append(row)
        bounds = [None, *[day(m) for m in o["moves"]], None]
        Placement.objects.bulk_create(
            Placement(organization=row, unit=units[o["units"][k % len(o["units"])]], period=DateRange(a, b))
            for k, (a, b) in enumerate(zip(bounds, bounds[1:], strict=False))
        )
        Figures.objects.bulk_create(_figures(row, f) for f in o["figures"])
        Exclusion.objects.bulk_create(
            Exclusion(
                organization=row,
                state="shell",
                period=DateRange(day(a), day(a + n)),
                reason="核查",
                approver="办公室",
            )
            for a, n in o["away"]
        )
    _write_bodies(plan["bodies"], written)
    _write_rules(plan)
    return written


def _figures(row, f):
    employees = f["employees"]

    def within(part):
        return part if part is None or employees is None else min(part, employees)

    women, league, full = map(within, f["share"])
    return Figures(
        organization=row,
        as_of=day(f["at"]),
        employees=employees,
        women=women,
        league_members=league,
        full_members=full,
        annual_revenue_yuan=f["revenue"],
    )


def _write_bodies(bodies, organizations):
    forms = list(BodyForm.objects.order_by("code"))
    for b in bodies:
        form = forms[b["form"] % len(forms)]
        founded = day(b["founded"])
        branch = Branch.objects.create(
            line=form.line,
            founded_on=founded,
            dissolved_on=founded + timedelta(days=b["life"]) if b["life"] is not None else None,
            confirmed_at="2010-01-01T00:00:00Z" if b["confirmed"] else None,
        )
        forms_of_line = [f for f in forms if f.line == form.line]
        if b["second_form"]:
            pick, at = b["second_form"]
            change = day(at)
            second = forms_of_line[pick % len(forms_of_line)]
            BranchForm.objects.create(branch=branch, form=form, period=DateRange(None, change))
            BranchForm.objects.create(branch=branch, form=second, period=DateRange(change, None))
        else:
            BranchForm.objects.create(branch=branch, form=form, period=DateRange(None, None))
        BranchMembership.objects.bulk_create(
            BranchMembership(
                branch=branch,
                organization=organizations[i % len(organizations)],
                period=DateRange(day(a), day(a + n) if n else None),
            )
            for i, a, n in {m[0] % len(organizations): m for m in b["members"]}.values()
        )


def _write_rules(plan):
    if plan["new_standard"]:
        line, at, threshold = plan["new_standard"]
        old = Standard.objects.get(line=line)
        old.period = DateRange(None, day(at))
        old.save()
        Standard.objects.create(
            line=line,
            measure=old.measure,
            obliged_from=threshold,
            permitted_from=1,
            zero_state=old.zero_state,
            period=DateRange(day(at), None),
            clause="试行",
        )
    if plan["new_scale_rule"]:
        at, employees = plan["new_scale_rule"]
        old = ScaleRule.objects.get()
        old.period = DateRange(None, day(at))
        old.save()
        ScaleRule.objects.create(
            employees_with_revenue=employees,
            revenue_yuan=1000000,
            employees_alone=employees * 2,
            period=DateRange(day(at), None),
            clause="试行",
        )
