"""The workbooks that the register takes in, as the import page offers them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.urls import reverse

from orgs.domain.register_import import lock_register
from orgs.imports.form import FORM_CODE, register_form
from orgs.imports.known import KnownImporter
from orgs.imports.known_forms import BODIES_CODE, FIGURES_CODE, bodies_form, figures_form
from orgs.imports.ledger_form import enterprise_ledger, social_ledger
from orgs.imports.ledger_run import LedgerImporter
from orgs.imports.run import RegisterImporter
from orgs.models.ledger import LedgerForm
from orgs.permissions import may_import_register, scope_for
from quannan.base.imports import ImportKind, register_import


def sees_all_imports(user: Any) -> bool:
    """Whether the account imports for the whole county, and so sees everybody's imports of the register."""
    return scope_for(user, "register.import").county


def register_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where the register is seen as a form left it.

    Args:
        as_of: the date of the form.
    """
    return [
        ("查看组织台账", f"{reverse('organization-list')}?as_of={as_of}"),
        ("查看覆盖进度", f"{reverse('coverage-dashboard')}?as_of={as_of}"),
    ]


REGISTER: dict[str, Any] = {
    "allowed": may_import_register,
    "sees_all": sees_all_imports,
    "lock": lock_register,
    "changed": "register.changed",
    "measured": "coverage",
    "question_label": "确认结束的组织",
    "question_help": "台账登记为已建、表中填“无”。勾选的在截至日期结束;不勾选的保持已建。",
    "action": "register.import",
    "links": register_links,
}

register_import(
    ImportKind(
        code=FORM_CODE,
        name="摸底表",
        noun="组织",
        about="组织、人数、营收和各条线的党群组织,一行一家;可新增组织。",
        importer=partial(RegisterImporter, FORM_CODE, register_form),
        **REGISTER,
    )
)

register_import(
    ImportKind(
        code=FIGURES_CODE,
        name="年度数字表",
        noun="组织",
        about="从业人员、女性、团员、党员、工会会员、营业收入和工资总额,只填台账里已有的组织。",
        importer=partial(KnownImporter, FIGURES_CODE, figures_form),
        **REGISTER,
    )
)
register_import(
    ImportKind(
        code=BODIES_CODE,
        name="党群组织表",
        noun="组织",
        about="各条线党群组织的形式、成立时间和联合组织名称,只填台账里已有的组织。",
        importer=partial(KnownImporter, BODIES_CODE, bodies_form),
        **REGISTER,
    )
)
register_import(
    ImportKind(
        code=LedgerForm.ENTERPRISES.value,
        name="非公有制经济组织工作台账",
        noun="企业",
        about="企业概况、出资人、党组织、党员、群团、场所和制度,只填台账里已有的企业。",
        importer=partial(LedgerImporter, LedgerForm.ENTERPRISES.value, enterprise_ledger),
        **REGISTER,
    )
)
register_import(
    ImportKind(
        code=LedgerForm.SOCIAL.value,
        name="社会组织党建台账",
        noun="社会组织",
        about="登记、年检、人员、党组织、经费和组织生活,只填台账里已有的社会组织。",
        importer=partial(LedgerImporter, LedgerForm.SOCIAL.value, social_ledger),
        **REGISTER,
    )
)
