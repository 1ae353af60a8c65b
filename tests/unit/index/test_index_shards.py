from services.index.kinds import kinds
from services.index.names import IndexNames


def test_every_kind_of_index_has_as_many_parts_and_copies_as_were_told() -> None:
    for kind in kinds(IndexNames.with_prefix(""), 2, "default", 5):
        assert kind.body["settings"]["index"]["number_of_shards"] == 5
        assert kind.body["settings"]["index"]["number_of_replicas"] == 2
