"""A person gets in with user name and password, and nobody else does."""

import pytest


def test_a_patient_signs_in(browser, patient):
    page = browser().get("/sign_in/")
    b = browser()
    page = b.submit(b.get("/sign_in/"), username=patient.username.upper(), password=patient.password)
    assert page.status == 200 and "/me/" in page.url


@pytest.mark.parametrize("username,password", [("nobody", "x" * 15), (None, "wrong wrong wrong")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(browser, patient, username, password):
    b = browser()
    page = b.submit(b.get("/sign_in/"), status=422, username=username or patient.username, password=password)
    assert "The username or the password is not right" in page
    assert page.one("#username").get("value") == (username or patient.username)
