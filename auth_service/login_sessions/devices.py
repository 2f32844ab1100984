"""What a request says of the device that it comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


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
