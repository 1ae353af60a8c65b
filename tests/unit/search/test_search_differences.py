"""What differs between two versions."""

from hypothesis import given
from hypothesis import strategies as st

from services.search.differences import MAX_RUN, Change, Difference, differences


def kinds(difference: Difference) -> list[tuple[str, str]]:
    return [(change.kind, change.text) for paragraph in difference.paragraphs for change in paragraph]


def test_words_that_changed_stand_side_by_side() -> None:
    (body,) = differences({"body": "It costs thirty coins."}, {"body": "It costs forty coins."})
    assert kinds(body) == [
        ("same", "It costs "),
        ("removed", "thirty"),
        ("added", "forty"),
        ("same", " coins."),
    ]


def test_neighbouring_words_are_one_change() -> None:
    (title,) = differences({"title": "A red brick house"}, {"title": "A blue stone house"})
    assert ("removed", "red brick") in kinds(title)
    assert ("added", "blue stone") in kinds(title)


def test_japanese_is_compared_by_the_character() -> None:
    (title,) = differences({"title": "首脳会談は一月"}, {"title": "首脳会談は二月"})
    assert kinds(title) == [("same", "首脳会談は"), ("removed", "一"), ("added", "二"), ("same", "月")]


def test_a_new_paragraph_leaves_its_neighbours_as_they_are() -> None:
    (body,) = differences({"body": "One.\n\nThree."}, {"body": "One.\n\nTwo and a half.\n\nThree."})
    assert [same for same, _ in body.blocks] == [True, False, True]


def test_lists_are_compared_by_their_items() -> None:
    (tags,) = differences({"tags": ["ports", "trade"]}, {"tags": ["trade", "japan"]})
    assert tags.is_list
    assert kinds(tags) == [("removed", "ports"), ("same", "trade"), ("added", "japan")]


def test_a_field_that_came_or_went_is_told() -> None:
    assert kinds(differences({}, {"section": "World"})[0]) == [("added", "World")]
    assert kinds(differences({"summary": "Short."}, {"summary": None})[0]) == [("removed", "Short.")]
    assert differences({"subtitle": None}, {"subtitle": ""}) == ()


def test_what_would_take_long_is_shown_whole() -> None:
    older, newer = "a " * MAX_RUN, "b " * MAX_RUN
    (body,) = differences({"body": older}, {"body": newer})
    assert body.paragraphs == ((Change("removed", older), Change("added", newer)),)


@given(st.text(" ab.\n", max_size=40), st.text(" ab.\n", max_size=40))
def test_both_versions_can_be_read_out_of_what_is_shown(older: str, newer: str) -> None:
    for body in differences({"body": older}, {"body": newer}):
        shown = kinds(body)
        read = {kind: "".join(text for one, text in shown if one in ("same", kind)) for kind in ("removed", "added")}
        assert bare(read["removed"]) == bare(older)
        assert bare(read["added"]) == bare(newer)


def bare(text: str) -> str:
    return text.replace("\n", "")
