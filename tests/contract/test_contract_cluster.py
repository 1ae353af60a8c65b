"""docker-compose.cluster.yml, beside docker-compose.yml."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.cluster.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
ALONE: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
SINGLE = {"proxy", "ops"}
"""The one entrance, and what is run by hand."""


def kind(service: str) -> str:
    return re.sub(r"-\d$", "", service)


def test_every_part_is_there_at_least_twice() -> None:
    counted = {kind(name): sum(kind(other) == kind(name) for other in SERVICES) for name in SERVICES}
    alone = {name for name, count in counted.items() if count == 1 and "scale" not in SERVICES[name]}
    assert alone == SINGLE
    assert all(re.fullmatch(r"\$\{\w+:-[2-9]\}", one["scale"]) for one in SERVICES.values() if "scale" in one)
    assert {name: counted[name] for name in ("opensearch", "redis", "sentinel")} == dict.fromkeys(
        ("opensearch", "redis", "sentinel"), 3
    )


@pytest.mark.parametrize("name", SERVICES)
def test_containers_of_the_cluster_have_as_few_rights(name: str) -> None:
    one = SERVICES[name]
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["logging"]["options"]["max-size"]
    assert {"mem_limit", "cpus", "pids_limit"} <= one.keys()
    assert one.get("read_only", False) is not name.startswith("opensearch")
    assert name == "ops" or "healthcheck" in one


@pytest.mark.parametrize("name", [name for name in SERVICES if kind(name) in ALONE])
def test_what_is_in_both_files_runs_the_same_image_by_the_same_user(name: str) -> None:
    for what in ("image", "user"):
        assert SERVICES[name].get(what) == ALONE[kind(name)].get(what)


def test_it_wants_no_other_secrets_than_the_example_has() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert wanted < set(re.findall(r"^(\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_fixed_address_has_one_owner_and_the_name_that_others_use() -> None:
    owners = {one["networks"]["default"]["ipv4_address"]: name for name, one in SERVICES.items() if "networks" in one}
    assert len(owners) == sum("networks" in one for one in SERVICES.values())
    for line in yaml.safe_load(TEXT)["x-defaults"]["extra_hosts"]:
        name, address = line.split(":", 1)
        assert owners[address] == name


def test_sentinels_know_each_service_by_the_user_that_its_address_has() -> None:
    told = set(re.findall(r"sentinel_username=(\w+)&", TEXT))
    known = set(
        re.findall(r"^user (\w+) on .*\+sentinel\|masters", (ROOT / "deploy/redis/start-sentinel.sh").read_text(), re.M)
    )
    assert told == known == {"ingest", "indexer", "search", "alerts"}
