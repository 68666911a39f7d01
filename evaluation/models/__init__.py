from evaluation.models.access import FilerRole, FilingAccess, Reminder, ReminderKind
from evaluation.models.forms import AnswerType, Question, ReportForm, Section
from evaluation.models.reports import (
    EDITABLE,
    AnnualReport,
    Comment,
    ReportState,
    ReportStep,
    Stage,
    StepKind,
    Submission,
)
from evaluation.models.rounds import Round, RoundChange, RoundState, SecondCertifier

__all__ = [
    "EDITABLE",
    "AnnualReport",
    "AnswerType",
    "Comment",
    "FilerRole",
    "FilingAccess",
    "Question",
    "Reminder",
    "ReminderKind",
    "ReportForm",
    "ReportState",
    "ReportStep",
    "Round",
    "RoundChange",
    "RoundState",
    "SecondCertifier",
    "Section",
    "Stage",
    "StepKind",
    "Submission",
]
