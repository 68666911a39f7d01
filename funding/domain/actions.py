"""The Chinese names of the acts on funds, as the audit page shows them."""

from quannan.base.domain.audit import name_actions, name_details

name_actions(
    {
        "fund.record": "登记经费",
        "fund.correct": "更正经费",
        "fund.cancel": "作废经费",
        "fund.import": "导入经费表",
        "fund.undo_import": "撤回导入经费表",
        "fund_standard.version": "经费标准换版",
    }
)
name_details(
    {
        "amount_yuan": "金额(元)",
        "counts": "计算口径",
        "direction": "收支",
        "occurred_on": "日期",
        "organization": "组织",
        "yearly_yuan_per_member": "每名党员每年(元)",
    }
)
