"""The area's blueprint, which its modules of routes add to, and how its addresses name an account."""

from flask import Blueprint

LARGEST_ID = 2**63 - 1
ACCOUNT = f"/staff/<int(max={LARGEST_ID}):account_id>"

blueprint = Blueprint("staff", __name__)
