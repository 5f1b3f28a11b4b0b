"""Where something stands in a way of working: names, fields, columns, and what expressions read."""

import pytest

from app import forms
from app.engine import definitions
from app.services import job_types, search
from app.services.search import Mention
from tests.services.region import ROLES
from tests.town import shipped

FILES = shipped()


@pytest.fixture(scope="module")
def mentions() -> tuple[Mention, ...]:
    found = {}
    for name in FILES:
        if name.endswith(".form"):
            form, _ = forms.parse(FILES[name], file=name)
            assert form is not None
            found[form.id] = form
    roles = {key: key for key in ROLES} | {key.capitalize(): key for key in ROLES}
    roles |= {
        "Informatiecoördinator": "informatiecoordinator",
        "Administratief ondersteuner": "administratief",
    }
    loaded, problems = definitions.load(FILES, roles=roles, forms=found, job_types=job_types.NAMES)
    assert loaded is not None, problems
    return search.gather(loaded, found, {"mdo_agenderen": "Agenderen"})


def places(found: list[Mention]) -> set[tuple[str, str, str]]:
    return {(one.kind, one.owner_id, one.what) for one in found}


def test_a_variable_is_found_where_it_is_filled_in_and_where_it_is_read(mentions: tuple[Mention, ...]):
    found = search.find(mentions, "thema")

    assert ("form", "mdo_agenderen", "wordt hier ingevuld") in places(found.exact)
    assert ("process", "aanmelding", "casus.thema") in places(found.exact)
    assert found.exact[0].fills
    assert ("process", "mdo", "uitleg") in places(found.others)


def test_a_path_is_found_by_its_parts_and_an_expression_by_its_text(mentions: tuple[Mention, ...]):
    found = search.find(mentions, "melder.organisatie")
    assert ("form", "aanmeldformulier", "wordt hier ingevuld") in places(found.exact)
    assert search.find(mentions, "melder").exact
    assert search.find(mentions, "=referentie.themas").others or search.find(mentions, "referentie").exact


def test_steps_tables_and_columns_are_found_by_name_in_any_case(mentions: tuple[Mention, ...]):
    assert ("process", "mdo", "stap") in places(search.find(mentions, "AGENDEREN").others)
    assert ("decision", "wegingsadvies", "beslissing") in places(
        search.find(mentions, "wegingsadvies").others
    )
    everything = search.find(mentions, "e")
    assert len(everything.exact) + len(everything.others) == search.MAX_FOUND
    assert everything.more > 0


def test_nothing_is_nothing(mentions: tuple[Mention, ...]):
    for text in ("", "  ", "=", "dit staat nergens in de werkwijze"):
        found = search.find(mentions, text)
        assert (found.exact, found.others, found.more) == ([], [], 0)
