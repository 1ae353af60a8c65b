from benchmarks.rows import Row, table

ROW = Row("how fast", "94 a second", "100 a second", 0.944, 0.95)


def test_a_row_is_held_against_what_is_wanted_as_it_is_printed() -> None:
    assert ROW.is_missed
    assert not Row("how fast", "", "", 0.946, 0.95).is_missed
    assert not Row("how much", "", "", 0.7, 0.7, "at most").is_missed
    assert Row("how much", "", "", 0.71, 0.7, "at most").is_missed


def test_a_row_survives_its_line() -> None:
    assert Row.from_json(ROW.to_json()) == ROW


def test_a_row_that_is_missed_stands_out_in_the_table() -> None:
    assert table([ROW]).splitlines()[-1] == (
        "| how fast | 94 a second | 100 a second | 0.94 | at least 0.95 | **MISSED** |"
    )


def test_a_row_without_a_figure_is_neither_met_nor_missed() -> None:
    row = Row("beside the peer", "–", "no peer", None, 1.3)
    assert not row.is_missed
    assert table([row]).splitlines()[-1].endswith("| – | at least 1.3 | not measured |")
