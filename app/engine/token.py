"""A task of the tree, without SpiffWorkflow's log line for each of its states.

The line takes time, and at a low level it writes the data of the case into the log.
"""

from SpiffWorkflow.task import Task


class Token(Task):
    """One place in the tree where an instance is, was a moment ago, or will be."""

    def _set_state(self, value: int) -> None:
        self._state = value
