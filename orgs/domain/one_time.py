"""One-time login codes that are read from paper: how they are made, and what somebody who typed one meant."""

import re
import secrets

from orgs.models import User

# Lower case for the keyboards of phones; no i, l, o, 0 and 1, which look alike on paper. 31 signs, twelve of them:
# 59 bits.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 12
GROUP = 4
_SHAPE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
_BETWEEN = re.compile(r"[\s\-_—.·]+")


def new_code() -> str:
    """A fresh code, without gaps."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def in_groups(code: str) -> list[str]:
    """A code as it is printed: groups of four.

    Args:
        code: without gaps.
    """
    return [code[i : i + GROUP] for i in range(0, len(code), GROUP)]


def login_name_as_meant(typed: str) -> str:
    """The login name as the account has it, whatever its case; what was typed where there is no such account.

    Args:
        typed: without surrounding spaces.
    """
    found = sorted(User.objects.filter(username__iexact=typed).values_list("username", flat=True)[:2])
    return found[0] if len(found) == 1 else typed


def password_as_meant(username: str, typed: str) -> str:
    """The password to try: a code typed with the gaps of the slip, or in capitals, is the code.

    Only an account that still has to replace its one-time password is read so kindly; an own password means itself.

    Args:
        username: the account's login name.
        typed: what was typed.
    """
    plain = _BETWEEN.sub("", typed).lower()
    if plain == typed or not _SHAPE.fullmatch(plain):
        return typed
    waiting = User.objects.filter(username=username, must_change_password=True)
    return plain if waiting.exists() else typed
