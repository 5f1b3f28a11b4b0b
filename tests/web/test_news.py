"""What is different, once: staff are told, say that they read it, and can always read it again."""

from collections.abc import Callable

from app.services import people
from app.store.session import db
from tests.web.studio import publish
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]


def test_staff_are_told_once_what_is_different(visit: Visit):
    petra, karin = visit("petra"), visit("karin")
    petra.post("/werkwijze/nieuws/gelezen", {"tot": "2"})
    assert "Wat is er veranderd" not in petra.get("/taken").text
    publish(visit("oscar"), visit("olga"), "Het formulier is korter.")

    text = petra.get("/taken").text
    assert "Het formulier is korter." in text
    answer = petra.post("/werkwijze/nieuws/gelezen", {"tot": "3", "terug": "/taken"})
    assert answer.headers["Location"] == "/taken"

    assert "Het formulier is korter." not in petra.get("/taken").text
    assert "Het formulier is korter." in petra.get("/werkwijze/nieuws").text
    assert "Het formulier is korter." in karin.get("/taken").text


def test_what_went_live_meanwhile_stays_news(visit: Visit):
    petra = visit("petra")
    publish(visit("oscar"), visit("olga"), "Eerst dit.")
    publish(visit("oscar"), visit("olga"), "Toen dat.", word="anders")
    petra.post("/werkwijze/nieuws/gelezen", {"tot": "3"})
    text = petra.get("/taken").text
    assert "Toen dat." in text
    assert "Eerst dit." not in text
    petra.post("/werkwijze/nieuws/gelezen", {"tot": "999"})
    publish(visit("oscar"), visit("olga"), "Nog iets.", word="en nog iets")
    assert "Nog iets." in petra.get("/taken").text


def test_partners_are_not_troubled_and_may_read_it(visit: Visit):
    publish(visit("oscar"), visit("olga"), "Het formulier is korter.")
    assert "Wat is er veranderd" not in visit("pol").get("/taken").text
    assert "Het formulier is korter." in visit("pol").get("/werkwijze/nieuws").text
    assert "Oscar" not in visit("pol").get("/werkwijze/nieuws").text


def test_who_says_read_goes_back_to_a_page_of_ours_only(visit: Visit):
    for hostile in ("//elders.example", "https://elders.example", "/\\elders.example", ""):
        answer = visit("petra").post("/werkwijze/nieuws/gelezen", {"tot": "x", "terug": hostile})
        assert answer.headers["Location"] == "/taken"


def test_who_begins_today_has_no_news(visit: Visit):
    publish(visit("oscar"), visit("olga"), "Het formulier is korter.")
    with visit("oscar").app.app_context():
        made = people.create(
            db.session(), login="nieuw", name="Nieuw", password_hash="", organisation="halt", roles=[]
        )
        assert made.news_seen == 3
        db.session.rollback()
