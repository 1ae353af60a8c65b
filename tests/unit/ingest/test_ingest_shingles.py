"""Sketches of texts, and how alike two of them are."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.shingles import ALIKE, Sketch, likeness, packed, sketch, unpacked

BRIDGE = [
    "The drawbridge at Orsa Sound stayed open on Tuesday after engineers found cracks in both hinges.",
    "Commuters waited three hours while divers inspected the foundations and photographed the damage.",
    "Harbor officials sent samples of the steel to a laboratory in Tiverton, which expects results by Friday.",
    "Until then only bicycles and ambulances may cross, under the eyes of two wardens.",
    "Ferries will carry passengers between Quayside and Northbank every twenty minutes, free of charge.",
    "The bridge was built sixty years ago, when a third of the present traffic used it.",
    "An inspection last autumn had called the hinges sound, a spokeswoman for the authority admitted.",
    "Mayor Ilse Varga promised an independent inquiry and asked the ministry for money.",
    "Shopkeepers fear for their trade during the regatta, which begins in eleven days.",
    "Repairs should be finished before the first boats arrive, the engineer in charge said.",
]
SAME_SUBJECT = [
    "Mayor Ilse Varga rejected calls to resign on Thursday over the closed drawbridge at Orsa Sound.",
    "Opposition councillors accuse her of having ignored a warning about the hinges for more than a year.",
    "In a heated session they demanded to see letters between the town hall and the bridge authority.",
    "Varga replied that every letter had been answered, and that money for repairs was refused by the ministry.",
    "A motion of no confidence failed by two votes after midnight; her own party abstained.",
    "Outside, some hundred demonstrators rang bicycle bells and held up pictures of rusty bolts.",
    "Political observers believe that the affair will decide the election in spring.",
    "Her predecessor, who had ordered the last inspection, declined to comment.",
]
JAPANESE = "港の新しい橋が開通した。市長は式典で、渋滞が半分に減ると述べた。工事は五年かかり、費用は予算を超えた。"


def made(text: str) -> Sketch:
    sketched = sketch(text)
    assert sketched is not None
    return sketched


def alike(one: str, other: str) -> bool:
    return likeness(made(one), made(other)) >= ALIKE


def test_a_text_is_as_like_itself_as_can_be() -> None:
    assert likeness(made(" ".join(BRIDGE)), made(" ".join(BRIDGE))) == 2


def test_a_copy_with_its_head_or_tail_cut_is_alike() -> None:
    assert alike(" ".join(BRIDGE), " ".join(BRIDGE[3:]))
    assert alike(" ".join(BRIDGE), " ".join(BRIDGE[:-3]))


def test_a_copy_in_another_order_is_alike() -> None:
    assert alike(" ".join(BRIDGE), "\n\n".join([*BRIDGE[5:], *BRIDGE[:5]]))


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_with_a_quarter_of_its_words_replaced_is_alike(seed: int) -> None:
    words, others, random = " ".join(BRIDGE).split(), " ".join(SAME_SUBJECT).split(), Random(seed)
    for place in random.sample(range(len(words)), len(words) // 4):
        words[place] = random.choice(others)
    assert alike(" ".join(BRIDGE), " ".join(words))


def test_two_stories_on_one_subject_are_not_alike() -> None:
    assert likeness(made(" ".join(BRIDGE)), made(" ".join(SAME_SUBJECT))) < ALIKE / 2


REPORT = (
    "The registry counted {} barges on the upper river this week, {} fewer than a week before, its weekly survey said. "
    "Of these, {} carried gravel, {} carried timber and {} were empty. The lower river had {} barges in the same week."
)


def test_a_report_that_comes_every_week_with_other_numbers_is_not_alike() -> None:
    this_week, next_week = REPORT.format(214, 12, 98, 71, 45, 133), REPORT.format(207, 19, 90, 77, 40, 151)
    assert alike(this_week, this_week.replace("weekly survey", "survey of each week"))
    assert not alike(this_week, next_week)


def test_quotes_dashes_and_case_make_no_difference() -> None:
    plain = " ".join(f'"{sentence}" - he said' for sentence in BRIDGE)
    typeset = re.sub('"([^"]*)"', "“\\1”", plain).replace(" - ", " — ").upper()
    assert likeness(made(plain), made(typeset)) == 2


def test_a_japanese_copy_is_alike_and_another_text_is_not() -> None:
    assert alike(JAPANESE, JAPANESE[25:] + JAPANESE[:25])
    assert alike(JAPANESE, JAPANESE.replace("市長", "知事").replace("式典", "会見"))
    assert not alike(
        JAPANESE, "台風が南の島に近づき、学校は休みになった。船は港に戻り、住民は水と食料を買った。風は夜に強まる。"
    )


def test_japanese_numbers_count_in_full_width_too() -> None:
    assert made(JAPANESE + "１２３台、４５６人").numbers == made(JAPANESE + "123台、456人").numbers != ()


@pytest.mark.parametrize("text", ["", "Pilots strike", "More to follow.", "word " * 500, "🙂" * 300])
def test_a_text_that_says_too_little_has_no_sketch(text: str) -> None:
    assert sketch(text) is None


def test_what_comes_after_twenty_thousand_characters_does_not_count() -> None:
    long = " ".join(f"{sentence} Part {part}." for part in range(30) for sentence in BRIDGE)
    assert len(long) > 20_000
    assert sketch(long) == sketch(long[:20_000] + " and so on")


def test_a_sketch_takes_less_than_a_quarter_of_a_kilobyte() -> None:
    assert len(packed(made(" ".join([*BRIDGE, *SAME_SUBJECT, *map(str, range(10, 99))])))) <= 227


@given(st.text(max_size=400))
def test_any_text_has_a_sketch_that_survives_packing_or_none(text: str) -> None:
    sketched = sketch(text)
    if sketched:
        back = unpacked(packed(sketched))
        assert (back.words, back.pairs, back.numbers) == (sketched.words, sketched.pairs, sketched.numbers)
        assert likeness(sketched, back) == 2
