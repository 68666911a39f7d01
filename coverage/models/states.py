"""What one line of one organization can be on a day, what is counted of it, and which organizations are looked at."""

from django.db import models

from orgs.lines import LINES, Line


class State(models.IntegerChoices):
    """What one line of one organization is on one day; every figure counts these, every verdict words them."""

    COVERED = 1, "已建"
    COVERED_UNCONFIRMED = 2, "已建(待确认)"
    GAP = 3, "应建未建"
    VOLUNTARY = 4, "自愿已建"
    VOLUNTARY_UNCONFIRMED = 5, "自愿已建(待确认)"
    PERMITTED = 6, "可建"
    NOT_YET = 7, "暂不具备"
    NOT_APPLICABLE = 8, "不适用"
    UNKNOWN = 9, "数据不足"
    UNKNOWN_BUILT = 10, "数据不足(已建)"


ELIGIBLE = (State.COVERED, State.COVERED_UNCONFIRMED, State.GAP)
COVERED = (State.COVERED, State.COVERED_UNCONFIRMED)
VOLUNTARY = (State.VOLUNTARY, State.VOLUNTARY_UNCONFIRMED)
UNKNOWN = (State.UNKNOWN, State.UNKNOWN_BUILT)
BUILT = (*COVERED, *VOLUNTARY, State.UNKNOWN_BUILT)

# 群团全建 stands beside the lines wherever figures are counted.
ALL = "all"
MEASURED = (*LINES, ALL)
LINE_LABELS = {**dict(Line.choices), ALL: "群团全建"}
STATE_COLUMNS = {line: f"{line}_state" for line in MEASURED}

MEASURES = {
    "eligible": ELIGIBLE,
    "covered": COVERED,
    "gap": (State.GAP,),
    "unknown": UNKNOWN,
    "voluntary": VOLUNTARY,
    "unconfirmed": (State.COVERED_UNCONFIRMED,),
}


class Population(models.TextChoices):
    ALL = "all", "全部"
    ABOVE = "above_scale", "规模以上"
    BELOW = "below_scale", "规模以下"
    KEY = "key", "规上且有党组织"


class Measure(models.TextChoices):
    EMPLOYEES = "employees", "从业人员"
    WOMEN = "women", "女性从业人员"
    LEAGUE = "league_members", "团员"
    FULL = "full_members", "正式党员"
    UNION_MEMBERS = "union_members", "工会会员"
    ABOVE_SCALE = "above_scale", "规模以上"
