"""Who: people, roles and scopes, and the Actor behind a request."""

from decisions.people.actors import actor_of, names, people_with
from decisions.people.roster import add

__all__ = ["actor_of", "add", "names", "people_with"]
