"""The public keys of a token issuer elsewhere (RFC 7517): kept here, refreshed behind the requests' backs."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt

from shared_settings.http import kept, outgoing
from shared_settings.http.tokens import ALGORITHM
from shared_settings.problems import Unavailable

logger = logging.getLogger("keys")

SOFT_AGE_SECONDS = 300.0
COOLDOWN_SECONDS = 10.0
TIMEOUT_SECONDS = 2.0
MOST_BYTES = 64 * 1024
MOST_KEYS = 32
THREAD = "refresh of the keys"
_KID = re.compile(r"[A-Za-z0-9_-]{1,128}")

Keys = Mapping[str, jwt.PyJWK]


class NoKeys(Unavailable):
    code = "no_keys"
    title = "Tokens cannot be verified now."
    detail = "The keys of the Auth service are not known yet, and it does not answer. Try again in a few seconds."


def usable_keys(document: Any) -> dict[str, dict[str, Any]]:
    """The public ES256 keys of a JWKS by `kid`, each with its needed members only; raises ValueError for none."""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("it is no key set")
    if len(document["keys"]) > MOST_KEYS:
        raise ValueError(f"it has more than {MOST_KEYS} keys")
    found: dict[str, dict[str, Any]] = {}
    for key in document["keys"]:
        if (
            isinstance(key, dict)
            and (key.get("kty"), key.get("crv")) == ("EC", "P-256")
            and key.get("use", "sig") == "sig"
            and key.get("alg", ALGORITHM) == ALGORITHM
            and "d" not in key
            and isinstance(key.get("kid"), str)
            and _KID.fullmatch(key["kid"])
            and isinstance(key.get("x"), str)
            and isinstance(key.get("y"), str)
        ):
            found[key["kid"]] = {name: key[name] for name in ("kty", "crv", "kid", "x", "y")}
    if not found:
        raise ValueError("it has no ES256 key")
    return found


class RemoteKeySet:
    """Keys by `kid`, of one address.

    A known `kid` never waits: past the soft age it starts one refresh in the background, and goes on with what is
    known. Only a token with an unknown `kid` waits, once in a cooldown and for the timeout at most. A good set is
    replaced by another good set only, and lies on disk, so that a restart while the issuer is away works.
    """

    def __init__(self, url: str, file: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._members: dict[str, dict[str, Any]] = {}
        self._keys: Keys = {}
        self._is_read = False
        self._refresh_after = 0.0  # when the soft age is reached
        self._quiet_until = float("-inf")  # no request to the issuer before, whether the last one succeeded or not
        self._running: threading.Event | None = None

    def find(self, kid: str) -> jwt.PyJWK | None:
        """The key of this id, None when the issuer has no such; raises `NoKeys` while there are no keys at all."""
        key = self._known().get(kid)
        if key is not None:
            if self._clock() >= self._refresh_after:
                self._refresh()
            return key
        if _KID.fullmatch(kid):
            self._wait_for_refresh()
        self.require()
        return self._keys.get(kid)

    def find_at_once(self, kid: str) -> jwt.PyJWK | None:
        """The key of this id, asked for without regard to the cooldown; for a caller that asks seldom by itself."""
        if kid not in self._known() and _KID.fullmatch(kid):
            with self._lock:
                self._quiet_until = float("-inf")
        return self.find(kid)

    def require(self) -> None:
        """Raise `NoKeys` when there are no keys, also after asking for them."""
        if not self._known():
            self._wait_for_refresh()
        if not self._keys:
            raise NoKeys

    def take(self, document: Any) -> None:
        """Replace the keys by those of this JWKS; raises ValueError, and changes nothing, when it holds none."""
        try:
            members = usable_keys(document)
            keys = {kid: jwt.PyJWK(member, ALGORITHM) for kid, member in members.items()}
        except jwt.PyJWTError as error:
            raise ValueError("a key in it is malformed") from error
        self._refresh_after = self._clock() + SOFT_AGE_SECONDS
        if members != self._members:  # else the same objects stay, by which verified tokens are remembered
            self._members, self._keys = members, keys

    def _known(self) -> Keys:
        if not self._is_read:
            self._read_file()
        return self._keys

    def _read_file(self) -> None:
        with self._lock:
            if self._is_read:
                return
            try:
                stored = kept.read(self._file)
                if stored["url"] == self.url:
                    self.take(stored)
                    self._refresh_after = self._clock()
            except FileNotFoundError:
                pass
            except (OSError, ValueError, TypeError, KeyError) as error:
                logger.warning("The stored keys cannot be read (%s).", error)
            self._is_read = True

    def _write_file(self) -> None:
        try:
            kept.write(self._file, {"url": self.url, "keys": list(self._members.values())})
        except OSError as error:
            logger.warning("The keys cannot be stored (%s).", error)

    def _refresh(self) -> threading.Event | None:
        """The end of the refresh that runs, which is begun unless the cooldown forbids it."""
        with self._lock:
            if self._running is None and self._clock() >= self._quiet_until:
                self._running = threading.Event()
                threading.Thread(target=self._fetch, args=(self._running,), name=THREAD, daemon=True).start()
            return self._running

    def _wait_for_refresh(self) -> None:
        running = self._refresh()
        if running is not None:
            running.wait(TIMEOUT_SECONDS)

    def _fetch(self, done: threading.Event) -> None:
        before = self._members
        try:
            body = outgoing.download(self.url, seconds=TIMEOUT_SECONDS, most_bytes=MOST_BYTES)
            self.take(json.loads(body))
            if self._members != before or not self._file.exists():
                self._write_file()
        except outgoing.FAULTS as error:
            reason = outgoing.reason_of(error)
            logger.warning("The keys of Auth cannot be refreshed (%s); %d are known.", reason, len(self._keys))
        except Exception:
            logger.exception("The keys of Auth cannot be refreshed.")
        finally:
            with self._lock:
                self._quiet_until = self._clock() + COOLDOWN_SECONDS
                self._running = None
            done.set()
