"""The environment, read once and with types; a wrong value stops start-up with a sentence that names the variable."""

from __future__ import annotations

import base64
import importlib
import ipaddress
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env  # for its parsers only: it takes a value that begins with $ for the name of a variable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_KNOWN_SECRETS = ("django-insecure", "change-me", "changeme", "secret", "your-secret", "insecure", "example")
_S3_REQUIRED = ("S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
_OTHERS_PATHS = ("admin", "static", "healthz", "readyz", "metrics")  # what a service serves beside its API
_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")  # as Django's ALLOWED_HOSTS has them
_GUNICORN_BOOT_ERROR = 3  # a worker that ends with this status stops gunicorn; with any other it is started again


def wrong(name: str, sentence: str) -> ImproperlyConfigured:
    """The error of a setting; `sentence` goes on after the name."""
    return ImproperlyConfigured(f"{name} {sentence}")


def text(name: str, default: str) -> str:
    return os.environ.get(name, default).strip()


def filled(name: str, default: str) -> str:
    value = text(name, default)
    if not value:
        raise wrong(name, "must not be empty.")
    return value


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, ",".join(default)).split(",") if word.strip()]


def flag(name: str, *, default: bool) -> bool:
    value = text(name, str(default)).lower()
    if value in ("true", "1", "yes", "on"):
        return True
    if value in ("false", "0", "no", "off", ""):
        return False
    raise wrong(name, f"must be true or false, and is {value!r}.")


