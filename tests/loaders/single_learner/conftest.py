"""Someone at work in a school without learners."""

import pytest

from tests.loaders.school import School
from tests.loaders.single_learner.person_at_work import PersonAtWork


@pytest.fixture
def at_work(school: School) -> PersonAtWork:
    """A person who may do anything there."""
    return PersonAtWork(school)
