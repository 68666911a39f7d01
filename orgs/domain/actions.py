"""The Chinese names of the register's acts, as the audit page shows them."""

from quannan.base.domain.audit import name_actions

name_actions(
    {
        "organization.create": "新增组织",
        "organization.correct": "修改组织",
        "organization.close": "登记注销或迁出",
        "organization.reopen": "恢复组织",
        "organization.move": "划转主管党(工)委",
        "organization.reveal_contact": "查看联系方式",
        "figures.record": "录入年度数字",
        "figures.correct": "更正年度数字",
        "exclusion.begin": "剔除组织",
        "exclusion.end": "结束剔除",
        "body.found": "成立党群组织",
        "body.join": "加入联合组织",
        "body.leave": "退出联合组织",
        "body.change_form": "变更组织形式",
        "body.dissolve": "撤销党群组织",
        "body.confirm": "确认党群组织",
        "body.refuse": "不予确认党群组织",
        "account.first": "建立首个账号",
        "account.create": "新增账号",
        "account.assign_role": "授予角色",
        "account.remove_role": "收回角色",
        "account.disable": "停用账号",
        "account.enable": "启用账号",
        "account.reset_password": "重设密码",
        "account.own_password": "更改自己的密码",
    }
)
