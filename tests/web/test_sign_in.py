"""Signing in and out: who gets in, where they arrive, and how a session ends."""

import pytest
from flask import Flask

from app.services.organisation import DEMO_PASSWORD
from app.services.people import MAX_FAILURES
from tests.web.visitor import PASSWORD


def enter(visitor, login, password=PASSWORD, **fields):
    return visitor.post("/inloggen", {"gebruikersnaam": login, "wachtwoord": password, **fields})


def test_the_page_has_the_labels_and_the_button_that_people_look_for(visit):
    text = visit().get("/inloggen").text

    assert '<label for="gebruikersnaam">Gebruikersnaam</label>' in text
    assert '<label for="wachtwoord">Wachtwoord</label>' in text
    assert ">Inloggen</button>" in text


def test_with_the_right_password_one_arrives_at_the_tasks(visit):
    visitor = visit()

    answer = enter(visitor, "petra")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/taken")
    assert "Petra" in visitor.get("/taken").text


def test_who_does_no_tasks_arrives_at_a_page_that_is_theirs(visit):
    assert enter(visit(), "stijn").headers["Location"] == "/regie"
    assert enter(visit(), "oscar").headers["Location"] == "/werkwijze"
    assert enter(visit(), "niemand").headers["Location"] == "/account"


@pytest.mark.parametrize(("login", "password"), [("petra", "fout"), ("bestaat-niet", PASSWORD), ("", "")])
def test_a_wrong_login_or_password_says_the_same(visit, login, password):
    answer = enter(visit(), login, password)

    assert answer.status_code == 422
    assert "De gebruikersnaam of het wachtwoord klopt niet." in answer.text
    assert password == "" or f'value="{password}"' not in answer.text


def test_after_too_many_failures_the_account_is_locked_for_a_while(visit):
    for _ in range(MAX_FAILURES):
        enter(visit(), "petra", "fout")

    answer = enter(visit(), "petra")

    assert answer.status_code == 422
    assert "kwartier" in answer.text


def test_the_page_that_was_asked_for_comes_after_signing_in(visit):
    visitor = visit()

    answer = visitor.get("/taken?weergave=alles")
    assert answer.headers["Location"] == "/inloggen?terug=/taken%3Fweergave%3Dalles"
    page = visitor.get(answer.headers["Location"])
    assert 'value="/taken?weergave=alles"' in page.text
    assert enter(visitor, "petra", terug="/taken?weergave=alles").headers["Location"] == (
        "/taken?weergave=alles"
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://kwaad.example/",
        "//kwaad.example/",
        "/\\kwaad.example",
        "\\\\kwaad.example",
        "/\t/kwaad.example",
        "\t//kwaad.example",
        "/\n/kwaad.example",
        "javascript:alert(1)",
        "/taken\r\nSet-Cookie: a=b",
        "taken",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(visit, elsewhere):
    assert enter(visit(), "petra", terug=elsewhere).headers["Location"] == "/taken"


def test_the_cookie_is_not_for_scripts_or_other_sites(visit):
    cookie = enter(visit(), "petra").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_signing_out_ends_it(visit):
    visitor = visit("petra")
    visitor.get("/taken")

    answer = visitor.post("/uitloggen")

    assert answer.headers["Location"] == "/inloggen"
    assert visitor.get("/taken").status_code == 303


def test_what_a_script_asks_for_while_somebody_signs_out_does_not_sign_them_in_again(visit):
    visitor = visit()
    enter(visitor, "petra")

    assert "Set-Cookie" in visitor.get("/taken", headers={"Sec-Fetch-Mode": "navigate"}).headers
    assert "Set-Cookie" not in visitor.get("/taken", headers={"Sec-Fetch-Mode": "cors"}).headers


@pytest.mark.parametrize("change", [{"session_epoch": 1}, {"active": False}])
def test_sessions_can_be_ended_from_elsewhere(visit, change_person, change):
    visitor = visit("petra")
    assert visitor.get("/taken").status_code == 200

    change_person("petra", **change)

    assert visitor.get("/taken").headers["Location"].startswith("/inloggen")


def test_the_first_page_leads_on(visit):
    assert visit().get("/").headers["Location"] == "/inloggen"
    assert visit("petra").get("/").headers["Location"] == "/taken"


def test_the_people_of_the_demo_are_listed_in_the_demo_only(app: Flask, visit):
    assert "procesregisseur.arnhem" in visit().get("/inloggen").text
    assert f"<code>{DEMO_PASSWORD}</code>" in visit().get("/inloggen").text

    from dataclasses import replace

    app.config["CASUSROUTE"] = replace(app.config["CASUSROUTE"], mode="production")
    text = visit().get("/inloggen").text

    assert "procesregisseur.arnhem" not in text
    assert f"<code>{DEMO_PASSWORD}</code>" not in text
