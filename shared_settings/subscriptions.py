"""Who hears of which event (`@on`), and what is done again and again (`@every`); apps say so in their `tasks`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

PATH_LENGTH = 200
_WELL_FORMED = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")


@dataclass(frozen=True)
class Event:
    """Something that happened, as a subscriber sees it; `payload` holds what JSON can say (ids and times are text)."""

    id: uuid.UUID
    name: str
    payload: dict[str, Any]
    created_at: datetime


class GiveUp(Exception):
    """Raised by a subscriber that cannot ever succeed, with the reason: the delivery fails for good at once."""


Subscriber = Callable[[Event], object]
Task = Callable[[], object]
AnySubscriber = TypeVar("AnySubscriber", bound=Subscriber)
AnyTask = TypeVar("AnyTask", bound=Task)

_subscribers: dict[str, Subscriber] = {}
_subscriptions: dict[str, list[str]] = {}
_timed: dict[str, tuple[timedelta, Task]] = {}


def check_name(name: str) -> None:
    """Raise unless it names what happened: the noun, a dot and what was done to it, like `user.registered`."""
    if not _WELL_FORMED.fullmatch(name):
        raise ValueError(f"{name!r} does not name what happened; 'user.registered' does.")


def path_of(function: Callable[..., object]) -> str:
    """The dotted path under which the rows name a function: renaming it orphans what still waits for it."""
    path = f"{function.__module__}.{function.__qualname__}"
    if len(path) > PATH_LENGTH:
        raise ValueError(f"The path of {path} is longer than {PATH_LENGTH} characters.")
    return path


def on(name: str) -> Callable[[AnySubscriber], AnySubscriber]:
    """Deliver events of this name to the function, at least once each and in no promised order.

    It runs outside of a transaction and must end within the worker's lease, so what it calls needs time-outs.
    """
    check_name(name)

    def subscribe(function: AnySubscriber) -> AnySubscriber:
        path = path_of(function)
        _subscribers[path] = function
        paths = _subscriptions.setdefault(name, [])
        if path not in paths:
            paths.append(path)
        return function

    return subscribe


def every(*, seconds: int) -> Callable[[AnyTask], AnyTask]:
    """Run the function again and again, that long after its last start; of several workers one runs it."""

    def schedule(function: AnyTask) -> AnyTask:
        _timed[path_of(function)] = (timedelta(seconds=seconds), function)
        return function

    return schedule


def subscribers_of(name: str) -> list[str]:
    """The paths of all subscribers of an event."""
    return list(_subscriptions.get(name, ()))


def event_names() -> list[str]:
    """All events that have a subscriber."""
    return sorted(_subscriptions)


def subscriber_paths() -> list[str]:
    return sorted(_subscribers)


def subscriber(path: str) -> Subscriber | None:
    return _subscribers.get(path)


def timed_work() -> dict[str, tuple[timedelta, Task]]:
    """Period and function of all timed work, by path."""
    return dict(_timed)
