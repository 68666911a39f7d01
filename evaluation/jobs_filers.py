"""The jobs of filers' accounts."""

from typing import Any

from django.utils import timezone

from evaluation.domain.filers import running_access
from evaluation.domain.filers_acts import prepare_reset, store_reset
from evaluation.domain.filers_issue import prepare_issue, store_issue
from orgs.models import Organization
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler

NOBODY_ASKED = "发放和重置登录码须由有权限的账号办理。"


@job_handler("evaluation.issue_filers")
def issue_filers(run: JobRun) -> None:
    """Gives many organizations their filers' accounts; the codes stand on the slips alone, not in the job."""
    if run.by is None:
        raise Refused(NOBODY_ASKED)
    organizations = list(Organization.objects.filter(pk__in=run.params["ids"]).order_by("sort_key", "pk"))
    run.phase("生成登录码", len(organizations))
    prepared = prepare_issue(organizations=organizations, by=run.by, now=timezone.now(), progress=run.progress)
    with run.finishing() as finish:
        issued = store_issue(prepared=prepared, by=run.by, now=timezone.now())
        finish.result = {"created": issued.accounts, "updated": issued.taken_over, "unchanged": issued.had}


@job_handler("evaluation.reset_filers")
def reset_filers(run: JobRun) -> None:
    """Resets many filers' accounts."""
    if run.by is None:
        raise Refused(NOBODY_ASKED)
    accesses: Any = running_access().filter(pk__in=run.params["ids"]).select_related("organization", "user")
    run.phase("生成登录码", accesses.count())
    codes = prepare_reset(accesses=list(accesses), by=run.by, now=timezone.now(), progress=run.progress)
    with run.finishing() as finish:
        finish.result = {"updated": store_reset(codes=codes, by=run.by, now=timezone.now())}
