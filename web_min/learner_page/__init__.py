"""The area of learners' own page: their details, their profile and how their applications stand."""

from web_min.learner_page.routes import blueprint

__all__ = ["blueprint"]
