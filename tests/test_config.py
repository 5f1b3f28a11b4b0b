"""The settings: production starts with its secrets or not at all."""

from pathlib import Path

import pytest

from app.config import ConfigError, from_environment, normal_database_url

SECRETS = {"DATABASE_URL": "postgres://iemand@server/casusroute", "SECRET_KEY": "x" * 32}


def test_production_names_everything_that_is_missing() -> None:
    with pytest.raises(ConfigError) as refused:
        from_environment({"CASUSROUTE_MODE": "production", "PORT": "veel"})
    for name in ("DATABASE_URL", "SECRET_KEY", "PORT"):
        assert name in str(refused.value)


@pytest.mark.parametrize("name", SECRETS)
def test_production_needs_each_of_its_secrets(name: str) -> None:
    without = {key: value for key, value in SECRETS.items() if key != name}
    with pytest.raises(ConfigError, match=name):
        from_environment({"CASUSROUTE_MODE": "production", **without})
    assert not from_environment({"CASUSROUTE_MODE": "production", **SECRETS}).demo


def test_a_short_key_is_no_key() -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        from_environment({"CASUSROUTE_MODE": "production", **SECRETS, "SECRET_KEY": "kort"})


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ConfigError, match="CASUSROUTE_MODE"):
        from_environment({"CASUSROUTE_MODE": "test"})


def test_the_demo_keeps_its_own_key(tmp_path: Path) -> None:
    first = from_environment({"CASUSROUTE_DATA": str(tmp_path)}).secret_key
    assert first == from_environment({"CASUSROUTE_DATA": str(tmp_path)}).secret_key
    assert len(first) >= 32
    assert (next(tmp_path.iterdir()).stat().st_mode & 0o077) == 0


def test_addresses_get_the_driver_that_we_ship() -> None:
    for text in ("postgres://a@b/c", "postgresql://a@b/c"):
        assert normal_database_url(text) == "postgresql+psycopg://a@b/c"
    assert normal_database_url("sqlite:///x.db") == "sqlite:///x.db"


def test_the_address_for_people_is_one_of_the_web() -> None:
    assert from_environment({"PUBLIC_URL": "https://casusroute.test"}).public_url == "https://casusroute.test"
    assert from_environment({"PORT": "8100"}).public_url == "http://127.0.0.1:8100"
    with pytest.raises(ConfigError, match="PUBLIC_URL"):
        from_environment({"PUBLIC_URL": "javascript:alert(1)"})
