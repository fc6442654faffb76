"""Settings: arguments over environment over file over default, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from likeforlike.errors import SettingsError
from likeforlike.settings import Settings, default_store, load_settings

NAMES = [field.name.upper() for field in dataclasses.fields(Settings)]
VARIABLES = (*NAMES, "CONFIG")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"LIKEFORLIKE_{name}", raising=False)


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults() -> None:
    assert load_settings() == Settings(store=default_store(), memory_limit="2GB", threads=0)
    assert default_store().parts[-2:] == ("likeforlike", "store")


def test_an_argument_counts_above_the_environment_above_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = write(tmp_path, 'store = "from-file"\nmemory_limit = "3GB"\nthreads = 3\n')
    assert load_settings(config=file) == Settings(Path("from-file"), "3GB", 3)
    monkeypatch.setenv("LIKEFORLIKE_STORE", "from-environment")
    monkeypatch.setenv("LIKEFORLIKE_THREADS", "2")
    assert load_settings(config=file) == Settings(Path("from-environment"), "3GB", 2)
    assert load_settings(config=file, store=Path("given")) == Settings(Path("given"), "3GB", 2)


def test_the_environment_names_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path, "threads = 5\n")
    monkeypatch.setenv("LIKEFORLIKE_CONFIG", str(tmp_path / "settings.toml"))
    assert load_settings().threads == 5
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LIKEFORLIKE_CONFIG", "~/settings.toml")
    assert load_settings().threads == 5


def test_a_variable_set_to_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(f"LIKEFORLIKE_{name}", "")
    assert load_settings() == Settings(store=default_store())


def test_a_tilde_in_a_path_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/analyst")
    monkeypatch.setenv("LIKEFORLIKE_STORE", "~/nhs")
    assert load_settings().store == Path("/home/analyst/nhs")


@pytest.mark.parametrize(
    ("given", "kept"), [("2GB", "2GB"), ("500mb", "500MB"), ("1.5GB", "1.5GB"), (" 4 GB ", "4 GB")]
)
def test_amounts_of_memory(monkeypatch: pytest.MonkeyPatch, given: str, kept: str) -> None:
    monkeypatch.setenv("LIKEFORLIKE_MEMORY_LIMIT", given)
    assert load_settings().memory_limit == kept


@pytest.mark.parametrize("text", ["2", "GB", "0GB", "0.0MB", "-1GB", "1.5.2GB", "²GB", "2GBMB", "all", "2TB"])
def test_what_is_no_amount_of_memory(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LIKEFORLIKE_MEMORY_LIMIT", text)
    with pytest.raises(SettingsError, match="an amount like '2GB' or '500MB' was expected") as caught:
        load_settings()
    assert caught.value.where == "LIKEFORLIKE_MEMORY_LIMIT"
    assert f"found '{text}'" in caught.value.what


@pytest.mark.parametrize("text", ["-1", "two", "1.0", "²", "0x2"])
def test_what_is_no_number_of_threads(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LIKEFORLIKE_THREADS", text)
    with pytest.raises(SettingsError, match=r"threads: a whole number, 0 or more, was expected") as caught:
        load_settings()
    assert caught.value.where == "LIKEFORLIKE_THREADS"


def test_the_engine_and_its_master(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (load_settings().engine, load_settings().spark_master) == ("duckdb", "local[*]")
    file = write(tmp_path, 'engine = "Spark"\nspark_master = "local[2]"\n')
    assert (load_settings(config=file).engine, load_settings(config=file).spark_master) == (
        "spark",
        "local[2]",
    )
    monkeypatch.setenv("LIKEFORLIKE_ENGINE", "duckdb")
    assert load_settings(config=file).engine == "duckdb"
    monkeypatch.setenv("LIKEFORLIKE_ENGINE", "polars")
    with pytest.raises(SettingsError, match="engine: one of duckdb, spark was expected, found 'polars'"):
        load_settings()


@pytest.mark.parametrize(
    "text",
    ["local", "local[*]", "local[16]", "spark://host:7077", "sc://host", "sc://host:443/;token=secret;x=1"],
)
def test_masters(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LIKEFORLIKE_SPARK_MASTER", f" {text} ")
    assert load_settings().spark_master == text


@pytest.mark.parametrize(
    "text", ["local[0]", "local[]", "spark://host", "yarn", "host:7077", "sc://", "https://a"]
)
def test_what_is_no_master(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LIKEFORLIKE_SPARK_MASTER", text)
    with pytest.raises(SettingsError, match="an address like 'local") as caught:
        load_settings()
    assert f"found '{text}'" in caught.value.what


def test_a_token_in_a_master_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIKEFORLIKE_SPARK_MASTER", "sc:/host:443/;token=secret")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "secret" not in str(caught.value)
    assert "found 'sc:/host:443/'" in caught.value.what


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "thread = 2",
            "there is no setting 'thread'. Known: store, memory_limit, threads, engine, spark_master, releases, ",
        ),
        ('threads = "2"', "threads: a whole number was expected, found '2'."),
        ("threads = true", "threads: a whole number was expected, found True."),
        ("threads = 1.5", "threads: a whole number was expected, found 1.5."),
        ("threads = -1", "threads: a whole number, 0 or more, was expected, found '-1'."),
        ("memory_limit = 2", "memory_limit: a text was expected, found 2."),
        ('memory_limit = "2"', "memory_limit: an amount like '2GB' or '500MB' was expected, found '2'."),
        ('store = ""', "store: a text was expected, found ''."),
        ("store = [1]", "store: a text was expected, found [1]."),
        ("threads = ", "the settings file cannot be read: "),
    ],
)
def test_a_faulty_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(config=path)
    assert str(caught.value).startswith(f"{path}: {said}")


def test_a_file_that_is_absent_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read: .*No such file.*unset LIKEFORLIKE_CONFIG"):
        load_settings(config=tmp_path / "none.toml")
    (tmp_path / "settings.toml").write_bytes(b'store = "\xff"')
    with pytest.raises(SettingsError, match=r"cannot be read: .*utf-8"):
        load_settings(config=tmp_path / "settings.toml")


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_settings().threads = 8  # type: ignore[misc]  # that it is refused is what is tested


def test_what_a_server_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = write(tmp_path, 'hosts = "a.example.org  b.example.org"\ntls = "Proxy"\nreleases = "from-file"\n')
    monkeypatch.setenv("LIKEFORLIKE_SECRET_KEY", "hidden")
    found = load_settings(config=file, releases=Path("given"))
    assert (found.hosts, found.tls, found.releases) == ("a.example.org b.example.org", "proxy", Path("given"))
    assert found.secret_key == "hidden"
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('tls = "yes"', "tls: one of off, proxy was expected, found 'yes'."),
        ('hosts = "https://a.example.org"', "hosts: names like 'compare.example.org'"),
        ('hosts = "a.example.org, b.example.org"', "hosts: names like 'compare.example.org'"),
    ],
)
def test_what_a_server_cannot_be_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(config=write(tmp_path, text))
    assert said in str(caught.value)
