"""What the parts about gaps ask of the account."""

from django import template

from orgs.permissions import may_supervise_gaps

register = template.Library()


@register.filter
def may_unsupervise(user) -> bool:
    """Whether the account may take organizations off 挂牌督办.

    Args:
        user: the signed-in User.
    """
    return may_supervise_gaps(user)
