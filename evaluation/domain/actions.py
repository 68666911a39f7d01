"""The Chinese names of the acts on annual reports, as the audit page shows them."""

from quannan.base.domain.audit import name_actions

name_actions(
    {
        "round.plan": "新建年报批次",
        "round.correct": "修改年报批次",
        "round.open": "启动年报批次",
        "round.move_date": "更改批次日期",
        "round.remind": "发出年报提醒",
        "form.copy": "另存年报表",
        "form.correct": "修改年报表",
        "report.submit": "报送年报",
        "report.submit_for": "代报年报",
        "report.withdraw": "撤回年报",
        "report.open_review": "打开年报审核",
        "report.comment": "对年报提意见",
        "report.return": "退回年报",
        "report.accept_unit": "单位审核通过年报",
        "report.accept_county": "县审核通过年报",
        "report.accept_many": "批量通过年报",
        "report.correct": "开始更正年报",
        "report.drop_correction": "放弃更正年报",
        "report.grant_late": "准许补报年报",
        "report.import": "导入代报年报",
        "filer.issue": "发放填报账号",
        "filer.issue_many": "批量发放填报账号",
        "filer.reset": "重置填报账号",
        "filer.hand_over": "移交填报账号",
        "filer.end": "收回填报账号",
        "filer.print": "打印登录码",
    }
)
