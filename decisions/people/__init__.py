"""Who: people, roles and scopes, and the Actor behind a request."""

from decisions.people.actors import actor_of, names, people_with
from decisions.people.roster import add, disable, set_password

__all__ = ["actor_of", "add", "disable", "names", "people_with", "set_password"]
