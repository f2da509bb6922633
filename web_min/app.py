"""The application factory: settings, database and key in, a finished Flask app out. Holds no pages of its own."""

from flask import Flask

from loaders.sealing import Sealer
from records.database import Database
from settings import Settings
from web_min import (
    audit_trail,
    credentials,
    dashboard,
    distrust,
    errors,
    health,
    home,
    imports,
    learner_page,
    learner_template,
    my_account,
    progress_template,
    providers,
    response_headers,
    staff,
    two_step,
)
from web_min.access import guard_every_route
from web_min.current import close_session_after_requests
from web_min.learners import routes as learners
from web_min.look import set_up_templates
from web_min.signing_in import password_routes, routes
from web_min.signing_in.extension import set_up_signing_in

AREAS = (
    home.blueprint,
    routes.blueprint,
    password_routes.blueprint,
    two_step.blueprint,
    my_account.blueprint,
    dashboard.blueprint,
    imports.blueprint,
    learners.blueprint,
    learner_page.blueprint,
    learner_template.blueprint,
    progress_template.blueprint,
    credentials.blueprint,
    staff.blueprint,
    providers.blueprint,
    audit_trail.blueprint,
    health.blueprint,
)
REQUEST_LIMIT_BYTES = 2**20  # of a form; a page that takes files sets its own


def create_app(settings: Settings, database: Database, key: bytes) -> Flask:
    """Make the website.

    Args:
        settings: as they are for every part of the system.
        database: migrated and open; the caller closes it.
        key: the sealing key, 32 bytes: it opens initial passwords, and sessions and links are signed by what follows
            from it.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = REQUEST_LIMIT_BYTES
    app.extensions |= {"settings": settings, "database": database, "sealer": Sealer(key), "key": key}
    close_session_after_requests(app)
    set_up_templates(app)
    distrust.distrust_requests(app, settings.effective_web_url)
    set_up_signing_in(app, settings, key)
    for blueprint in AREAS:
        app.register_blueprint(blueprint)
    errors.show_errors_as_pages(app)
    response_headers.add_to_every_response(app)
    guard_every_route(app)
    return app
