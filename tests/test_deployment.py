"""The Dockerfiles, docker-compose.yml and what they need, judged without a container engine."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared_settings import env

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
SERVICES = ("auth", "core")
COMPOSE_FILE = ROOT / "docker-compose.yml"
COMPOSE_DOCUMENT: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
COMPOSE: dict[str, dict[str, Any]] = COMPOSE_DOCUMENT["services"]
MIGRATIONS = {"auth-migrate", "core-migrate"}


def words(text: str) -> set[str]:
    return set(text.split())


BOTH_SETTINGS = words(
    "SECRET_KEY DATABASE_URL ALLOWED_ORIGINS ALLOWED_HOSTS API_PREFIX CACHE_URL LOG_LEVEL VAR_DIR DEBUG TOKEN_ISSUER "
    "TOKEN_AUDIENCE TRUSTED_PROXIES"
)
SETTINGS = {
    "auth": BOTH_SETTINGS
    | words(
        "ACCESS_TOKEN_EXPIRE_MINUTES REFRESH_LEEWAY_SECONDS PASSWORD_MIN_LENGTH REGISTRATION_HIDES_ACCOUNTS "
        "MFA_REQUIRED_FOR_ADMINS FRONTEND_URL EMAIL_URL KEY_ENCRYPTION_KEYS SERVICE_TOKENS"
    ),
    "core": BOTH_SETTINGS
    | words(
        "AUTH_SERVICE_URL AUTH_SERVICE_TOKEN REVOCATIONS_MAX_AGE_SECONDS UPLOAD_MAX_BYTES "
        "S3_ENDPOINT_URL S3_PUBLIC_ENDPOINT_URL S3_BUCKET S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY S3_REGION"
    ),
}
SECRET_NAME = re.compile(r"SECRET|PASSWORD(?!_MIN)|KEY|TOKENS?$|CLI_?AUTH$")
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")


def dockerfile(service: str) -> str:
    return (ROOT / f"{service}_service" / "Dockerfile").read_text()


def instructions(service: str, name: str) -> list[str]:
    joined = dockerfile(service).replace("\\\n", " ")
    return [" ".join(line.split()[1:]) for line in joined.splitlines() if line.startswith(f"{name} ")]


def names_in_example(pattern: str) -> set[str]:
    return set(re.findall(rf"^{pattern}", (ROOT / ".env.example").read_text(), re.MULTILINE))


def make_env(target: Path) -> dict[str, str]:
    subprocess.run([ROOT / "deploy" / "make-env", target], check=True)
    lines = [line for line in target.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def compose_config(env_file: Path) -> subprocess.CompletedProcess[str]:
    """`docker compose config`, by the docker client's plugin or by the one that .ci/install-compose brings."""
    for command in (["docker", "compose"], [str(TOOLS / "docker-compose")]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            break
    else:
        assert "CI" not in os.environ, "docker compose is missing: run .ci/install-compose."
        pytest.skip("docker compose is missing: .ci/install-compose brings it.")
    return subprocess.run(
        [*command, "--project-directory", ROOT, "--env-file", env_file, "config", "--format", "json"],
        env={"PATH": os.defpath, "HOME": str(env_file.parent)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_hadolint_has_nothing_to_say(service: str) -> None:
    run = subprocess.run([TOOLS / "hadolint", "-"], input=dockerfile(service), capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_takes_only_its_own_service_and_what_is_shared(service: str) -> None:
    copied = [line.split()[:-1] for line in instructions(service, "COPY")]
    from_context = {source for sources in copied if not sources[0].startswith("--from=") for source in sources}
    assert from_context == {
        f"requirements/{service}.txt",
        "gunicorn.conf.py",
        f"manage_{service}.py",
        "shared_settings",
        f"{service}_service",
    }
    assert not instructions(service, "ADD")
    assert {f"!{source}" for source in from_context} <= set((ROOT / ".dockerignore").read_text().splitlines())


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_built_in_stages_and_runs_without_root(service: str) -> None:
    text = dockerfile(service)
    assert len(instructions(service, "FROM")) == 2
    assert all(re.match(r"python:3\.13-slim-\w+", line) for line in instructions(service, "FROM"))
    assert "--require-hashes" in text
    assert instructions(service, "USER") == ["1000:1000"]
    assert len(instructions(service, "HEALTHCHECK")) == 1


def test_the_build_context_holds_only_what_is_named() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    assert {"**/tests", "**/conftest.py"} <= set(lines)
    assert not [line for line in lines if line.startswith("!") and (".env" in line or "var" in line)]


def test_compose_holds_no_secret() -> None:
    for name, service in COMPOSE.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET_NAME.search(variable):
                assert REQUIRED.fullmatch(value or ""), f"{name}: {variable}"
            for password in re.findall(r"://[^:/@]*:(.+?)@", value or ""):
                assert REQUIRED.fullmatch(password), f"{name}: {variable}"
    command = COMPOSE["redis"]["command"]
    assert REQUIRED.fullmatch(command[command.index("--requirepass") + 1])


def test_what_compose_requires_is_what_make_env_writes_and_the_example_leaves_open(tmp_path: Path) -> None:
    required = set(REQUIRED.findall(COMPOSE_FILE.read_text()))
    assert required == set(make_env(tmp_path / "env")) == names_in_example(r"([A-Z0-9_]+)=$")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_its_worker_and_its_migration_get_every_setting_and_no_other(service: str) -> None:
    # The image sets VAR_DIR; nobody debugs in a container that others reach.
    expected = SETTINGS[service] - {"DEBUG", "VAR_DIR"} | {"WEB_CONCURRENCY"}
    for name in (service, f"{service}-worker", f"{service}-migrate"):
        assert set(COMPOSE[name]["environment"]) == expected


def trusts(service: str, address: str, in_env_file: str = "") -> bool:
    """Whether the service believes what this address forwards, when .env sets TRUSTED_PROXIES like this."""
    value = COMPOSE[service]["environment"]["TRUSTED_PROXIES"]
    given = in_env_file if value is None else value.replace("${TRUSTED_PROXIES:-}", in_env_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTED_PROXIES", given)
        return any(ipaddress.ip_address(address) in network for network in env.networks("TRUSTED_PROXIES"))


def test_auth_believes_what_core_forwards_and_what_no_other_neighbour_does() -> None:
    core, proxy = COMPOSE["core"]["networks"]["default"]["ipv4_address"], "198.51.100.4"
    (network,) = COMPOSE_DOCUMENT["networks"]["default"]["ipam"]["config"]
    taken_by_others = ipaddress.ip_network(network["ip_range"])
    assert ipaddress.ip_address(core) in ipaddress.ip_network(network["subnet"])
    assert ipaddress.ip_address(core) not in taken_by_others

    assert trusts("auth", core)
    # The gateway stands for everybody who comes over the machine itself.
    for other in (network["gateway"], str(taken_by_others[5]), proxy):
        assert not trusts("auth", other)
    assert not trusts("core", core)

    for service in SERVICES:
        assert trusts(service, proxy, in_env_file=f"{proxy}/32")
    assert trusts("auth", core, in_env_file=f"{proxy}/32")


def test_every_setting_stands_in_the_example_and_in_the_document() -> None:
    files = [ROOT / "shared_settings" / "base.py", ROOT / "shared_settings" / "env.py", *ROOT.glob("*/settings.py")]
    reading = re.compile(r"(?:\benv\.[a-z_]+|\bflag|\btext)\(\s*\"([A-Z][A-Z0-9_]+)\"")
    read_by_code = {name for file in files for name in reading.findall(file.read_text())}
    assert "API_PREFIX" in read_by_code
    asked_by_compose = set(re.findall(r"\$\{(\w+)", COMPOSE_FILE.read_text()))
    settings = SETTINGS["auth"] | SETTINGS["core"] | read_by_code
    assert (settings | asked_by_compose) - names_in_example(r"#?([A-Z0-9_]+)=") == set()
    assert settings - set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text())) == set()


@pytest.mark.parametrize("name", sorted(set(COMPOSE) - MIGRATIONS))
def test_what_runs_on_is_watched_and_restarted(name: str) -> None:
    service = COMPOSE[name]
    assert service["restart"] == "unless-stopped"
    if name in SERVICES:
        assert "healthcheck" not in service, "the image has its own"
        assert "command" not in service
    else:
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    if name.endswith("-worker"):
        assert f"find {service['command'][-1]} " in service["healthcheck"]["test"][1]


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_starts_before_what_it_needs(service: str) -> None:
    assert COMPOSE[f"{service}-migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in (service, f"{service}-worker"):
        needs = {need: how["condition"] for need, how in COMPOSE[name]["depends_on"].items()}
        assert needs.pop(f"{service}-migrate") == "service_completed_successfully"
        assert set(needs.values()) == {"service_healthy"}


def test_only_the_two_services_and_the_signed_links_are_published() -> None:
    published = {name: service["ports"] for name, service in COMPOSE.items() if "ports" in service}
    assert published == {"auth": ["8001:8001"], "core": ["8000:8000"], "s3": ["${S3_PORT:-9000}:7070"]}


def test_images_of_others_are_pinned_to_a_version() -> None:
    images = {service["image"] for service in COMPOSE.values() if "build" not in service}
    assert images
    assert all(re.search(r":v?\d", image) for image in images)


def test_make_env_writes_fresh_secrets_for_the_owner_only_and_replaces_none(tmp_path: Path) -> None:
    first, second = make_env(tmp_path / "first"), make_env(tmp_path / "second")
    assert stat.S_IMODE((tmp_path / "first").stat().st_mode) == 0o600
    assert not set(first.values()) & set(second.values())
    assert first["SERVICE_TOKENS"] == first["AUTH_SERVICE_TOKEN"]
    assert len(set(first.values())) == len(first) - 1
    assert all(re.fullmatch(r"[\w-]{20,}=?", value) for value in first.values())

    before = (tmp_path / "first").read_text()
    again = subprocess.run([ROOT / "deploy" / "make-env", tmp_path / "first"], capture_output=True, text=True)
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert (tmp_path / "first").read_text() == before


def test_compose_accepts_the_file_and_passes_on_what_the_env_file_sets(tmp_path: Path) -> None:
    env_file = tmp_path / "env"
    secrets = make_env(env_file)
    env_file.write_text(env_file.read_text() + "LOG_LEVEL=WARNING\n")
    run = compose_config(env_file)
    assert (run.returncode, run.stderr) == (0, "")
    services = json.loads(run.stdout)["services"]
    assert services["auth"]["environment"]["LOG_LEVEL"] == "WARNING"
    assert services["auth"]["environment"]["API_PREFIX"] is None, "absent, so the service's default counts"
    assert services["auth"]["environment"]["TRUSTED_PROXIES"] == "10.203.117.10/32,"
    assert secrets["CORE_DATABASE_PASSWORD"] in services["core"]["environment"]["DATABASE_URL"]
    assert secrets["CORE_SECRET_KEY"] not in json.dumps(services["auth"])


def test_compose_says_what_to_do_when_a_secret_is_missing(tmp_path: Path) -> None:
    (tmp_path / "env").touch()
    run = compose_config(tmp_path / "env")
    assert run.returncode != 0
    assert "run deploy/make-env" in run.stderr
