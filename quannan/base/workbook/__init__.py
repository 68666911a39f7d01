"""Workbooks in and out: opening, recognising, checking, marking and writing.

``source`` opens a file within its limits, ``headers`` finds the table in it, ``cells`` reads one
cell, ``declare`` says what a form consists of, ``check`` puts them together, ``marked`` gives the
user's own file back with its faults shown, ``write`` makes exports and templates.
"""
