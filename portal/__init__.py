"""The patient portal. `create_app` joins the parts and does nothing else."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from portal import blueprints, extensions
from portal.domain import tables
from portal.gateways import queue
from portal.kernel import database, engines, ledger, passwords, secrets
from portal.web import access, browser_session, errors, language, logs, security_headers, transaction, uploads
from portal.web.application import Application


def create_app(settings: Settings) -> Flask:
    """The application for these settings.

    Raises:
        KeyFileError: the key file is missing or not private.
        UnfixedCore: the embedded database's core would lose writes.
    """
    secrets.use(secrets.Keyring.read(settings.keys))
    ledger.use(settings.data / ledger.FOLDER)
    passwords.use_cost(passwords.Cost(*settings.password_cost))
    app = Application("portal", static_folder=None)
    _configure(app, settings)
    _bind_database(app, settings)
    logs.join(app)
    security_headers.join(app)
    uploads.join(app)
    language.join(app)
    extensions.csrf.init_app(app)
    access.join(app)
    errors.join(app)
    blueprints.join(app)
    transaction.join(app)
    queue.join(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        PORTAL=settings,
        SECRET_KEY=secrets.keyring().derive("flask").hex(),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=1000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engines.engine_options(settings.database),
        PERMANENT_SESSION_LIFETIME=timedelta(0),
    )
    app.session_interface = browser_session.BrowserSessions()
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]


def _bind_database(app: Flask, settings: Settings) -> None:
    assert tables.ALL  # all tables are known before the first statement
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory="migrations")
    with app.app_context():
        engines.prepare(extensions.db.engine, secrets.keyring().derive("database"))
        database.use(extensions.db.engine, extensions.db.session)
