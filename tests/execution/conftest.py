"""Reading back and retrying in the tests' own time."""

from __future__ import annotations

import pytest

from tests.execution import world


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.READ_BACK_SECONDS = 0.0


@pytest.fixture
def amounts(db):
    """The service and its simulated target."""
    return world.make_world()


@pytest.fixture
def amounts_for_real(transactional_db):
    """The same, committed, for tests with several connections."""
    return world.make_world()
