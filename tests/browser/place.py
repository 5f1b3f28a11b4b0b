"""The installation that the browser visits."""

from dataclasses import dataclass
from datetime import datetime

from app.config import from_environment
from app.factory import create_app
from app.services import jobs
from app.store.session import transaction
from tests.installation import HOST, Installation


@dataclass
class Place:
    """Where it runs, and the work of its worker at any moment."""

    installation: Installation
    has_case: bool = False
    """Whether there is a case to look at already."""

    def __post_init__(self) -> None:
        self.app = create_app(from_environment(self.installation.environment))

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.installation.port}"

    def work(self, *, now: datetime, most: int | None = None) -> int:
        """Run every job that is due at `now`, and those that follow, or so many; gives how many ran."""
        done = 0
        with self.app.app_context():
            while done != most:
                with transaction() as session:
                    if not jobs.run_due(session, now=now):
                        return done
                done += 1
        return done
