"""What every app stands on: jobs, the audit trail and attachments."""

from quannan.base.models.attachment import Attachment
from quannan.base.models.audit import AuditEntry
from quannan.base.models.importing import HeaderMemory, ImportRun
from quannan.base.models.job import Job, JobRow, JobState, RowOutcome
from quannan.base.models.saved_filter import SavedFilter

__all__ = [
    "Attachment",
    "AuditEntry",
    "HeaderMemory",
    "ImportRun",
    "Job",
    "JobRow",
    "JobState",
    "RowOutcome",
    "SavedFilter",
]
