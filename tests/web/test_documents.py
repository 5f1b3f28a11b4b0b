"""Documents with a form: kept at once, handed in with the answers, read back by who may."""

import io
import re

import pytest

PATH = "/aanmelden/melding"
GIVEN = {"onderwerp": "Overlast", "gemeente": "arnhem", "_rijen:personen": "0"}
PDF = b"%PDF-1.7\n%voorbeeld"


def file(content: bytes = PDF, name: str = "brief.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def kept(text: str) -> list[str]:
    return re.findall(r'name="bijlagen__documenten" value="([0-9a-f-]{36})"', text)


def hand_in(visitor) -> tuple[str, str]:
    """A case with one document: its number and the id of the document."""
    wrong = visitor.post(PATH, {**GIVEN, "onderwerp": "", "bijlagen": file()})
    [identifier] = kept(wrong.text)
    answer = visitor.post(PATH, {**GIVEN, "bijlagen__documenten": identifier})
    return answer.headers["Location"].rpartition("/")[2], identifier


def test_a_mistake_elsewhere_loses_no_document(visit):
    visitor = visit("pol")

    wrong = visitor.post(PATH, {**GIVEN, "onderwerp": "", "bijlagen": file()})

    assert wrong.status_code == 422
    assert "brief.pdf" in wrong.text
    assert len(kept(wrong.text)) == 1


def test_a_document_is_read_back_as_a_download(visit):
    _, identifier = hand_in(visit("pol"))

    answer = visit("pol").get(f"/documenten/{identifier}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''brief.pdf"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("login", "status"), [("petra", 200), ("pol", 200), ("hans", 404), ("wim", 404), ("oscar", 404)]
)
def test_a_document_is_for_who_sent_it_and_who_may_read_the_case(visit, login, status):
    _, identifier = hand_in(visit("pol"))

    assert visit(login).get(f"/documenten/{identifier}").status_code == status


def test_a_document_that_was_not_handed_in_is_its_senders_only(visit):
    wrong = visit("pol").post(PATH, {**GIVEN, "onderwerp": "", "bijlagen": file()})
    [identifier] = kept(wrong.text)

    assert visit("pol").get(f"/documenten/{identifier}").status_code == 200
    assert visit("petra").get(f"/documenten/{identifier}").status_code == 404


def test_nobody_hands_in_the_document_of_another(visit):
    wrong = visit("pol").post(PATH, {**GIVEN, "onderwerp": "", "bijlagen": file()})
    [identifier] = kept(wrong.text)

    visit("hans").post(PATH, {**GIVEN, "bijlagen__documenten": identifier})

    assert visit("hans").get(f"/documenten/{identifier}").status_code == 404
    assert visit("petra").get(f"/documenten/{identifier}").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ", "programma.exe", "kan niet worden toegevoegd"),
        (b"<html>", "brief.pdf", "is niet wat de naam zegt"),
        (b"", "leeg.pdf", "is leeg"),
        (PDF + b"x" * 1024 * 1024, "groot.pdf", "te groot"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_at_its_field(visit, content, name, said):
    answer = visit("pol").post(PATH, {**GIVEN, "bijlagen": file(content, name)})

    assert answer.status_code == 422
    assert said in answer.text
    assert '<a href="#veld-bijlagen">' in answer.text


def test_far_too_much_at_once_is_told_in_dutch(visit):
    answer = visit("pol").post(PATH, {**GIVEN, "bijlagen": file(PDF + b"x" * 11 * 1024 * 1024)})

    assert answer.status_code == 413
    assert "te groot" in answer.text
