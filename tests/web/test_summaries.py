"""/account: the daily summary, switched on and off by who gets it."""


def test_somebody_who_oversees_switches_it_on_and_off(visit):
    karin = visit("karin")
    assert "Aanzetten" in karin.get("/account").text

    assert karin.post("/account/overzicht", {"aan": "ja", "adres": "karin@voorbeeld.test"}).status_code == 303
    assert "Het overzicht staat aan</strong> voor karin@voorbeeld.test" in karin.get("/account").text

    karin.post("/account/overzicht", {"aan": "nee"})
    assert "Het overzicht staat aan" not in karin.get("/account").text


def test_what_is_no_address_stays_typed_and_is_told(visit):
    answer = visit("karin").post("/account/overzicht", {"aan": "ja", "adres": "karin bij ons"})

    assert answer.status_code == 422
    assert 'value="karin bij ons"' in answer.text
    assert "Vul een e-mailadres in" in answer.text


def test_others_have_no_summary(visit):
    for login in ("petra", "pol", "oscar", "bram"):
        assert "Dagelijks overzicht" not in visit(login).get("/account").text
        assert visit(login).post("/account/overzicht", {"aan": "ja", "adres": "a@b.test"}).status_code == 403
