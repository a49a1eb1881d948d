"""A password is proven, and a new one hashed, before the transaction begins: both take longer than a pen is held."""

from __future__ import annotations

from flask import g, session

from portal.blueprints.security.forms import NewPasswordForm, PasswordForm
from portal.domain.sign_in import actions, password, password_rules, queries
from portal.domain.viewer import Anybody
from portal.kernel import clock, passwords
from portal.kernel.refusal import Refusal, Refused
from portal.web import origin
from portal.web.forms import Form
from portal.web.wording import tell, words_for

_SLOW_DOWN = {"wait", "too_many"}


def why_not_theirs(viewer: Anybody, typed: str) -> Refusal | None:
    """Whether this is the viewer's own password; counted as any sign-in is."""
    attempt = origin.attempt(viewer.actor.kind, queries.username_of(viewer.actor), typed)
    try:
        actions.check_password(attempt)
    except Refused as refused:
        return Refusal("password_wrong") if refused.refusal.code == "wrong" else refused.refusal
    return None


def prepare(viewer: Anybody, form: NewPasswordForm) -> int | None:
    """The new hash into `g`; or what is wrong into the form, and the status to answer with."""
    if not form.validate():
        return 422
    current, new = str(form.current.data), str(form.new.data)
    owner = password.owner_of(viewer.actor)
    refusal = password_rules.why_not_change(current, new, has_second_step=owner.has_second_step, about=owner.about)
    if refusal is not None:
        form.new.errors = [words_for(refusal)]
        return 422
    return stopped(form, form.current, why_not_theirs(viewer, current)) or _hashed(new)


def stopped(form: Form, field: object, refusal: Refusal | None) -> int | None:
    """Put a refusal at its field, or above all of them where only waiting helps."""
    if refusal is None:
        return None
    if refusal.code in _SLOW_DOWN:
        tell(form, refusal)
        return 429
    field.errors = [words_for(refusal)]  # type: ignore[attr-defined]
    return 422


def prepare_to_turn_off(viewer: Anybody, form: PasswordForm) -> int | None:
    """Whether the password is theirs, and long enough to be the only step; or the status to answer with."""
    if not form.validate():
        return 422
    typed = str(form.password.data)
    refused = stopped(form, form.password, why_not_theirs(viewer, typed))
    if refused is None and password_rules.why_not_choose(typed) is not None:
        form.form_errors = [words_for(Refusal("password_too_short_alone", least=password_rules.LEAST_ALONE))]
        return 409
    return refused


def save(viewer: Anybody) -> None:
    """The deed, and the token that goes on."""
    token = password.change(viewer, g.password_hash, clock.now())
    session.become(token)  # type: ignore[attr-defined]


def _hashed(new: str) -> None:
    g.password_hash = passwords.hash_password(new)
