"""What a new password must be: long, and not one that others try first. Nothing else is asked."""

from __future__ import annotations

import pytest

from portal.domain.demo import PASSPHRASE
from portal.domain.sign_in import common_passwords, password_rules
from portal.kernel import secrets

GOOD = "seven otters carry soup"


def why(password, **more):
    refusal = password_rules.why_not_choose(password, **more)
    return refusal.code if refusal else None


def test_the_blocklist_holds_a_hundred_thousand_that_could_be_typed():
    """SECURITY A1, A2. Shorter ones are not in it: they are refused for their length."""
    assert common_passwords.size() >= 100_000
    assert common_passwords.LEAST <= password_rules.LEAST_WITH_SECOND_STEP
    assert common_passwords.FILE.stat().st_size < 500_000


@pytest.mark.parametrize(
    "typed", ["iloveyouforever", "PasswordPassword", "qwertyuiopasdfghjkl", "123456789987654321", "manchesterunited"]
)
def test_a_password_that_many_people_have_is_refused_with_the_reason(typed):
    assert why(typed) == "password_common"


@pytest.mark.parametrize("typed", [GOOD, PASSPHRASE, "x iloveyouforever", "correct horse battery staple", "   " * 7])
def test_the_whole_is_compared_and_never_a_part(typed):
    assert why(typed) is None


def test_good_passwords_are_not_taken_for_common_ones():
    """One in half a million is: of 20,000 at most one."""
    assert sum(common_passwords.is_common(secrets.random_token()) for _ in range(20_000)) <= 1


def test_a_file_holds_what_it_was_made_of(tmp_path):
    made = tmp_path / "words.bin"
    made.write_bytes(common_passwords.packed(["Straße nach Süden", "second of the two"]))
    assert common_passwords.size(made) == 2
    assert common_passwords.is_common("STRASSE NACH SU\N{COMBINING DIAERESIS}DEN", made)
    assert not common_passwords.is_common("third of the two", made)


def test_length_is_counted_in_letters_and_is_the_only_other_rule():
    assert why("ñ" * 14) == "password_short"
    assert why("ñandúes en la pampa"[:15]) is None
    assert why("seven otters", has_second_step=True) is None
    assert why("seven otter", has_second_step=True) == "password_short"
    assert why("x" * 257) == why("🦊" * 257) == "password_long"


def test_ones_own_names_are_no_password():
    about = ["Maribel", "Oakhurst", "Larkfield"]
    assert why("maribeloakhurst1958", about=about) == "password_about_you"
    assert why("maribel keeps otters", about=about) is None
