"""Approval references of the demo county's bodies, as each line's department numbers them."""

from orgs.domain.demo.plan import PlannedBody

WORDS = {"party": "全两新组字", "union": "全工字", "league": "全团字", "women": "全妇字", "women_workers": "全工字"}
# A department seldom issues more in a year.
MOST_IN_A_YEAR = 90


def approval_of(planned: PlannedBody, number: int) -> str:
    """The approval reference of a planned body: two of three confirmed ones have one.

    Args:
        planned: the body.
        number: its place in the plan.
    """
    if planned.confirmed_on is None or planned.line not in WORDS or number % 3 == 0:
        return ""
    return f"{WORDS[planned.line]}〔{planned.founded_on.year}〕{number % MOST_IN_A_YEAR + 1}号"
