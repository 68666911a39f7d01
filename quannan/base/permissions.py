"""Who may act on jobs and read the audit trail."""

from quannan.base.models import Job


def may_act_on_job(user, job: Job) -> bool:
    """Whether ``user`` may continue, abandon or cancel ``job``: its starter,
    or who sees everybody's jobs."""
    if not user.is_authenticated:
        return False
    return job.created_by_id == user.pk or user.can("jobs.see_all")


def may_read_audit(user) -> bool:
    """Whether ``user`` may read the audit trail: auditor and owner office."""
    return user.is_authenticated and user.can("audit.read")
