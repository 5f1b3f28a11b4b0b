"""Sound and unsound diagrams, each with what should be said of it: `rule element`, `?` for a warning."""

from tests.checks.call_diagrams import CALLS, UNDOING
from tests.checks.flow_diagrams import BOUNDARIES, GATEWAYS, LOOPS
from tests.checks.scope_diagrams import LISTENERS, SCOPES

ALL = [*GATEWAYS, *LOOPS, *BOUNDARIES, *SCOPES, *LISTENERS, *CALLS, *UNDOING]
