"""The frame, the register of organizations, figures, imports, jobs, accounts and the API."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from orgs.models import BranchMembership
from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.import_runs import ORIGINAL
from quannan.base.models import ImportRun, Job
from tests import factories
from tests.house.addresses.table import (
    ACCOUNTS,
    AUDITS,
    CONFIRMS,
    EDITS,
    EDITS_BODIES,
    EVERY,
    EXPORTS,
    IMPORTED,
    IMPORTS,
    JOBS,
    NOBODY,
    REVEALS,
    SEES,
    SYSTEM,
    Address,
    act,
    form,
    of_organization,
)
from tests.house.world import AS_OF, World

ADDRESSES: dict[str, Address] = {
    # For everybody, signed in or not.
    "health": Address(stranger=200),
    "login": Address(stranger=200, methods=("get", "post"), answer=frozenset({200, 302})),
    "logout": Address(methods=("post",), answer=frozenset({302})),
    # The frame.
    "workbench": Address(),
    "scope-keep": act(EVERY),
    "password-change": form(EVERY),
    # The register.
    "organization-list": Address(SEES),
    "organization-export": Address(EXPORTS),
    "organization-detail": Address(SEES, **of_organization()),
    "organization-create": form(EDITS),
    "organization-correct": form(EDITS, **of_organization()),
    "organization-close": form(EDITS, **of_organization()),
    "organization-reopen": form(EDITS, **of_organization()),
    "organization-move": form(EDITS, **of_organization()),
    "contact-reveal": act(REVEALS, **of_organization()),
    "figures-record": form(EDITS, **of_organization()),
    "figures-correct": form(EDITS, lambda t: [t.own.pk, t.figures.pk], lambda t: [t.foreign.pk, t.foreign_figures.pk]),
    "organization-exclude": form(EDITS, **of_organization()),
    "organization-include": form(
        EDITS, lambda t: [t.shut.pk, t.exclusion.pk], lambda t: [t.foreign.pk, t.foreign_exclusion.pk]
    ),
    "body-found": form(EDITS_BODIES, **of_organization()),
    "body-join": form(EDITS_BODIES, **of_organization()),
    "body-leave": form(
        EDITS_BODIES, lambda t: [t.own.pk, t.membership.pk], lambda t: [t.foreign.pk, t.foreign_membership.pk]
    ),
    "body-confirm": form(CONFIRMS, lambda t: [t.own.pk, t.membership.pk], answer=frozenset({200, 302, 422})),
    "body-refuse": form(CONFIRMS, lambda t: [t.own.pk, t.membership.pk]),
    # The figures.
    "coverage-dashboard": Address(SEES),
    "coverage-trend": Address(SEES),
    "coverage-trend-table": Address(SEES),
    "coverage-trend-export": Address(EXPORTS),
    "coverage-dashboard-export": Address(EXPORTS),
    "coverage-bulletin": Address(SEES),
    "coverage-bulletin-word": Address(SEES),
    "coverage-organizations": Address(SEES),
    "coverage-export": Address(EXPORTS),
    "standard-list": Address(SEES),
    # Imports, jobs, files.
    "import-list": form(IMPORTS),
    "import-export": Address(IMPORTS),
    "import-template": Address(IMPORTS, lambda t: ["FUND"]),
    "import-detail": Address(IMPORTED, lambda t: [t.run.pk], lambda t: [t.foreign_run.pk], misses=IMPORTS),
    "import-reading": form(IMPORTED, lambda t: [t.run.pk], lambda t: [t.foreign_run.pk], misses=IMPORTS),
    "import-undo": form(
        IMPORTED, lambda t: [t.run.pk], lambda t: [t.foreign_run.pk], misses=IMPORTS, answer=frozenset({200, 302, 422})
    ),
    "import-write": act(IMPORTED, lambda t: [t.run.pk], lambda t: [t.foreign_run.pk], misses=IMPORTS),
    "job-list": Address(),
    "job-detail": Address(JOBS, lambda t: [t.job.pk], refusal=404),
    "job-progress": Address(JOBS, lambda t: [t.job.pk], refusal=404),
    "job-resume": act(JOBS, lambda t: [t.job.pk], refusal=404),
    "job-abandon": act(JOBS, lambda t: [t.job.pk], refusal=404),
    "job-cancel": act(JOBS, lambda t: [t.job.pk], refusal=404),
    "attachment-download": Address(IMPORTED, lambda t: [t.run.attachment.pk], refusal=404),
    # Accounts and the machinery.
    "user-list": Address(ACCOUNTS),
    "user-create": form(ACCOUNTS),
    "user-detail": form(ACCOUNTS, lambda t: [t.other.pk]),
    "user-disable": form(ACCOUNTS, lambda t: [t.other.pk]),
    "user-enable": act(ACCOUNTS, lambda t: [t.other.pk]),
    "user-reset-password": act(ACCOUNTS, lambda t: [t.other.pk]),
    "role-remove": act(ACCOUNTS, lambda t: [t.other.pk, t.other.role_assignments.get().pk]),
    "role-list": Address(ACCOUNTS),
    "audit-list": Address(AUDITS),
    "audit-export": Address(AUDITS),
    "system-status": Address(SYSTEM),
    # The API.
    "api-organizations": Address(SEES, stranger=401),
    "api-organization": Address(SEES, stranger=401, **of_organization()),
    "api-coverage": Address(SEES, stranger=401),
    "api-milestones": Address(SEES, stranger=401),
    "api-units": Address(SEES, stranger=401),
    "api-schema": Address(stranger=401),
    "api-docs": Address(),
    "api-nowhere": Address(NOBODY, lambda t: ["nowhere/"], refusal=404, stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    mine, theirs = world.here[0], world.there[0]
    shut = world.here[2]
    now = timezone.now()

    def run(by: str) -> ImportRun:
        file = store_attachment(
            file=ContentFile("单位名称,统一社会信用代码,主管党(工)委\n".encode()),
            name="摸底表.csv",
            purpose=ORIGINAL,
            allowed={"csv"},
            max_bytes=100,
            by=world.accounts[by],
            now=now,
        )
        return ImportRun.objects.create(form="F0", attachment=file, created_by=world.accounts[by])

    return dict(
        own=mine,
        foreign=theirs,
        shut=shut,
        figures=mine.figures.get(),
        foreign_figures=theirs.figures.get(),
        exclusion=shut.exclusions.get(),
        foreign_exclusion=factories.excluded(theirs, from_=AS_OF),
        membership=BranchMembership.objects.get(organization=mine, branch__line="union", branch__composition="own"),
        foreign_membership=theirs.memberships.get(branch__line="women", branch__composition="own"),
        run=run("unit_office"),
        foreign_run=run("owner_office"),
        job=Job.objects.create(
            kind="orgs.check_import",
            title="检查摸底表",
            created_by=world.accounts["unit_office"],
            created_at=now,
            sent_at=now,
        ),
        other=factories.account("leader"),
    )
