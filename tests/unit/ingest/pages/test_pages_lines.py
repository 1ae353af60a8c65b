"""Lines that were broken within a sentence are whole again."""

import pytest

from services.ingest.pages.lines import whole_lines

LONG = "The ferry left the northern harbour before dawn with forty passengers and met"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (f"{LONG}\nthe tide at noon.", f"{LONG} the tide at noon."),
        ("The keeper\n, who is ninety, said no.", "The keeper, who is ninety, said no."),
        (f"{LONG} the\nArden Courier\nat noon.", f"{LONG} the Arden Courier at noon."),
        (f"{LONG}\nOrla Penhallow\n, its keeper.", f"{LONG} Orla Penhallow, its keeper."),
        (f"{LONG} (\nlate\n) nobody.", f"{LONG} (late) nobody."),
        ("新しい橋の\n開通式が行われた。", "新しい橋の開通式が行われた。"),
        ("橋の長さは三百メートル\n、幅は四メートル。", "橋の長さは三百メートル、幅は四メートル。"),
    ],
)
def test_a_sentence_that_a_link_or_a_width_broke_is_one_line(broken: str, whole: str) -> None:
    assert whole_lines(broken) == [whole]


@pytest.mark.parametrize(
    "lines",
    [
        ("Home", "World", "Log in"),
        ("home", "politics", "culture"),
        ("A Headline Without an End", f"{LONG} nobody."),
        (f"{LONG} nobody.", "and then it went back."),
        (f"{LONG} nobody.", "A Heading", f"{LONG} somebody."),
        ("橋が開通", "住民は祝った。"),
    ],
)
def test_lines_that_are_whole_stay_apart(lines: tuple[str, ...]) -> None:
    assert whole_lines("\n\n".join(lines)) == list(lines)
