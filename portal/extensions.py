"""Flask extensions, bound in create_app. Nothing below web imports this."""

from __future__ import annotations

from flask import request
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from portal.kernel.database import Base


class _Check(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's check of posts. It is told of a GET that there is nothing to check before it asks five questions."""

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.method not in {"GET", "HEAD"}:
            super().protect(apply_exemptions)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True)
login = LoginManager()
csrf = _Check()
babel = Babel()
