"""Writes of the base app: jobs, audit trail, attachments."""
