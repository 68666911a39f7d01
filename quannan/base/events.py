"""What one app has to tell apps above it, without importing them.

The lower app announces, the upper app subscribes when Django starts. Subscribers run
at once, in the announcer's transaction: they may write, and an error undoes both.
What must wait for the commit is for the subscriber's own ``transaction.on_commit``.
"""

from collections import defaultdict
from collections.abc import Callable

Subscriber = Callable[..., None]

_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def subscribe(name: str) -> Callable[[Subscriber], Subscriber]:
    """Decorator: call the function with the payload whenever ``name`` is announced.

    Subscribing the same function twice counts once, so that a module may be loaded again.
    """

    def register(function: Subscriber) -> Subscriber:
        if function not in _subscribers[name]:
            _subscribers[name].append(function)
        return function

    return register


def announce(name: str, **payload: object) -> int:
    """Tell every subscriber of ``name``, in the order in which they subscribed.

    Payloads carry keys and dates, never model instances that may be stale.
    Returns how many were told. Errors of subscribers are not caught.
    """
    listeners = list(_subscribers.get(name, ()))
    for listener in listeners:
        listener(**payload)
    return len(listeners)
