"""A bad setting is one line that names the variable, exit code 2, and nothing is left behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config import BadSetting, FileStore, read_settings
from portal.commands import prepare, serve

ROOT = Path(__file__).parents[2]
BAD = {
    "PORT": "http",
    "HOST": "no.such.host.invalid",
    "PUBLIC_URL": "http://portal.example.org",
    "DEMO": "perhaps",
    "DEMO_PUBLIC": "2",
    "DATABASE_URL": "mysql://somewhere/portal",
    "REDIS_URL": "redis://localhost",
    "SMTP_URL": "http://mail",
    "TEXT_URL": "https://texts.example.com",
    "FILES_URL": "https://s3.example.org/bucket",
    "VIRUS_SCAN_URL": "http://clamd",
    "CLINIC_NETWORKS": "the clinic",
    "LOG_LEVEL": "LOUD",
    "PASSWORD_COST": "8,1,1",
    "PROXIES": "9",
}


def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], **environment: str):
    """Start with these variables only; gives the exit code and the lines on stderr."""
    monkeypatch.setattr(os, "environ", {"PORTAL_DATA": str(tmp_path / "data"), "PORT": str(free_port()), **environment})
    monkeypatch.setattr(serve.web_server, "serve", lambda settings: 0)
    return serve.main(), capsys.readouterr().err.splitlines()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("name", BAD)
def test_each_bad_setting_is_named_in_one_line(name, tmp_path, monkeypatch, capsys):
    code, lines = started(tmp_path, monkeypatch, capsys, **{name: BAD[name]})
    assert (code, len(lines)) == (2, 1), lines
    assert f" {name}: " in lines[0]
    assert not (tmp_path / "data").exists()


BUCKET = {"FILES_URL": "s3://bucket/prefix"}
ELSEWHERE = {**BUCKET, "FILES_KEY": "AK", "FILES_SECRET": "sk"}


@pytest.mark.parametrize(
    "name,environment",
    [
        *(("FILES_URL", {"FILES_URL": url}) for url in ("s3://", "s3://a", "s3://Bucket", "s3://bucket/../other")),
        ("FILES_URL", {"FILES_URL": "s3://key:secret@bucket"}),
        ("FILES_URL", {"FILES_ENDPOINT": "https://s3.example.org"}),
        ("FILES_URL", {"FILES_KEY": "AK", "FILES_SECRET": "sk"}),
        ("FILES_ENDPOINT", {**ELSEWHERE, "FILES_ENDPOINT": "s3.example.org"}),
        ("FILES_ENDPOINT", {**ELSEWHERE, "FILES_ENDPOINT": "https://s3.example.org/bucket"}),
        ("FILES_ENDPOINT", {**ELSEWHERE, "FILES_ENDPOINT": "http://s3.example.org"}),
        ("FILES_SECRET", {**BUCKET, "FILES_KEY": "AK"}),
        ("FILES_KEY", {**BUCKET, "FILES_SECRET": "sk"}),
        ("FILES_KEY", {**BUCKET, "FILES_ENDPOINT": "https://s3.example.org"}),
        *(
            ("VIRUS_SCAN_URL", {"VIRUS_SCAN_URL": url})
            for url in (
                "tcp://",
                "tcp://clamd:0",
                "tcp://clamd:x",
                "tcp://clamd/x",
                "unix://clamd.ctl",
                "/run/clamd.ctl",
            )
        ),
    ],
    ids=str,
)
def test_half_of_a_file_store_or_a_scanner_is_refused(name, environment, tmp_path, monkeypatch, capsys):
    code, lines = started(tmp_path, monkeypatch, capsys, **environment)
    assert (code, len(lines)) == (2, 1), lines
    assert f" {name}: " in lines[0]
    assert "sk" not in lines[0].replace("disk", "")


def test_a_whole_file_store_and_scanner_are_taken():
    settings = read_settings({**ELSEWHERE, "FILES_ENDPOINT": "http://127.0.0.1:9000/", "VIRUS_SCAN_URL": "tcp://[::1]"})
    assert settings.files == FileStore("bucket", "prefix", "http://127.0.0.1:9000", key="AK", secret="sk")
    assert "sk" not in repr(settings)
    on_aws = read_settings(
        {"FILES_URL": "s3://my.bucket", "FILES_REGION": "us-west-2", "VIRUS_SCAN_URL": "unix:///c.ctl"}
    )
    assert on_aws.files == FileStore("my.bucket", region="us-west-2")
    assert read_settings({}).files == FileStore()


def test_demonstration_mode_stays_on_this_machine(tmp_path, monkeypatch, capsys):
    code, lines = started(tmp_path, monkeypatch, capsys, DEMO="1", HOST="0.0.0.0")
    assert (code, "DEMO_PUBLIC=1" in lines[0]) == (2, True)


def test_people_beyond_this_machine_need_mail(tmp_path, monkeypatch, capsys):
    code, lines = started(tmp_path, monkeypatch, capsys, PUBLIC_URL="https://portal.example.org")
    assert (code, " SMTP_URL: " in lines[0]) == (2, True)


def test_keys_inside_the_data_folder_are_refused(tmp_path, monkeypatch, capsys):
    code, lines = started(tmp_path, monkeypatch, capsys, PORTAL_KEYS=str(tmp_path / "data" / "keys"))
    assert (code, " PORTAL_KEYS: " in lines[0]) == (2, True)


def test_a_port_in_use_is_told(tmp_path, monkeypatch, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, lines = started(tmp_path, monkeypatch, capsys, PORT=str(taken.getsockname()[1]))
    assert (code, " PORT: " in lines[0]) == (2, True)


@pytest.mark.parametrize(
    "damage,words",
    [
        (lambda keys: keys.chmod(0o644), "chmod 600"),
        (lambda keys: keys.write_text("not a key file"), "can not be read"),
        (lambda keys: keys.write_text('{"current": 1, "keys": {"1": "00"}}'), "too short"),
        (lambda keys: keys.unlink(), "is missing"),
        (lambda keys: keys.write_text('{"current": 1, "keys": {"1": "%s"}}' % ("ab" * 32)), "does not open"),
    ],
    ids=["open to others", "not ours", "short", "gone", "another portal's"],
)
def test_a_bad_key_file_is_named(damage, words, tmp_path, monkeypatch, capsys):
    assert started(tmp_path, monkeypatch, capsys, DEMO="0")[0] == 0
    damage(tmp_path / "data.keys")
    code, lines = started(tmp_path, monkeypatch, capsys)
    assert (code, len(lines)) == (2, 1), lines
    assert " PORTAL_KEYS: " in lines[0]
    assert words in lines[0]


def test_a_second_portal_on_the_same_folder_is_refused(tmp_path, monkeypatch, capsys):
    settings = read_settings({"PORTAL_DATA": str(tmp_path / "data")})
    prepare.prepare(settings)
    with prepare.held(settings):
        code, lines = started(tmp_path, monkeypatch, capsys)
    assert (code, " PORTAL_DATA: " in lines[0]) == (2, True)


def test_a_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="^PORTAL_DATA: "):
        prepare.prepare(read_settings({"PORTAL_DATA": str(tmp_path / "file" / "data")}))


def test_the_flask_program_refuses_in_the_same_way(tmp_path):
    environment = {**os.environ, "PORTAL_DATA": str(tmp_path / "data"), "PORTAL_KEYS": str(tmp_path / "none")}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert " PORTAL_KEYS: " in done.stderr