def whole(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise wrong(name, f"must be a whole number, and is {value!r}.") from None
    if not low <= number <= high:
        raise wrong(name, f"must lie between {low} and {high}, and is {number}.")
    return number


def one_of(name: str, default: str, choices: Sequence[str]) -> str:
    value = text(name, default).upper()
    if value not in choices:
        raise wrong(name, f"must be one of {', '.join(choices)}, and is {value!r}.")
    return value


def _is_http_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and re.search(r"\s", value) is None


def address(name: str, default: str) -> str:
    """An http or https address, without its closing slash; may be empty when the default is."""
    value = text(name, default).rstrip("/")
    if not value and not default:
        return ""
    if not _is_http_address(value):
        raise wrong(name, f"must be an address that begins with http:// or https://, and is {value!r}.")
    return value


def origins(name: str) -> list[str]:
    """Web origins: scheme and host, with a port where it is not the scheme's own."""
    found = words(name)
    for value in found:
        if not _is_http_address(value) or re.fullmatch(r"https?://[^/?#@]+", value) is None:
            raise wrong(name, f"must list origins such as https://app.example.org, and {value!r} is none.")
    return found


def networks(name: str) -> list[Network]:
    found: list[Network] = []
    for value in words(name):
        try:
            found.append(ipaddress.ip_network(value))
        except ValueError:
            raise wrong(name, f"must list networks such as 10.0.0.0/8, and {value!r} is none.") from None
    return found


def path_prefix(name: str, default: str) -> str:
    """A path without slashes at its ends."""
    value = text(name, default).strip("/")
    if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", value):
        raise wrong(name, f"must be a path such as /api/v1, and is {value!r}.")
    if value.split("/")[0] in _OTHERS_PATHS:
        raise wrong(name, f"must not begin with /{value.split('/')[0]}, where something else is served.")
    return value


def folder(name: str, default: str, base: Path) -> Path:
    """A folder that can be written; made for its owner alone when it is missing. A relative path lies in `base`."""
    value = filled(name, default)
    try:
        path = base / Path(value).expanduser()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise wrong(name, f"must name a folder that can be made, and {value!r} cannot ({error}).") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise wrong(name, f"must name a folder that can be written, and {value!r} cannot.")
    return path


def secret_key() -> str:
    value = text("SECRET_KEY", "")
    if not value:
        raise wrong("SECRET_KEY", "is not set: set it to 50 random characters (`make run` makes one in var/).")
    if len(value) < 32 or len(set(value)) < 8:
        raise wrong("SECRET_KEY", "can be guessed: use at least 32 random characters.")
    if any(value.lower().startswith(known) for known in _KNOWN_SECRETS):
        raise wrong("SECRET_KEY", "is one that everybody knows: use 50 random characters of your own.")
    return value


def encryption_keys(name: str) -> list[str]:
    """Keys of 32 bytes in base64url, as Fernet takes them; none when the variable is empty."""
    found = [key.rstrip("=") + "=" for key in words(name)]
    for key in found:
        try:
            size = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except ValueError:
            size = 0
        if size != 32:
            raise wrong(name, "must list keys of 32 bytes in base64url each, and one of them is none.")
    return found


def long_secrets(name: str, *, shortest: int = 32) -> list[str]:
    """A comma-separated list of secrets, each long enough not to be guessed, and fit to be sent in a header."""
    found = words(name)
    if any(len(secret) < shortest for secret in found):
        raise wrong(name, f"must list secrets of {shortest} characters or more, and one of them is shorter.")
    if not all(re.fullmatch(r"[\x21-\x7e]+", secret) for secret in found):
        raise wrong(name, "must list secrets of visible ASCII characters, and one of them has others.")
    return found


def long_secret(name: str) -> str:
    """One such secret; may be empty."""
    found = long_secrets(name)
    if len(found) > 1:
        raise wrong(name, f"must be one secret, and has {len(found)} between its commas.")
    return found[0] if found else ""


def hosts(name: str, *, debug: bool) -> list[str]:
    found = words(name, LOCAL_HOSTS)
    if not found:
        raise wrong(name, "must not be empty.")
    for host in found:
        if not _HOST.fullmatch(host):
            raise wrong(name, f"must list host names such as learn.example.org, without a port, and {host!r} is none.")
    if debug and (public := public_hosts(found)):
        raise wrong("DEBUG", f"cannot be true while {name} names a public host ({public[0]}).")
    return found


def public_hosts(hosts: Sequence[str]) -> list[str]:
    """Those under which others than this machine, and its containers, reach a service."""
    near = re.compile(r"[A-Za-z0-9_-]+|.*\.localhost")
    return [host for host in hosts if host not in LOCAL_HOSTS and not near.fullmatch(host)]


def database(name: str, default_file: Path) -> dict[str, Any]:
    """Django's settings of the database that a URL names: SQLite or PostgreSQL."""
    url = text(name, f"sqlite:///{default_file}")
    scheme = url.split(":", 1)[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        raise wrong(name, f"must begin with sqlite:// or postgres://, and begins with {scheme!r}.")
    try:
        config: dict[str, Any] = dict(Env.db_url_config(url))
    except (ValueError, TypeError, ImproperlyConfigured) as error:
        raise wrong(name, f"is not a database address ({type(error).__name__}).") from None
    if not config.get("NAME") or config["NAME"] == ":memory:":
        raise wrong(name, "names no database that stays.")
    prepared = flag("DATABASE_PREPARED_STATEMENTS", default=True)
    options: dict[str, Any] = config.setdefault("OPTIONS", {})
    if scheme == "sqlite":
        if not Path(config["NAME"]).resolve().parent.is_dir():
            raise wrong(name, f"names a file in a folder that is not there: {config['NAME']}.")
        # FULL: NORMAL may lose the last commits when power goes. IMMEDIATE: a transaction that reads before it writes
        # would otherwise fail when another writer comes between.
        options["transaction_mode"] = "IMMEDIATE"
        options["timeout"] = 20
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
        return config
    config["CONN_MAX_AGE"] = 600
    config["CONN_HEALTH_CHECKS"] = True
    options.setdefault("connect_timeout", 10)
    options["server_side_binding"] = prepared
    options["prepare_threshold"] = 2 if prepared else None
    return config


def cache(name: str) -> dict[str, Any]:
    """Django's settings of the cache that a URL names: Redis, or this process' memory without one."""
    url = text(name, "")
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise wrong(name, "must begin with redis:// or rediss://.")
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0 and re.fullmatch(r"/?[0-9]*", parts.path) is not None
    except ValueError:
        is_whole = False
    if not is_whole and not url.startswith("unix:///"):
        raise wrong(name, "is not the address of a Redis server, such as redis://host:6379/0.")
    patience = {"socket_timeout": 1, "socket_connect_timeout": 1}  # seconds; what is cached is never needed
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "OPTIONS": patience}


def mail(name: str, directory: Path) -> dict[str, Any]:
    """Django's mail settings: an SMTP server's, or files in this directory without a URL."""
    url = text(name, "")
    if not url:
        return {"EMAIL_BACKEND": "shared_settings.mail.MailFiles", "EMAIL_FILE_PATH": str(directory)}
    if not url.startswith(("smtp://", "smtps://", "smtp+tls://", "smtp+ssl://", "consolemail://")):
        raise wrong(name, "must begin with smtp://, smtp+tls://, smtp+ssl:// or consolemail://.")
    try:
        config = dict(Env.email_url_config(url))
    except ValueError:
        config = {}
    if not config or not (config.get("EMAIL_HOST") or url.startswith("consolemail://")):
        raise wrong(name, "is not the address of a mail server, such as smtp+tls://user:password@host:587.")
    return {key: value for key, value in config.items() if key.startswith("EMAIL_") and value is not None}


def storages(directory: Path) -> dict[str, Any]:
    """Django's storages: files in this directory, or a bucket when `S3_BUCKET` and its two keys are set.

    With a bucket, "links" signs links for the address under which clients reach it.
    """
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    named = [name for name in (*_S3_REQUIRED, "S3_ENDPOINT_URL", "S3_PUBLIC_ENDPOINT_URL") if text(name, "")]
    if not named:
        local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(directory)}}
        return {"default": local, "staticfiles": static}
    for name in _S3_REQUIRED:
        if name not in named:
            raise wrong(name, f"is not set, while {named[0]} is: set all of S3_*, or none to keep files in VAR_DIR.")
    endpoint = address("S3_ENDPOINT_URL", "")
    public_endpoint = address("S3_PUBLIC_ENDPOINT_URL", "") or endpoint
    return {"default": _bucket(endpoint), "links": _bucket(public_endpoint), "staticfiles": static}


def _name_of_s3(name: str, default: str) -> str:
    value = text(name, default)
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,255}", value):
        raise wrong(name, f"must be a name of letters, digits, dots, - and _, and is {value!r}.")
    return value


def _bucket(endpoint: str) -> dict[str, Any]:
    """The storage of the bucket under this address; without one, Amazon's own."""
    from botocore.config import Config  # only Core has it

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "virtual"},
        request_checksum_calculation="when_required",  # not every S3 server knows the newer checksums
        response_checksum_validation="when_required",
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    options = {
        "bucket_name": _name_of_s3("S3_BUCKET", ""),
        "access_key": text("S3_ACCESS_KEY_ID", ""),
        "secret_key": text("S3_SECRET_ACCESS_KEY", ""),
        "region_name": _name_of_s3("S3_REGION", "us-east-1"),
        "endpoint_url": endpoint or None,
        "client_config": config,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def use(settings_module: str) -> None:
    """Load a service's settings, or end this process with one sentence."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    try:
        importlib.import_module(settings_module)
    except ImproperlyConfigured as error:
        stop(settings_module.partition(".")[0], error)


def stop(service: str, reason: object) -> NoReturn:
    """End this process with one sentence; a server does not start it again."""
    print(f"{service} cannot start: {reason}", file=sys.stderr)
    raise SystemExit(_GUNICORN_BOOT_ERROR) from None
