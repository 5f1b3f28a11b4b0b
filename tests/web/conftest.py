"""The whole application on a scratch database: a small region, its people, and a way of working."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import from_environment
from app.factory import create_app
from app.services import people, releases
from app.store.models import Person
from app.store.session import connect, db
from tests.services import region
from tests.services.region import NOW
from tests.web.visitor import PASSWORD, Visitor

FILES = Path(__file__).parent / "files"

PEOPLE: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "petra": ("veiligheidshuis", [("procesregisseur", "arnhem")]),
    "pim": ("veiligheidshuis", [("procesregisseur", "arnhem")]),
    "wim": ("veiligheidshuis", [("procesregisseur", "wvv")]),
    "ilse": ("veiligheidshuis", [("informatiecoordinator", "arnhem")]),
    "lotte": ("veiligheidshuis", [("locatiemanager", "arnhem"), ("weegploeg", None)]),
    "karin": ("veiligheidshuis", [("ketenmanager", None)]),
    "stijn": ("veiligheidshuis", [("stuurgroep", "arnhem")]),
    "oscar": ("veiligheidshuis", [("proceseigenaar", None)]),
    "olga": ("veiligheidshuis", [("proceseigenaar", None)]),
    "bram": ("veiligheidshuis", [("beheerder", None)]),
    "pol": ("politie", [("partner", None)]),
    "hans": ("halt", [("partner", None)]),
    "niemand": ("halt", []),
}


@pytest.fixture(scope="session")
def settled_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the region in it, to copy."""
    file = tmp_path_factory.mktemp("streek") / "streek.db"
    shutil.copyfile(empty_sqlite, file)
    app = Flask("streek")
    connect(app, f"sqlite:///{file}")
    with app.app_context():
        settle(db.session())
        db.session.commit()
        db.engine.dispose()
    return file


def settle(session: Session) -> None:
    """The region, its people, and the way of working with pages."""
    region.settle(session)
    given = {path.name: path.read_bytes() for path in FILES.iterdir() if path.suffix in releases.KINDS}
    releases.publish(session, {**releases.files(session, 1), **given}, by="test", note="web", now=NOW)
    hashed = people.hash_password(PASSWORD)
    for login, (organisation, roles) in PEOPLE.items():
        region.person(session, login, roles=roles, organisation=organisation).password_hash = hashed


def web_app(url: str, data: Path, **more: str) -> Flask:
    """Casusroute on this database, with its own folder for data, and more settings."""
    settings = {"CASUSROUTE_DATA": str(data), "DATABASE_URL": url, "MAX_DOCUMENT_MB": "1"}
    made = create_app(from_environment({**settings, "SECRET_KEY": "x" * 40, **more}))
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def app(settled_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    file = tmp_path / "casusroute.db"
    shutil.copyfile(settled_sqlite, file)
    made = web_app(f"sqlite:///{file}", tmp_path)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    """`visit("petra")`: a browser in which Petra has signed in; without a name nobody has."""

    def visitor(login: str = "") -> Visitor:
        return Visitor(app, login)

    return visitor


@pytest.fixture
def change_person(app: Flask) -> Callable[..., None]:
    """`change_person("petra", active=False)`"""

    def change(login: str, **columns: object) -> None:
        with app.app_context():
            person = db.session.query(Person).filter_by(login=login).one()
            for name, value in columns.items():
                setattr(person, name, value)
            db.session.commit()

    return change
