"""What a request says of the device that it comes from."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from auth_service.limits.rules import area_of, network_of

# The first that fits: most browsers also name those that they want to be taken for.
_PROGRAMS = (
    ("Edge", "Edg"),
    ("Opera", "OPR"),
    ("Firefox", "Firefox|FxiOS"),
    ("Chrome", "Chrome|CriOS"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("Linux", "Linux|X11"),
)


@dataclass(frozen=True)
class Device:
    ip: str | None = None
    user_agent: str = ""

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Self:
        """From WSGI's variables; the address is the client's own, see `http.middleware.forwarded`."""
        user_agent = "".join(letter for letter in meta.get("HTTP_USER_AGENT", "") if letter.isprintable())
        try:
            ip: str | None = str(ipaddress.ip_address(meta.get("REMOTE_ADDR", "").partition("%")[0]))
        except ValueError:
            ip = None  # a Unix socket
        return cls(ip, user_agent[:400])

    @property
    def name(self) -> str:
        """What a person knows it by, such as "Firefox on Windows"; the same after an update of the program."""
        system = _first_found(_SYSTEMS, self.user_agent)
        program = _first_found(_PROGRAMS, self.user_agent) or _first_words(self.user_agent)
        return f"{program} on {system}" if system else program

    @property
    def network(self) -> str:
        """What its attempts are counted under, see `limits.rules`."""
        return network_of(self.ip)

    def is_like(self, other: Device) -> bool:
        """Whether both are the same kind of program in the same network, and so perhaps one device."""
        return self.name == other.name and area_of(self.ip) == area_of(other.ip)


def _first_words(user_agent: str) -> str:
    """How a program that is no browser calls itself, without its version."""
    words = re.match(r"[A-Za-z][A-Za-z ._-]{0,39}", user_agent)
    return words[0].strip(" ._-") if words else "an unknown program"


def _first_found(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), None)
