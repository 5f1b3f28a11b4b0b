"""A process owner at the diagram editor."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator

from app.errors import Problem
from app.services import drafts, releases
from app.store.session import reading
from tests.browser.people import Visitor
from tests.browser.place import Place

SECONDS = 15
_UNTIL = """async ([seconds]) => {
  const {modeler, studio, unknown} = document.getElementById('studio').editor || {};
  const get = (name) => modeler.get(name);
  const shape = (id) => get('elementRegistry').get(id);
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await (async () => (%s))();
    if (found || Date.now() > end) { return found; }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}"""


def make_draft(visitor: Visitor, title: str) -> str:
    """Begin a draft; gives its address."""
    visitor.go("/account")
    token = visitor.page.locator('input[name="csrf_token"]').first.input_value()
    answer = visitor.page.request.post(
        f"{visitor.address}/werkwijze/concepten",
        form={"titel": title, "csrf_token": token},
        max_redirects=0,
    )
    assert answer.status == 303, answer.text()
    found: str = answer.headers["location"]
    return found


@dataclass
class Editor:
    """One file of a draft, open in somebody's browser."""

    visitor: Visitor
    draft: str
    file: str
    page: Any = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.visitor.page
        self.open()

    def open(self) -> None:
        self.visitor.go(f"{self.draft}/diagram/{self.file}")
        self.page.locator("#studio[data-klaar]").wait_for()

    def until(self, expression: str) -> Any:
        """Wait for something in the page: the policy forbids Playwright's own way of it."""
        found = self.page.evaluate(_UNTIL % expression, [SECONDS])
        assert found, f"{expression} komt niet: {self.page.locator('main').inner_text()[:800]}"
        return found

    def ask(self, expression: str) -> Any:
        """What an expression is now."""
        return self.page.evaluate(_UNTIL % f"[{expression}]", [SECONDS])[0]

    # ── Choosing ──

    def line(self, id: str) -> Locator:
        return self.page.locator(f'[data-element="{id}"] button').first

    def choose(self, id: str) -> None:
        """In the step list."""
        self.line(id).click()
        self.until(f"get('selection').get()[0]?.id === '{id}'")

    def click(self, id: str) -> None:
        """In the drawing, with the mouse, large enough to hit."""
        self.ask(f"studio.select('{id}', {{show: true}}) || get('selection').select(null)")
        x, y = self.ask(
            f"(() => {{ const box = get('canvas').getGraphics('{id}').getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        self.page.mouse.click(x, y)
        self.until(f"get('selection').get()[0]?.id === '{id}'")

    def chosen(self) -> str:
        return str(self.until("get('selection').get()[0]?.id"))

    def named(self, name: str) -> str:
        """The id of the element with this name."""
        return str(
            self.until(
                "get('elementRegistry').filter((one) => one.type !== 'label')"
                f".find((one) => one.businessObject.name === '{name}')?.id"
            )
        )

    # ── Saving and checking ──

    def saved(self) -> None:
        self.until("studio.saving.stand === 'bewaard' && studio.saving.revision > 0")

    def content(self) -> bytes:
        """The file as the draft has it."""
        answer = self.page.request.get(f"{self.visitor.address}{self.draft}/bestanden/{self.file}")
        assert answer.status == 200
        body: bytes = answer.body()
        return body

    def text(self, part: str) -> str:
        return str(self.page.locator(f'[data-deel="{part}"]').inner_text())

    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")


def problems(place: Place, draft: str) -> list[Problem]:
    """What the server finds in a draft as it was saved."""
    id = re.findall(r"[0-9a-f-]{36}", draft)[0]
    with place.app.app_context(), reading() as session:
        from uuid import UUID

        found = drafts.find(session, UUID(id))
        return releases.check(session, drafts.files(session, found))
