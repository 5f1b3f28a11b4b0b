"""Every address declares who may use it; undeclared is closed; and what is not yours does not exist."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.services.access import Permission
from app.web.access import DEMANDS, PUBLIC
from tests.services.region import ROLES
from tests.web.conftest import PEOPLE
from tests.web.visitor import Visitor, waiting

EXAMPLES = {
    "id": "11111111-2222-4333-8444-555555555555",
    "process_id": "melding",
    "number": "1",
    "key": "1",
    "name": "klein.form",
    "task_id": "1",
    "kind": "xes",
    "form_id": "klein",
}
OPEN = {
    "sign_in.start",
    "sign_in.page",
    "sign_in.enter",
    "sign_in.leave",
    "health.health",
    "health.prometheus",
}


def rules(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
        if rule.endpoint != "static"
    ]


def address(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: EXAMPLES[match[1]], rule.rule)


def send(visitor: Visitor, method: str, path: str) -> TestResponse:
    if method in ("GET", "POST"):
        return visitor.get(path) if method == "GET" else visitor.post(path)
    return visitor.send(method, path)


def held(login: str) -> set[str]:
    return {permission for role, _ in PEOPLE[login][1] for permission in ROLES[role][1]}


def test_every_view_declares_what_it_demands(app: Flask):
    undeclared = [rule.endpoint for rule, _ in rules(app) if not hasattr(_view(app, rule), DEMANDS)]

    assert undeclared == []


def _view(app: Flask, rule: Rule):
    return app.view_functions[rule.endpoint]


def test_only_the_pages_to_come_in_and_the_health_are_open_to_anybody(app: Flask):
    found = {rule.endpoint for rule, _ in rules(app) if getattr(_view(app, rule), DEMANDS) == PUBLIC}

    assert found == OPEN


def test_who_has_not_signed_in_is_sent_to_the_page_for_it(app: Flask, visit):
    visitor = visit()
    for rule, method in rules(app):
        if rule.endpoint in OPEN:
            continue
        path = address(rule)

        answer = send(visitor, method, path)

        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/inloggen"), path


@pytest.mark.parametrize("login", PEOPLE)
def test_every_address_is_closed_to_who_has_none_of_its_permissions(app: Flask, visit, login):
    visitor = visit(login)
    for rule, method in rules(app):
        demands = getattr(_view(app, rule), DEMANDS)
        if demands == PUBLIC or rule.endpoint == "sign_in.account":
            continue
        allowed = bool({str(one) for one in demands} & held(login)) if demands else bool(held(login))
        path = address(rule)

        answer = send(visitor, method, path)

        if allowed:
            assert answer.status_code in (200, 303, 404, 409, 422), f"{login} {method} {path}"
        else:
            assert answer.status_code == 403, f"{login} {method} {path}"
            assert answer.is_json or "Dit is niet voor u" in answer.text


def test_a_view_that_declares_nothing_is_closed(app: Flask, visit):
    app.add_url_rule("/vergeten", "vergeten", lambda: "geheim")

    answer = visit("lotte").get("/vergeten")

    assert answer.status_code == 403
    assert "geheim" not in answer.text


def test_the_menu_shows_what_somebody_may_open(visit):
    menus = {
        login: re.findall(r'<li><a href="/(\w+)"', visit(login).get("/account").text)
        for login in ("petra", "pol", "karin", "stijn", "oscar")
    }

    assert menus == {
        "petra": ["taken", "aanmelden", "casussen", "werkwijze"],
        "pol": ["taken", "aanmelden", "meldingen"],
        "karin": ["taken", "casussen", "regie", "werkwijze"],
        "stijn": ["regie"],
        "oscar": ["werkwijze"],
    }


@pytest.mark.parametrize("login", ["hans", "pol", "wim", "oscar", "stijn"])
def test_somebody_elses_task_does_not_exist(app: Flask, visit, login):
    task = waiting(app, visit("petra").start())
    visitor = visit(login)
    status = 404 if Permission.DO_TASKS in held(login) else 403

    for path in ("", "/concept", "/velden", "/oppakken", "/terugleggen", "/overdragen"):
        answer = visitor.post(f"/taken/{task}{path}", {"terugmelding": "x", "aan": login})
        assert answer.status_code == status, path
    assert visitor.get(f"/taken/{task}").status_code == status


def test_a_partner_sees_no_case_and_no_task_of_another_partner(app: Flask, visit):
    number = visit("petra").start(onderwerp="Geheime overlast")
    visit("petra").post(f"/taken/{waiting(app, number)}", {"terugmelding": "Wij bellen."})
    task = waiting(app, number)

    assert visit("pol").get(f"/taken/{task}").status_code == 200
    assert visit("hans").get(f"/taken/{task}").status_code == 404
    assert "Geheime overlast" not in visit("hans").get("/taken?weergave=alles").text
    assert visit("pol").get(f"/casussen/{number}").status_code == 403
    assert f"/casussen/{number}" not in visit("pol").get(f"/taken/{task}").text


def test_a_case_of_the_other_house_does_not_exist(visit):
    number = visit("petra").start()

    assert visit("petra").get(f"/casussen/{number}").status_code == 200
    assert visit("wim").get(f"/casussen/{number}").status_code == 404
    assert visit("wim").get(f"/aanmelden/ontvangen/{number}").status_code == 404
