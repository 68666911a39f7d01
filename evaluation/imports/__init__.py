"""Workbooks of 考核 that are taken in."""

from evaluation.imports import kinds_scores

__all__ = ["kinds_scores"]
