"""People at the screen: they sign in, take a task, fill in its form, and read what comes back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import Error as PlaywrightError

PROJECT = Path(__file__).parent.parent.parent
AXE = PROJECT / "app" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    browser: Browser
    address: str
    login: str
    page: Page = field(init=False)
    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.sign_in()

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.messages.append(message.text)

    def sign_in(self) -> None:
        self.go("/inloggen")
        self.page.get_by_label("Gebruikersnaam").fill(self.login)
        self.page.get_by_label("Wachtwoord").fill("demo")
        self.page.get_by_role("button", name="Inloggen", exact=True).click()
        self.page.wait_for_url(lambda url: "/inloggen" not in url)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def open_task(self, name: str, *, number: str) -> None:
        """Find the task of this case in the inbox, as a person would: by searching the case number."""
        self.go(f"/taken?weergave=alles&zoek={number}")
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_url(re.compile(r"/taken/[0-9a-f-]{36}"))

    def has_task(self, name: str, *, number: str) -> bool:
        self.go(f"/taken?weergave=alles&zoek={number}")
        return self.page.get_by_role("link", name=name).count() > 0

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Fill fields by their input name: text, an option's value, a list of values, or True and False."""
        for name, value in answers.items():
            self._fill_one(name, value)

    def _fill_one(self, name: str, value: Any) -> None:
        inputs = self.page.locator(f'[name="{name}"]:not([type="hidden"])')
        kind = self._kind(inputs, name)
        match kind:
            case "radio":
                self.page.locator(f'[name="{name}"][value="{value}"]').check()
            case "checkbox" if isinstance(value, list):
                for one in value:
                    self.page.locator(f'[name="{name}"][value="{one}"]').check()
            case "checkbox":
                inputs.first.set_checked(bool(value))
            case "select":
                inputs.first.select_option(value)
            case "file":
                inputs.first.set_input_files(value)
            case _:
                inputs.first.fill(str(value))

    def _kind(self, inputs: Locator, name: str) -> str:
        inputs.first.wait_for(state="attached")
        kind = inputs.first.evaluate("node => node.localName === 'input' ? node.type : node.localName")
        return str(kind)

    def answer(self, typed: Mapping[str, list[str]]) -> None:
        """Fill in a form with what a page would send: rows are added and taken away with their buttons."""
        for name, texts in typed.items():
            if name.startswith("_rijen:"):
                self._rows(name.removeprefix("_rijen:"), int(texts[0]))
            elif texts != [""]:
                self._fill_one(name, texts if self._is_list(name) else texts[0])

    def _is_list(self, name: str) -> bool:
        return self.page.locator(f'[name="{name}"][type="checkbox"]').count() > 1

    def _rows(self, name: str, wanted: int) -> None:
        count = self.page.locator(f'[name="_rijen:{name}"]')
        while (now := int(count.input_value())) != wanted:
            action = "voegtoe" if now < wanted else f"verwijder:{now}"
            self.page.locator(f'[name="_rij"][value="{name}:{action}"]').click()
            self.page.wait_for_function(
                "([name, before]) => document.getElementsByName(name)[0]?.value !== before",
                arg=[f"_rijen:{name}", str(now)],
            )

    def hand_in(self, button: str = "Afronden") -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def errors(self) -> list[str]:
        return self.page.locator("#fouten a").all_inner_texts()

    def do(self, name: str, answers: Mapping[str, Any] | None = None, *, number: str) -> None:
        """Open a task, fill it in, complete it, and see that it was taken."""
        self.open_task(name, number=number)
        self.fill(answers or {})
        self.complete()

    def complete(self) -> None:
        """Hand the task in, and see that it was taken."""
        self.hand_in()
        try:
            self.page.wait_for_url(lambda url: bool(re.search(r"/taken/?(\?.*)?$", url)), wait_until="load")
        except PlaywrightError as error:
            raise AssertionError(self.errors() or self.page.inner_text("main")[:500]) from error

    def start(self, process: str, answers: Mapping[str, Any]) -> str:
        """Hand in a start form and read the case number from the receipt."""
        self.go(f"/aanmelden/{process}")
        self.fill(answers)
        return self.send()

    def send(self) -> str:
        """Send a start form and read the case number from the receipt."""
        self.hand_in("Versturen")
        try:
            self.page.wait_for_url(re.compile(r"/aanmelden/ontvangen"))
        except PlaywrightError as error:
            raise AssertionError(self.errors() or self.page.inner_text("main")[:500]) from error
        found = re.search(r"(ARN|WVV)-\d{4}-\d{4}", self.page.inner_text("main"))
        assert found, self.page.inner_text("main")
        return found.group(0)

    def violations(self) -> list[str]:
        """What axe finds on the page as it stands now, with its style sheets."""
        self.page.wait_for_load_state()
        self.page.evaluate(AXE.read_text())
        result = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{self.page.url} {found['id']}: {node['html'][:160]}"
            for found in result["violations"]
            for node in found["nodes"]
        ]
