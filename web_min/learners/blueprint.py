"""The area's blueprint, which its modules of routes add to, and how its addresses name a learner."""

from flask import Blueprint

LARGEST_ID = 2**63 - 1
LEARNER = f"/learners/<int(max={LARGEST_ID}):learner_id>"

blueprint = Blueprint("learners", __name__)
