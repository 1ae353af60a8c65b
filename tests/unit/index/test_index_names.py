"""Names of indices and aliases."""

import pytest

from services.index.names import IndexNames


@pytest.mark.parametrize("prefix", ["", "blue-"])
def test_every_name_has_the_prefix_and_is_its_own(prefix: str) -> None:
    names = IndexNames.with_prefix(prefix)
    every = [names.articles, names.write, names.held, names.articles_index, names.held_index]
    assert len(set(every)) == 5
    assert all(name.startswith(f"{prefix}articles") for name in every)
    assert names.articles == f"{prefix}articles"
