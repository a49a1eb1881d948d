from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.gateways import Permanent, Temporary, mail
from tests.mail_sink import MailSink

ID = UUID("6ec5e6ac-4f6b-4b8e-9c6e-7b8f6c7f1a11")
EMAIL = mail.Email(ID, "ann@example.com", "Nuevo inicio de sesión", "Hola\n.\nAdiós\n", "<p>Hola</p>", "es")


def refusal(kind, email=EMAIL):
    with pytest.raises(kind) as raised:
        mail.send(email)
    return raised.value.code


def test_an_email_arrives_as_text_and_html(outside, sink):
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    mail.send(EMAIL)
    (received,) = sink.messages
    assert (received.sender, received.recipients) == ("portal@example.org", ("ann@example.com",))
    assert received.subject == EMAIL.subject
    assert received.body.splitlines() == EMAIL.text.splitlines()
    assert received.message.get_body(("html",)).get_content().strip() == "<p>Hola</p>"
    assert received.message["From"] == "Patient Ally <portal@example.org>"
    assert received.message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_a_mail_carries_one_entry_for_the_calendar(outside, sink, method):
    """RFC 6047: a calendar is another way to say the same, names its method, and arrives byte by byte."""
    entry = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nSUMMARY:Cita 😀\r\n .\r\n.\r\nEND:VCALENDAR\r\n".encode()
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    mail.send(EMAIL._replace(calendar=mail.CalendarPart(method, entry)))
    message = sink.messages[0].message
    text, html, calendar = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert calendar["Content-Type"] == f'text/calendar; method="{method}"; charset="utf-8"'
    assert (calendar.get_payload(decode=True), calendar["Content-Transfer-Encoding"]) == (entry, "base64")
    assert list(message.iter_attachments()) == [] and calendar["Content-Disposition"] is None


def test_each_try_carries_the_same_message_id(outside, sink):
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    mail.send(EMAIL)
    mail.send(EMAIL)
    assert {received.message_id for received in sink.messages} == {f"<{ID}@portal.example.org>"}


def test_without_a_mail_server_it_becomes_a_file(outside):
    folder = outside().data / "outbox"
    mail.send(EMAIL)
    stored = message_from_bytes((folder / f"{ID}.eml").read_bytes(), policy=default)
    assert stored["Subject"] == EMAIL.subject


def test_a_mailbox_that_is_gone_is_for_good(outside, sink):
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    sink.refuse("ann@example.com")
    assert refusal(Permanent) == "smtp_550"


def test_greylisting_is_for_now(outside, sink):
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    sink.greylist(1)
    assert refusal(Temporary) == "smtp_451"
    mail.send(EMAIL)
    assert len(sink.messages) == 1


def test_a_closed_port_and_a_cut_connection_are_for_now(outside, sink):
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    sink.cut()
    assert refusal(Temporary) == "smtp_no_answer"
    sink.stop()
    assert refusal(Temporary) == "smtp_no_answer"


@pytest.mark.parametrize("address", ["ann@example.com\r\nBcc: eve@example.com", "@", "ånn@example.com"])
def test_an_address_that_is_none_is_for_good(outside, sink, address):
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    assert refusal(Permanent, EMAIL._replace(to=address)) in {"address", "smtp_501", "smtp_553"}
    assert sink.messages == []


def test_a_server_that_takes_too_long_is_given_up_before_the_lease_ends(outside, sink, monkeypatch):
    assert mail._WHOLE < 60
    monkeypatch.setattr(mail, "_AFTER_TEXT", 0.2)
    outside(smtp_url=f"smtp://127.0.0.1:{sink.port}")
    sink.slow(2)
    assert refusal(Temporary) == "smtp_no_answer"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_the_password_is_sent_over_tls(outside, tls, scheme):
    with signed_in_sink(tls, at_once=scheme == "smtps") as (sink, port, seen):
        outside(smtp_url=f"{scheme}://portal:s%40cret@127.0.0.1:{port}")
        mail.send(EMAIL)
        assert seen == [("portal", "s@cret", True)]
        assert len(sink.messages) == 1


def test_the_password_is_never_sent_in_the_open(outside, sink, monkeypatch):
    monkeypatch.setattr(mail, "_is_here", lambda url: False)
    outside(smtp_url=f"smtp://portal:secret@127.0.0.1:{sink.port}")
    assert refusal(Temporary) == "smtp_no_tls"


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def signed_in_sink(tls, at_once):
    sink, seen = MailSink(), []

    def authenticate(server, session, envelope, mechanism, data):
        seen.append((data.login.decode(), data.password.decode(), at_once or session.ssl is not None))
        return AuthResult(success=True)

    how = {"ssl_context": tls} if at_once else {"tls_context": tls, "require_starttls": True}
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=sink.port,
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=not at_once,
        **how,
    )
    controller.start()
    try:
        yield sink, sink.port, seen
    finally:
        controller.stop()
