"""A process owner at work: drafts made, changed and handed in by their pages."""

from werkzeug.test import TestResponse

from tests.web.visitor import Visitor

CONCEPTS = "/werkwijze/concepten"


def make(visitor: Visitor, title: str = "Intake korter", **fields: str) -> str:
    """A new draft; gives its address."""
    answer = visitor.post(CONCEPTS, {"titel": title, **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def put(
    visitor: Visitor, draft: str, content: bytes, revision: int | str = 0, name: str = "klein.form"
) -> TestResponse:
    headers = {"If-Match": f'"{revision}"', "Accept": "application/json"}
    return visitor.send("PUT", f"{draft}/bestanden/{name}", data=content, headers=headers)


def read(visitor: Visitor, draft: str, name: str = "klein.form") -> bytes:
    return visitor.get(f"{draft}/bestanden/{name}").data


def klein(visitor: Visitor, draft: str, word: str = "") -> bytes:
    """The small form with another text in it."""
    content = read(visitor, draft)
    return content.replace(b'"components"', b'"x": "' + word.encode() + b'", "components"', 1)


def changed(visitor: Visitor, title: str = "Intake korter", word: str = "nieuw") -> str:
    """A draft with one change."""
    draft = make(visitor, title)
    assert put(visitor, draft, klein(visitor, draft, word)).status_code == 200
    return draft


def submitted(visitor: Visitor, note: str = "De intake is korter.", **given: str) -> str:
    draft = changed(visitor, **given)
    assert visitor.post(f"{draft}/indienen", {"toelichting": note}).status_code == 303
    return draft


def publish(author: Visitor, approver: Visitor, note: str = "De intake is korter.", **given: str) -> str:
    """A draft of one goes live by the other; gives where they land."""
    draft = submitted(author, note, **given)
    answer = approver.post(f"{draft}/goedkeuren", {"stand": revision(approver, draft), "meteen": "ja"})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def revision(visitor: Visitor, draft: str) -> str:
    """What the page of the draft sends along."""
    text = visitor.get(draft).text
    return text.split('name="stand" value="')[1].split('"')[0]
