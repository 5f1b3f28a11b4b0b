"""Chromium, and an installation of Casusroute as it runs in earnest, with the shipped way of working."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, sync_playwright

from app import clock
from tests.browser.people import Visitor
from tests.browser.place import Place
from tests.installation import Installation

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        reason = "geen Chromium op deze machine"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Casusroute on gunicorn; its worker's work is done by the test, at the moment that the test chooses."""
    installation = Installation(tmp_path_factory.mktemp("huis"))
    try:
        installation.set_up(shipped=True)
        installation.spawn("serve")
        installation.wait_until_up()
        yield Place(installation)
    finally:
        installation.stop()


@pytest.fixture
def visit(browser: Browser, place: Place) -> Iterator["Visit"]:
    visit = Visit(browser, place)
    yield visit
    for visitor in visit.visitors.values():
        messages = list(visitor.messages)
        visitor.page.context.close()
        assert messages == [], f"{visitor.login}: {messages}"


class Visit:
    """The people of one test, each signed in once."""

    def __init__(self, browser: Browser, place: Place) -> None:
        self.browser = browser
        self.place = place
        self.visitors: dict[str, Visitor] = {}

    def __call__(self, login: str) -> Visitor:
        if login not in self.visitors:
            self.visitors[login] = Visitor(self.browser, self.place.address, login)
        return self.visitors[login]

    def later(self, **span: float) -> datetime:
        """Let the worker do all that is due `span` from now (days=…, hours=…)."""
        moment = clock.now() + timedelta(**span)
        self.place.work(now=moment)
        return moment
