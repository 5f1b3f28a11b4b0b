"""What every answer carries, forms that only we made, and texts that stay texts."""

import pytest
from flask import Flask

from app.services import inbox
from app.web.security import POLICY
from tests.web.visitor import waiting

PAGES = ["/inloggen", "/taken", "/bestaat-niet", "/gezondheid", "/documenten/x", "/static/css/tokens.css"]
SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("login", ["", "petra"])
def test_every_answer_carries_the_policy(visit, path, login):
    headers = visit(login).get(path).headers

    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "demand",
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ],
)
def test_the_policy_is_the_strict_one(demand):
    assert demand in POLICY.split("; ")
    assert "unsafe" not in POLICY


def test_pages_are_not_kept_by_browsers_and_what_is_the_same_for_all_may_be(visit):
    assert visit("petra").get("/taken").headers["Cache-Control"] == "no-store"
    assert visit("petra").get("/bestaat-niet").headers["Cache-Control"] == "no-store"
    assert "no-store" not in visit().get("/static/css/tokens.css").headers.get("Cache-Control", "")


def test_a_form_without_its_token_is_refused_in_dutch(visit):
    visitor = visit("petra")
    visitor.token = "verzonnen"

    answer = visitor.post("/uitloggen")

    assert answer.status_code == 400
    assert "Deze pagina stond te lang open" in answer.text
    assert visitor.get("/taken").status_code == 200


def test_every_post_is_guarded_by_the_token(app: Flask, visit):
    visitor = visit("petra")
    visitor.token = "verzonnen"
    task = waiting(app, visit("petra").start())

    for path in ("", "/concept", "/velden", "/oppakken", "/terugleggen", "/overdragen"):
        assert visitor.post(f"/taken/{task}{path}").status_code == 400, path
    assert visitor.post("/aanmelden/melding").status_code == 400
    assert visitor.post("/inloggen").status_code == 400


def test_what_people_type_stays_text_wherever_it_is_shown(app: Flask, visit):
    number = visit("petra").start(onderwerp=SCRIPT)
    task = waiting(app, number)

    pages = [
        "/taken?weergave=alles",
        f"/taken/{task}",
        f"/casussen/{number}",
        "/casussen",
        f"/aanmelden/ontvangen/{number}",
        f"/taken?zoek={SCRIPT}",
    ]
    for path in pages:
        text = visit("petra").get(path).text
        assert SCRIPT not in text, path
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in visit("petra").get(f"/taken/{task}").text


def test_an_error_page_shows_no_more_than_a_sentence(app: Flask, visit, monkeypatch, caplog):
    def fail(*given: object, **named: object) -> None:
        raise RuntimeError("geheim: Jan Jansen")

    monkeypatch.setattr(inbox, "counters", fail)
    answer = visit("petra").get("/taken")

    assert answer.status_code == 500
    assert "Er ging iets mis" in answer.text
    assert "geheim" not in answer.text
    assert "geheim" not in caplog.text


@pytest.mark.parametrize("path", ["/bestaat-niet", "/taken/geen-nummer", "/casussen/ARN-2026-9999"])
def test_what_is_not_there_is_said_in_dutch_with_the_menu_at_hand(visit, path):
    answer = visit("petra").get(path)

    assert answer.status_code == 404
    assert "Niet gevonden" in answer.text
    assert 'href="/taken"' in answer.text


def test_a_wrong_method_is_said_in_dutch(visit):
    answer = visit("petra").get("/uitloggen")

    assert answer.status_code == 405
    assert "Dit kan zo niet" in answer.text


def test_in_production_the_cookie_travels_over_tls_only(app: Flask, tmp_path):
    from app.config import from_environment
    from app.factory import create_app

    settings = {
        "CASUSROUTE_MODE": "production",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'leeg.db'}",
        "SECRET_KEY": "x" * 40,
        "CASUSROUTE_DATA": str(tmp_path),
    }
    production = create_app(from_environment(settings))

    assert production.config["SESSION_COOKIE_SECURE"] is True
    answer = production.test_client().get("/inloggen", headers={"X-Forwarded-Proto": "https"})
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]
