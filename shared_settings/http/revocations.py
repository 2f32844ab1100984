"""What an issuer elsewhere has revoked: asked for every few seconds behind the requests' backs, and kept here."""

from __future__ import annotations

import json
import logging
import os
import random
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt

from shared_settings.http import kept, outgoing
from shared_settings.http.jwks import RemoteKeySet
from shared_settings.http.lifetimes import LEEWAY_SECONDS
from shared_settings.http.tokens import ALGORITHM, FEED_TYPE, decoded
from shared_settings.problems import Unavailable

logger = logging.getLogger("revocations")

POLL_SECONDS = 5.0
TIMEOUT_SECONDS = 2.0
MOST_BYTES = 16 * 1024 * 1024
WRITE_SECONDS = 60.0  # how old the stored time of the last answer may be
REQUIRED_CLAIMS = ("iss", "aud", "iat", "exp", "cursor")
THREAD = "poll of the revocations"


class RevocationsUnknown(Unavailable):
    code = "revocations_unknown"
    title = "Admins cannot be told from former admins now."
    detail = "The Auth service has not answered for long. Try again in a minute."


@dataclass(frozen=True)
class Revoked:
    """The whole set, as of `iat` (seconds since the epoch, by the issuer's clock)."""

    cursor: str = ""
    iat: int = 0
    sessions: frozenset[str] = frozenset()
    users: Mapping[str, int] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Revoked:
        """From the claims of a feed, or from what was stored; raises ValueError or KeyError."""
        sessions, users, keys = claims["sessions"], claims["users"], claims["keys"]
        if not (
            isinstance(sessions, list)
            and isinstance(users, dict)
            and isinstance(keys, list)
            and all(isinstance(name, str) for name in (*sessions, *keys, claims["cursor"]))
            and all(isinstance(moment, int) for moment in (*users.values(), claims["iat"]))
        ):
            raise ValueError("it is no set of revocations")
        return cls(claims["cursor"], claims["iat"], frozenset(sessions), users, frozenset(keys))

    def document(self) -> dict[str, Any]:
        return {
            "cursor": self.cursor,
            "iat": self.iat,
            "sessions": sorted(self.sessions),
            "users": dict(self.users),
            "keys": sorted(self.keys),
        }

    def covers(self, *, session_id: str, person_id: str, issued_at: int) -> bool:
        """Whether a token of this session and person, issued at this second, counts no more."""
        return session_id in self.sessions or issued_at < self.users.get(person_id, 0)


class RemoteRevocations:
    """What is revoked, of one address.

    Asking is a look into memory. One thread of the process asks the issuer every five seconds; while it does not
    answer, the last set stays, which lies on disk for a start in that time.
    """

    def __init__(
        self,
        url: str,
        credential: str,
        keys: RemoteKeySet,
        file: Path,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url = url
        self._credential = credential
        self._keys = keys
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._revoked = Revoked()
        self._began = clock()
        self._written = 0  # the `iat` on disk
        self._is_understood = True  # whether the last poll was answered; perhaps the cursor was refused
        self._polling_process = 0
        self._is_stopping = threading.Event()

    @property
    def is_on(self) -> bool:
        """Without a credential nothing is asked, and nothing is known to be revoked."""
        return bool(self._credential)

    def present(self) -> Revoked:
        """What is known to be revoked now."""
        if self._polling_process != os.getpid():
            self.start()
        return self._revoked

    def age(self) -> float:
        """For how many seconds nothing was heard; counted from the start when nothing ever was."""
        return self._clock() - (self.present().iat or self._began)

    def require(self, longest: float) -> None:
        """Raise `RevocationsUnknown` when nothing was heard for longer than this many seconds."""
        if self.is_on and self.age() > longest:
            raise RevocationsUnknown

    def start(self) -> None:
        """Take what is on disk and begin to ask; once a process, also after a fork."""
        with self._lock:
            if self._polling_process == os.getpid():
                return
            if self.is_on:
                self._read_file()
                threading.Thread(target=self._poll_for_ever, name=THREAD, daemon=True).start()
            self._polling_process = os.getpid()

    def stop(self) -> None:
        """Ask no more."""
        self._is_stopping.set()

    def poll(self) -> bool:
        """Ask once; returns whether there was a good answer."""
        before = self._revoked
        knows_all_before = before.cursor and self._is_understood
        url = f"{self.url}?{urllib.parse.urlencode({'after': before.cursor})}" if knows_all_before else self.url
        self._is_understood = False
        try:
            headers = {"Authorization": f"Bearer {self._credential}"}
            body = outgoing.download(url, seconds=TIMEOUT_SECONDS, most_bytes=MOST_BYTES, headers=headers)
            self.take(json.loads(body)["feed"])
        except (*outgoing.FAULTS, jwt.PyJWTError, Unavailable, KeyError, TypeError) as error:
            logger.warning("The revocations of Auth cannot be read (%s).", outgoing.reason_of(error))
            return False
        except Exception:
            logger.exception("The revocations of Auth cannot be read.")
            return False
        self._is_understood = True
        self._write_file(is_new=self._revoked.cursor != before.cursor)
        return True

    def take(self, feed: str) -> None:
        """Replace the set by that of a signed feed; raises ValueError (or kin), and changes nothing, for a bad one."""
        claims = self._verified(feed)
        with self._lock:
            before = self._revoked
            if claims["iat"] < before.iat - LEEWAY_SECONDS:  # the clocks of two machines of the issuer may differ
                raise ValueError("it is older than the last one")
            if "sessions" not in claims:
                if claims["cursor"] != before.cursor:
                    raise ValueError("it leaves out what is not known")
                claims = {**before.document(), "iat": claims["iat"]}
            revoked = Revoked.read({**claims, "iat": max(claims["iat"], before.iat)})
            if claims.get("kid") in revoked.keys:
                raise ValueError("it is signed with a key that it revokes")
            self._revoked = revoked

    def _verified(self, feed: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(feed)
        if header.get("typ") != FEED_TYPE or header.get("alg") != ALGORITHM or "crit" in header:
            raise ValueError("it is no feed")
        kid = header.get("kid")
        key = self._keys.find_at_once(kid) if isinstance(kid, str) and kid not in self._revoked.keys else None
        if key is None:
            raise ValueError("it is signed with a key that does not count")
        return decoded(feed, key, REQUIRED_CLAIMS) | {"kid": kid}

    def _poll_for_ever(self) -> None:
        pause = 0.0
        while not self._is_stopping.wait(pause):
            self.poll()
            pause = POLL_SECONDS * random.uniform(0.8, 1)  # noqa: S311 (spreads load, hides nothing)

    def _read_file(self) -> None:
        try:
            stored = kept.read(self._file)
            if stored["url"] == self.url:
                self._revoked = Revoked.read(stored)
                self._written = self._revoked.iat
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError) as error:
            logger.warning("The stored revocations cannot be read (%s).", error)

    def _write_file(self, *, is_new: bool) -> None:
        revoked = self._revoked
        if not is_new and revoked.iat < self._written + WRITE_SECONDS and self._file.exists():
            return
        try:
            kept.write(self._file, {"url": self.url, **revoked.document()})
            self._written = revoked.iat
        except OSError as error:
            logger.warning("The revocations cannot be stored (%s).", error)
