"""Settings: read once from the environment into a typed object. Unsafe combinations refuse to start.

Every variable is described in docs/settings.md; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
_TCP, _UNIX = re.compile(r"tcp://([A-Za-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?"), re.compile(r"unix:///.+")
_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9._-]+)*)/?")
_LOOPBACK_NAMES = {"localhost"}
#: What the demonstration shows as technical support; nobody answers there.
_INVENTED_EMAIL, _INVENTED_PHONE = "support@example.org", "+18885550124"


class BadSetting(Exception):
    """A setting that the portal will not start with: the variable, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why


@dataclass(frozen=True)
class FileStore:
    """The bucket that uploaded files lie in. Without one they lie in the data folder."""

    bucket: str = ""
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything a deployment can choose. Money, times and sizes that SECURITY fixes are not here."""

    data: Path = Path("data")
    keys: Path = Path("data.keys")
    database_url: str = ""
    redis_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    proxies: int = 0
    clinic_networks: tuple[str, ...] = ()
    name: str = "Patient Ally"
    demo: bool = False
    demo_public: bool = False
    smtp_url: str = ""
    mail_from: str = "portal@localhost"
    operator_email: str = ""
    support_email: str = ""
    support_phone: str = ""
    text_url: str = ""
    text_account: str = ""
    text_token: str = field(default="", repr=False)
    text_from: str = ""
    files: FileStore = FileStore()
    virus_scan_url: str = ""
    password_cost: tuple[int, int, int] = (19456, 2, 1)
    in_process_jobs: bool = True
    log_level: str = "INFO"

    @property
    def secure(self) -> bool:
        """Whether people reach the portal by https (then the cookie is `__Host-sid`)."""
        return self.public_url.startswith("https://")

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database in use."""
        if not self.database_url:
            return f"sqlite+pysqlite:///{(self.data / 'portal.sqlite').resolve()}"
        scheme, rest = self.database_url.split("://", 1)
        return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else self.database_url

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database.startswith("sqlite")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this process.

    Raises:
        BadSetting: for the first variable that is wrong or unsafe.
    """
    port = _whole(environment, "PORT", 8000, 1, 65535)
    host = environment.get("HOST", "127.0.0.1")
    data = Path(environment.get("PORTAL_DATA", "data"))
    public_url = environment.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    demo = _flag(environment, "DEMO")
    settings = Settings(
        data=data,
        keys=Path(environment.get("PORTAL_KEYS") or data.with_name(data.name + ".keys")),
        database_url=environment.get("DATABASE_URL", ""),
        redis_url=environment.get("REDIS_URL", ""),
        host=host,
        port=port,
        public_url=public_url,
        trusted_hosts=_list(environment, "TRUSTED_HOSTS") or _hosts_of(public_url),
        proxies=_whole(environment, "PROXIES", 0, 0, 5),
        clinic_networks=_list(environment, "CLINIC_NETWORKS"),
        name=environment.get("PORTAL_NAME", "Patient Ally"),
        demo=demo,
        demo_public=_flag(environment, "DEMO_PUBLIC"),
        smtp_url=environment.get("SMTP_URL", ""),
        mail_from=environment.get("MAIL_FROM", "portal@localhost"),
        operator_email=environment.get("OPERATOR_EMAIL", ""),
        support_email=environment.get("SUPPORT_EMAIL", _INVENTED_EMAIL if demo else ""),
        support_phone=environment.get("SUPPORT_PHONE", _INVENTED_PHONE if demo else ""),
        text_url=environment.get("TEXT_URL", "").rstrip("/"),
        text_account=environment.get("TEXT_ACCOUNT", ""),
        text_token=environment.get("TEXT_TOKEN", ""),
        text_from=environment.get("TEXT_FROM", ""),
        files=_file_store(environment),
        virus_scan_url=_scanner(environment),
        password_cost=_cost(environment),
        in_process_jobs=not environment.get("REDIS_URL"),
        log_level=environment.get("LOG_LEVEL", "INFO").upper(),
    )
    _refuse_unsafe(settings)
    return settings


def _refuse_unsafe(settings: Settings) -> None:
    public = urlsplit(settings.public_url)
    if public.scheme not in {"http", "https"} or not public.hostname:
        raise BadSetting("PUBLIC_URL", "must be the full address that people use, like https://portal.example.org")
    if public.scheme == "http" and not _is_loopback(public.hostname):
        raise BadSetting("PUBLIC_URL", "plain http is refused beyond this machine; use https")
    if settings.demo and not _is_loopback(settings.host) and not settings.demo_public:
        raise BadSetting("DEMO", f"demonstration mode does not listen on {settings.host} unless DEMO_PUBLIC=1")
    if settings.redis_url and settings.embedded:
        raise BadSetting("REDIS_URL", "workers need PostgreSQL: set DATABASE_URL, or unset REDIS_URL")
    if settings.database_url and urlsplit(settings.database_url).scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise BadSetting("DATABASE_URL", "must begin with postgresql://; leave it out for the embedded database")
    if settings.redis_url and urlsplit(settings.redis_url).scheme not in {"redis", "rediss", "unix"}:
        raise BadSetting("REDIS_URL", "must begin with redis://, rediss:// or unix://")
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in {"smtp", "smtps"}:
        raise BadSetting("SMTP_URL", "must begin with smtp:// or smtps://")
    if settings.text_url and not (settings.text_account and settings.text_token and settings.text_from):
        raise BadSetting("TEXT_URL", "also needs TEXT_ACCOUNT, TEXT_TOKEN and TEXT_FROM")
    if not settings.demo and settings.secure and not settings.smtp_url:
        raise BadSetting("SMTP_URL", "a portal for real people must be able to send email")
    if settings.support_phone and not _NUMBER.fullmatch(settings.support_phone):
        raise BadSetting("SUPPORT_PHONE", "must be a number like +18885550124")
    if settings.keys.resolve().is_relative_to(settings.data.resolve()):
        raise BadSetting("PORTAL_KEYS", "the key file must not be inside the data folder that it protects")
    if settings.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise BadSetting("LOG_LEVEL", "must be DEBUG, INFO, WARNING or ERROR")
    _refuse_bad_networks(settings.clinic_networks)


def _refuse_bad_networks(networks: tuple[str, ...]) -> None:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise BadSetting("CLINIC_NETWORKS", f"{network!r} is not a network like 203.0.113.0/28") from error


def _file_store(environment: Mapping[str, str]) -> FileStore:
    """`FILES_URL` = `s3://<bucket>/<prefix>`, and how to get there."""
    url, endpoint = environment.get("FILES_URL", ""), environment.get("FILES_ENDPOINT", "").rstrip("/")
    key, secret = environment.get("FILES_KEY", ""), environment.get("FILES_SECRET", "")
    region = environment.get("FILES_REGION", "")
    if not url:
        if endpoint or key or secret or region:
            raise BadSetting("FILES_URL", "is needed by the other FILES_ settings; or leave them all out")
        return FileStore()
    found = _BUCKET.fullmatch(url)
    if not found or {".", ".."} & set(found[2].split("/")):
        raise BadSetting("FILES_URL", "must be s3://bucket/prefix; leave it out to keep files in the data folder")
    server = urlsplit(endpoint)
    if endpoint and (server.scheme not in {"http", "https"} or not server.hostname or server.path or server.query):
        raise BadSetting(
            "FILES_ENDPOINT", "must be the address of an S3-compatible server, like https://s3.example.org"
        )
    if server.scheme == "http" and not _is_loopback(server.hostname or ""):
        raise BadSetting("FILES_ENDPOINT", "plain http is refused beyond this machine; use https")
    if bool(key) != bool(secret) or (endpoint and not key):
        missing = "FILES_SECRET" if key else "FILES_KEY"
        raise BadSetting(missing, "is missing; only on AWS a role of the machine can take the place of both keys")
    return FileStore(found[1], found[2].strip("/"), endpoint, region or "us-east-1", key, secret)


def _scanner(environment: Mapping[str, str]) -> str:
    """`VIRUS_SCAN_URL` = `tcp://host:3310` or `unix:///path`."""
    url = environment.get("VIRUS_SCAN_URL", "")
    if url and not _TCP.fullmatch(url) and not _UNIX.fullmatch(url):
        raise BadSetting("VIRUS_SCAN_URL", "must be tcp://host:3310 or unix:///path/of/clamd.sock")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES


def _hosts_of(public_url: str) -> tuple[str, ...]:
    host = urlsplit(public_url).hostname or ""
    return ("127.0.0.1", "localhost", "::1") if _is_loopback(host) else (host,)


def _list(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environment.get(name, "").split(",") if part.strip())


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in _TRUE | _FALSE:
        raise BadSetting(name, "must be 1 or 0")
    return value in _TRUE


def _whole(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadSetting(name, f"must be a whole number from {least} to {most}")
    return int(text)


def _cost(environment: Mapping[str, str]) -> tuple[int, int, int]:
    """`PASSWORD_COST` = memory in KiB, passes, lanes. Weaker than the default is for tests only."""
    parts = _list(environment, "PASSWORD_COST") or ("19456", "2", "1")
    if len(parts) != 3 or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise BadSetting("PASSWORD_COST", "must be three numbers: memory in KiB, passes, lanes")
    cost = (int(parts[0]), int(parts[1]), int(parts[2]))
    if cost[0] * cost[1] < 19456 * 2 and environment.get("PORTAL_TESTING") != "1":
        raise BadSetting("PASSWORD_COST", "is weaker than 19456,2,1")
    return cost
