"""What the demo county shows of published figures: June 2011 frozen, then a head-count corrected and a body told late."""

from datetime import date, datetime

from coverage.domain.publications import freeze
from coverage.domain.spans import drain_marks
from coverage.models import Publication, PublishedOrganization, State
from orgs.domain.bodies import found_body
from orgs.domain.figures import record_figures
from orgs.lines import Line
from orgs.models import BodyForm, BranchMembership, Organization, User

DAY = date(2011, 6, 30)
FOUNDED = date(2011, 6, 20)
# One woman fewer than obliges.
FEWER = 9


def publish_demo(*, now: datetime) -> Publication | None:
    """Freezes the demo county's June figures and changes what they were counted from; None without its accounts.

    Args:
        now: the moment of the acts.
    """
    owner = User.objects.filter(is_demo=True, username="owner").first()
    if owner is None:
        return None
    row = freeze(
        as_of=DAY,
        title="2011年上半年“两新”组织覆盖数字",
        addressed_to="市委组织部,半年统计",
        note="演示数据:定稿后更正了一家的人数,补录了一个团支部,“与现在比较”可以看到差异和原因。",
        by=owner,
        now=now,
        is_demo=True,
    )
    rows = PublishedOrganization.objects.filter(
        publication=row, excluded=False, figures_as_of__lte=DAY, registered_on__lt=date(2011, 1, 1)
    ).order_by("organization_id")
    standing = Organization.objects.standing().filter(closed_on=None)
    counted = rows.filter(women_state=State.GAP, women__gt=FEWER, organization__in=standing).first()
    if counted is not None and counted.figures_as_of is not None:
        record_figures(
            organization=standing.get(pk=counted.organization_id),
            as_of=counted.figures_as_of,
            counts={"women": FEWER},
            reason="按花名册核对,多计了已离职女职工",
            by=owner,
            now=now,
        )
    with_league = BranchMembership.objects.filter(branch__line=Line.LEAGUE).values("organization")
    without = rows.filter(league_state=State.GAP, organization__in=standing.exclude(pk__in=with_league)).first()
    if without is not None:
        found_body(
            line=Line.LEAGUE,
            form=BodyForm.objects.get(code="league_branch"),
            organizations=[standing.get(pk=without.organization_id)],
            founded_on=FOUNDED,
            name=f"{without.name}团支部",
            is_demo=True,
            by=owner,
            now=now,
        )
    drain_marks()
    return row


def clear_demo_publications() -> int:
    """Removes the demo's publications with all their rows; returns how many there were."""
    rows = Publication.objects.filter(is_demo=True)
    count = rows.count()
    # The later one names the earlier one of its day.
    for row in rows.order_by("-pk"):
        row.delete()
    return count
