"""Flask-Security, set up: hashing, tokens, sessions. Its own pages are off; docs/decisions/0013 says why."""

from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask
from flask_security import PasswordUtil, Security, SQLAlchemySessionUserDatastore
from flask_wtf.csrf import CSRFProtect
from werkzeug.local import LocalProxy

from records.tables import Account
from settings import Settings
from web_min.current import get_session
from web_min.signing_in.codes import Codes
from web_min.signing_in.password_rules import find_password_fault
from web_min.signing_in.sessions import load_account


class Rules(PasswordUtil):
    """Judges new passwords by our rules [manual 3.4]."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Return what is wrong with a password, if anything, and the password normalised."""
        normalised = self.normalize(password)
        fault = find_password_fault(normalised, kwargs.get("user"))
        return ([fault] if fault else None), normalised


def derive_key(key: bytes, purpose: str) -> str:
    """Derive a key for one purpose from the sealing key, so that there is one secret to keep and none is used twice."""
    return HKDF(SHA256(), length=32, salt=None, info=f"learner-imports {purpose}".encode()).derive(key).hex()


def set_up_signing_in(app: Flask, settings: Settings, key: bytes) -> None:
    """Configure cookies and Flask-Security, and let every POST need its CSRF token.

    Args:
        app: without a secret key so far.
        settings: limits and the website's address.
        key: the sealing key, 32 bytes.
    """
    app.config.update(
        SECRET_KEY=derive_key(key, "website"),
        SESSION_COOKIE_NAME="__Host-session" if settings.is_web_tls else "session",
        SESSION_COOKIE_SECURE=settings.is_web_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the session it is bound to
        WTF_CSRF_SSL_STRICT=False,  # we send no referrer, so there is none to compare
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_NORMALIZE_FORM="NFKC",  # noqa: S106
        SECURITY_RESET_SALT="choose a password",
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    accounts: Any = Account  # has what Flask-Security needs of a user without being made of its classes
    datastore = SQLAlchemySessionUserDatastore(LocalProxy(get_session), accounts, accounts)  # type: ignore[arg-type]
    security = Security(app, datastore, register_blueprint=False, password_util_cls=Rules)
    security.login_manager.user_loader(load_account)
    security.login_manager.request_loader(lambda _request: None)  # no tokens in headers or addresses
    app.extensions["codes"] = Codes({"1": derive_key(key, "two-step sign-in")}, issuer="Learner imports")
    CSRFProtect(app)
