"""Which of the texts that were found a new one belongs with."""

from schemas.article import own_cluster
from services.ingest.clusters import first_alike
from services.ingest.shingles import Sketch, packed, sketch

REPORT = (
    "The drawbridge at Orsa Sound stayed open on Tuesday after engineers found cracks in both hinges, harbor officials "
    "announced. Commuters waited three hours while divers inspected the foundations, photographed the damage and sent "
    "samples to a laboratory. Repairs should finish before the regatta, the officials added."
)
OTHER = (
    "Beekeepers around Lake Tiverton lost a third of their colonies this winter, their association reported. Mild "
    "autumn weather kept the insects flying too long, leaving them without honey by February. Growers of almonds and "
    "apples worry about pollination and intend to rent hives abroad."
)


def made(text: str) -> Sketch:
    sketched = sketch(text)
    assert sketched is not None
    return sketched


def kept(article_id: str, text: str) -> bytes:
    return bytes.fromhex(own_cluster(article_id)) + packed(made(text))


def test_it_belongs_with_the_first_that_came_of_those_it_is_like() -> None:
    first, second = kept("quay:1", REPORT), kept("pier:1", REPORT.replace("regatta", "race"))
    found = [b"\0\0\0\7" + second, b"\0\0\0\5" + first, b"\0\0\0\1" + kept("quay:2", OTHER)]
    assert first_alike(made(REPORT), found, {}) == first


def test_it_belongs_with_none_when_it_is_like_none() -> None:
    assert first_alike(made(REPORT), [b"\0\0\0\1" + kept("quay:2", OTHER)], {}) is None
    assert first_alike(None, [b"\0\0\0\1" + kept("quay:1", REPORT)], {}) is None


def test_one_that_joined_another_a_moment_ago_leads_to_that_other() -> None:
    joined, first = kept("pier:1", REPORT), kept("quay:1", REPORT)
    assert first_alike(made(REPORT), [b"\0\0\0\2" + joined], {b"\0\0\0\2": first}) == first


def test_the_cluster_of_an_article_is_the_same_in_every_process_and_does_not_name_it() -> None:
    assert own_cluster("quay:1") == "73aac73ab1903feb"
