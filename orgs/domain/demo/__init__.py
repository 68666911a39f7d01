"""The demo county: made-up organizations with four years of history, its accounts, and their removal."""

from orgs.domain.demo.accounts import ACCOUNTS, PASSWORD, account_table
from orgs.domain.demo.clear import Cleared, clear_demo
from orgs.domain.demo.load import Loaded, load_demo

__all__ = ["ACCOUNTS", "PASSWORD", "Cleared", "Loaded", "account_table", "clear_demo", "load_demo"]
