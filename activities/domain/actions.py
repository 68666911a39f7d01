"""The Chinese names of the acts on activities, as the audit page shows them."""

from quannan.base.domain.audit import name_actions

name_actions(
    {
        "activity.record": "登记活动",
        "activity.correct": "更正活动",
        "activity.cancel": "撤销活动",
        "activity.import": "导入活动表",
        "programme.add": "新增活动载体",
        "programme.correct": "修改活动载体",
        "programme.end": "结束活动载体",
        "activity_kind.add": "新增活动类别",
        "activity_kind.correct": "修改活动类别",
        "activity_kind.end": "结束活动类别",
    }
)
