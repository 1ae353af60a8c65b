"""Where tags come from, as a page marks it."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from services.search.evidence import anchors, marked_body, marked_title


@dataclass(frozen=True)
class Tag:
    slug: str
    field: str | None
    start: int | None
    end: int | None


def test_places_that_overlap_are_marked_each_for_its_tags() -> None:
    title = "U.S.–Japan talks"
    pieces = marked_title(title, [Tag("us-japan", "title", 0, 10), Tag("japan", "title", 5, 10)])
    assert [(piece.text, piece.tags) for piece in pieces] == [
        ("U.S.–", ("us-japan",)),
        ("Japan", ("us-japan", "japan")),
        (" talks", ()),
    ]


def test_the_anchor_of_a_tag_is_that_of_the_piece_where_its_place_begins() -> None:
    body = "First words.\n\nIn Japan."
    start = body.index("Japan")
    tags = [Tag("japan", "body", start, start + 5), Tag("given", None, None, None)]
    marked = [piece for paragraph in marked_body(body, (), tags) for piece in paragraph.pieces if piece.tags]
    assert [piece.text for piece in marked] == ["Japan"]
    assert anchors(tags) == {"japan": marked[0].anchor}


def test_headings_are_told_from_paragraphs() -> None:
    paragraphs = marked_body("One.\n\nThe cost\n\n \n\nTwo.", ("The cost",), [])
    assert [paragraph.is_heading for paragraph in paragraphs] == [False, True, False]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=5))
def test_no_character_is_lost_or_doubled(text: str, places: list[tuple[int, int]]) -> None:
    tags = [Tag(f"t{number}", "title", *place) for number, place in enumerate(places)]
    assert "".join(piece.text for piece in marked_title(text, tags)) == text
