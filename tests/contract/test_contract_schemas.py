"""The committed JSON Schemas are those of the models."""

import json

import pytest

from schemas.generate import DIRECTORY, json_schemas

SCHEMAS = json_schemas()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_committed_schema_is_what_its_model_says(name: str) -> None:
    assert (DIRECTORY / name).read_text(encoding="utf-8") == SCHEMAS[name], "run `make schemas`"


def test_no_stray_file_stands_beside_the_schemas() -> None:
    assert sorted(path.name for path in DIRECTORY.iterdir()) == sorted(SCHEMAS)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_says_which_json_schema_it_is(name: str) -> None:
    assert json.loads(SCHEMAS[name])["$schema"] == "https://json-schema.org/draft/2020-12/schema"
