"""The application factory: settings and database in, a finished Flask app out. Holds no pages of its own."""

from flask import Flask
from jinja2 import StrictUndefined

from records.database import Database
from schemas.dates_shown import format_moment
from settings import Settings
from web_min import errors, health, imports, learner_template, response_headers


def create_app(settings: Settings, database: Database) -> Flask:
    """Make the website.

    Args:
        settings: as they are for every part of the system.
        database: migrated and open; the caller closes it.
    """
    app = Flask(__name__)
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.add_template_filter(format_moment, "moment")
    app.add_template_filter("{:,}".format, "number")
    app.extensions["database"] = database
    app.extensions["home_folder"] = settings.home_folder
    app.register_blueprint(imports.blueprint)
    app.register_blueprint(learner_template.blueprint)
    app.register_blueprint(health.blueprint)
    errors.show_errors_as_pages(app)
    response_headers.add_to_every_response(app)
    return app
