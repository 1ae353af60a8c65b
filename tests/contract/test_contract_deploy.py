"""The files that operators deploy, beside the code that they are for."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.index.mapping import ARTICLES_FILTER
from services.index.names import IndexNames

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "deploy" / "opensearch" / "security"
NAMES = IndexNames.with_prefix("")
BUILT_IN = {"all_access", "kibana_server"}
"""Roles that OpenSearch brings with it."""

ASKED: dict[str, list[tuple[str, str]]] = {
    "wiredesk_ingest": [
        *((alias, "indices:data/read/mget[shard]") for alias in (NAMES.write, NAMES.held)),
        *((alias, "indices:data/read/get") for alias in (NAMES.write, NAMES.held, NAMES.versions)),
        *((alias, "indices:data/read/search") for alias in (NAMES.write, NAMES.held, NAMES.versions)),
        (NAMES.versions, "indices:admin/refresh"),
    ],
    "wiredesk_indexer": [
        *(
            (index, action)
            for index in (NAMES.articles_index, NAMES.held_index, NAMES.versions_index)
            for action in (
                "indices:admin/create",
                "indices:admin/aliases",
                "indices:data/write/bulk[s]",
                "indices:data/write/index",
                "indices:data/write/delete",
                "indices:admin/mapping/put",
                "indices:admin/mappings/get",
                "indices:admin/refresh",
            )
        ),
        (NAMES.held, "indices:data/read/search"),
    ],
    "wiredesk_search": [
        (NAMES.articles, "indices:data/read/search"),
        (NAMES.articles, "indices:data/read/point_in_time/create"),
        (NAMES.versions, "indices:data/read/search"),
    ],
    "wiredesk_alerts": [
        ("alerts", "indices:data/read/search"),
        ("alerts", "indices:data/read/mget[shard]"),
        ("alerts-v1-000001", "indices:admin/create"),
        (NAMES.articles, "indices:data/read/search"),
        (NAMES.versions, "indices:data/read/search"),
    ],
}
"""What each service does with which name; the names of actions are OpenSearch's."""


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SECURITY / name).read_text())
    return {key: value for key, value in found.items() if key != "_meta"}


ROLES = read("roles.yml")


def may(role: str, index: str, action: str) -> bool:
    return any(
        any(fnmatchcase(index, pattern) for pattern in one["index_patterns"])
        # a bracket is a character of its own in the names of actions
        and any(fnmatchcase(action.replace("[", "("), allowed.replace("[", "(")) for allowed in one["allowed_actions"])
        for one in ROLES[role]["index_permissions"]
    )


@pytest.mark.parametrize(
    ("role", "index", "action"), [(role, *asked) for role, asks in ASKED.items() for asked in asks]
)
def test_every_service_may_do_what_it_does(role: str, index: str, action: str) -> None:
    assert may(role, index, action)


@pytest.mark.parametrize(
    ("role", "index", "action"),
    [
        *(
            ("wiredesk_search", index, action)
            for index in (NAMES.articles, NAMES.articles_index, NAMES.versions_index)
            for action in ("indices:data/read/get", "indices:data/read/mget[shard]", "indices:data/write/index")
        ),
        ("wiredesk_search", NAMES.held_index, "indices:data/read/search"),
        ("wiredesk_search", NAMES.held, "indices:data/read/search"),
        ("wiredesk_ingest", NAMES.articles_index, "indices:data/write/bulk[s]"),
        ("wiredesk_indexer", NAMES.articles_index, "indices:admin/delete"),
        ("wiredesk_alerts", NAMES.articles_index, "indices:data/write/bulk[s]"),
        *((role, ".opendistro_security", "indices:data/read/get") for role in ROLES),
    ],
)
def test_no_service_may_do_more(role: str, index: str, action: str) -> None:
    assert not may(role, index, action)


def test_the_reading_room_sees_behind_the_alias_what_the_alias_shows() -> None:
    (articles,) = (
        one for one in ROLES["wiredesk_search"]["index_permissions"] if NAMES.articles in one["index_patterns"]
    )
    assert json.loads(articles["dls"]) == ARTICLES_FILTER


def test_every_user_has_a_role_and_a_password_that_must_be_given() -> None:
    users, mapping = read("internal_users.yml"), read("roles_mapping.yml")
    assert set(mapping) == set(ROLES) | BUILT_IN
    for name, user in users.items():
        roles = [
            role
            for role, who in mapping.items()
            if name in who.get("users", ()) or set(user.get("backend_roles", ())) & set(who.get("backend_roles", ()))
        ]
        assert len(roles) == 1, name
        variable = re.fullmatch(r"\$\{envbc\.(\w+)\}", user["hash"])
        assert variable, name
        assert f"${{{variable[1]}:?" in (ROOT / "docker-compose.yml").read_text()


def test_what_compose_wants_is_what_the_example_asks_for() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    blank = set(re.findall(r"^(\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert wanted == blank


def test_every_image_has_an_exact_tag() -> None:
    texts = [file.read_text() for file in (ROOT / "Dockerfile", *ROOT.glob("docker-compose*.yml"))]
    images = [
        image for text in texts for image in re.findall(r"(?:image: |^FROM )([\w./-]+:[\w.-]+)", text, re.MULTILINE)
    ]
    assert len(images) > 5
    assert [image for image in images if not re.search(r":v?\d+\.\d+\.\d+", image)] == []
