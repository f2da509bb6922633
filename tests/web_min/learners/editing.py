"""Editing a learner as a browser does: the form's address, and the form sent with some boxes changed."""

from typing import Any

from flask.testing import FlaskClient

from records.tables import Learner
from tests.web_min.learners.form_of import open_form


def edit_path(learner: Learner) -> str:
    """Return where a learner is edited."""
    return f"/learners/{learner.id}/edit"


def save(browser: FlaskClient, learner: Learner, **changed: Any) -> Any:
    """Open the form, change some boxes and send it."""
    return browser.post(edit_path(learner), data=open_form(browser, edit_path(learner)) | changed)
