from django.contrib.postgres.fields import ArrayField
from django.db import models


class CodeList(models.TextChoices):
    KIND = "kind", "单位类别"
    REGISTRATION_TYPE = "registration_type", "登记类型"
    INDUSTRY = "industry", "行业门类"
    OPERATING_STATE = "operating_state", "经营状态"
    COMPOSITION = "composition", "组建方式"
    NO_PARTY_REASON = "no_party_reason", "未建原因"
    FIGURES_SOURCE = "figures_source", "数字来源"
    POST = "post", "职务"
    LEADER_SOURCE = "leader_source", "负责人来源"
    QUALIFICATION = "qualification", "人才条件"
    PERSON_STAGE = "person_stage", "政治面貌"
    OWNER_ROLE = "owner_role", "业主身份"
    LIAISON_DEPARTMENT = "liaison_department", "挂点部门"
    OPINION_BODY = "opinion_body", "征求意见单位"
    LEAD_SOURCE = "lead_source", "线索来源"
    CASE_MEASURE = "case_measure", "帮扶措施"
    REGISTER_SOURCE = "register_source", "名册来源"
    GUIDANCE_MEASURE = "guidance_measure", "指导措施"
    FUND_SOURCE = "fund_source", "经费来源"
    FUND_PURPOSE = "fund_purpose", "经费用途"


class Code(models.Model):
    """One entry of an editable code list: what is stored, what is shown, and what offices also write for it."""

    list_name = models.CharField("代码表", max_length=32, choices=CodeList.choices)
    code = models.CharField("代码", max_length=32)
    label = models.CharField("名称", max_length=64)
    aliases = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name="别名")
    data = models.JSONField("附加", default=dict, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        ordering = ["list_name", "order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["list_name", "code"],
                name="orgs_code_code_once_in_list",
                violation_error_message="这个代码表里已有相同的代码,请换一个代码。",
            )
        ]

    def __str__(self):
        return self.label
