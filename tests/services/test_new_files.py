"""A file to begin with is complete, and its name is free."""

import pytest
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.services import new_files, releases
from tests.services import region


@pytest.mark.parametrize("kind", new_files.KINDS)
def test_a_new_file_can_go_live_as_it_is(session: Session, kind: str):
    region.settle(session)
    before = releases.files(session, 1)
    name, content = new_files.make(kind, 'Coördinator "vragen" <&> nu', others=before)
    assert name.startswith("coordinator_vragen_nu")
    number = region.publish(session, {name: content})
    assert number == 2
    definition = releases.definitions(session, 2)
    if kind == "proces":
        assert definition.processes["coordinator_vragen_nu"].name == 'Coördinator "vragen" <&> nu'
    if kind == "beslissing":
        assert "coordinator_vragen_nu" in definition.decisions


def test_a_name_that_is_taken_gets_a_number():
    name, content = new_files.make("proces", "MDO", others=["mdo.bpmn", "MDO_2.bpmn"])
    assert name == "mdo_3.bpmn"
    assert b'id="mdo_3"' in content
    assert new_files.make("formulier", "2 vragen", others=[])[0] == "n_2_vragen.form"


@pytest.mark.parametrize(
    ("kind", "name"), [("proces", ""), ("proces", "!?"), ("x", "naam"), ("proces", "x" * 99)]
)
def test_a_name_that_says_nothing_is_refused(kind: str, name: str):
    with pytest.raises(Invalid) as told:
        new_files.make(kind, name, others=[])
    assert told.value.errors
