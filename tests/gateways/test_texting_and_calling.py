import base64
import time
from uuid import UUID
from xml.etree import ElementTree

import pytest

from portal.gateways import Permanent, Temporary, sms, text_provider, voice

ID = UUID("6ec5e6ac-4f6b-4b8e-9c6e-7b8f6c7f1a11")
REPORT = f"https://portal.example.org/notifications/provider/{ID}"
TEXT = sms.Text(ID, "+12025550123", "A message waits: https://portal.example.org/", REPORT)
CALL = voice.Call(ID, "+12025550123", "Hello </Say><Dial>+8816123</Dial> & good bye", "es", REPORT)


@pytest.fixture
def connected(outside, provider):
    outside(text_url=provider.url, text_account="AC1", text_token="t0ken", text_from="+12025550100")
    return provider


def test_a_text_is_posted_and_gives_a_reference(connected):
    assert sms.send(TEXT) == "SM1"
    ((path, fields, authorization),) = connected.taken
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert fields == {"From": "+12025550100", "To": TEXT.to, "Body": TEXT.words, "StatusCallback": REPORT}
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"AC1:t0ken"


def test_a_call_reads_the_words_twice_and_nothing_else(connected):
    voice.call(CALL)
    spoken = ElementTree.fromstring(connected.taken[0][1]["Twiml"])
    assert [element.tag for element in spoken] == ["Say", "Pause", "Say"]
    assert spoken[0].text == CALL.words
    assert spoken[0].get("language") == "es-US"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Permanent), (422, Permanent), *((status, Temporary) for status in (401, 429, 500, 503))],
)
def test_a_refusal_is_for_good_only_where_the_number_is_the_reason(connected, status, kind):
    connected.status = status
    with pytest.raises(kind) as raised:
        sms.send(TEXT)
    assert raised.value.code == f"provider_{status}"


def test_a_redirect_is_not_followed(connected):
    connected.status = 302
    with pytest.raises(Temporary):
        sms.send(TEXT)


def test_a_provider_that_hangs_is_given_up_within_five_seconds(connected):
    connected.hung.clear()
    before = time.monotonic()
    with pytest.raises(Temporary) as raised:
        sms.send(TEXT)
    assert raised.value.code == "provider_no_answer"
    assert time.monotonic() - before < 5


def test_without_a_provider_texts_and_calls_become_files(outside):
    folder = outside().data / "outbox"
    assert sms.send(TEXT) is None and voice.call(CALL) is None
    assert TEXT.words in (folder / f"{ID}.sms.txt").read_text()
    assert CALL.to in (folder / f"{ID}.call.txt").read_text()


def test_a_report_is_signed_as_the_api_says(outside):
    """The example of the provider's own documentation."""
    outside(text_token="12345")
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }.items()
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert text_provider.signature(url, fields) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    assert text_provider.is_signed(url, fields, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    assert not text_provider.is_signed(url, [*fields, ("To", "+1")], "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    assert not text_provider.is_signed(url, fields, "Ünsinn")


def test_without_a_provider_no_report_is_believed(outside):
    outside()
    assert not text_provider.is_signed("https://x/", [], text_provider.signature("https://x/", []))
