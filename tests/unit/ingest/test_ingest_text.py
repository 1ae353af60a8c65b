"""Cleaned text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.text import clean, clean_line


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("", ""),
        ("  a  ", "a"),
        ("a \t  b", "a b"),
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\u2028b\u2029c\u0085d", "a\nb\nc\nd"),
        ("a \n b", "a\nb"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\n \n\t\n \nb", "a\n\nb"),
        ("a\nb", "a\nb"),
        ("Tom &amp; Ada", "Tom & Ada"),
        ("&lt;b&gt; &quot;x&quot; &#39;y&#39; &#x2014;", "<b> \"x\" 'y' \u2014"),
        ("a&nbsp;b", "a b"),
        ("&amp;lt;", "&lt;"),
        ("R&D at AT&T", "R&D at AT&T"),
        ("e\u0301", "\u00e9"),
        ("\u30cf\u309a", "\u30d1"),
        ("a\u200bb", "ab"),
        ("hy\u00adphen", "hyphen"),
        ("\ufefftitle", "title"),
        ("word\u2060joiner", "wordjoiner"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("a \u200b b", "a b"),
        ("日本　東京", "日本 東京"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
    ],
)
def test_a_text_is_cleaned(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


@pytest.mark.parametrize(
    ("dirty", "cleaned"), [(" a \n\n b\tc ", "a b c"), ("\n", ""), ("a\u2028b", "a b"), ("A &amp;\nB", "A & B")]
)
def test_a_line_is_cleaned_onto_one_line(dirty: str, cleaned: str) -> None:
    assert clean_line(dirty) == cleaned


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="&")))
def test_clean_text_has_no_stray_whitespace(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert "  " not in cleaned
    assert not set(cleaned) & set("\t\r\u00a0\u200b\u00ad\ufeff\u2028\x00")
    assert all(line == line.strip() for line in cleaned.split("\n"))


@settings(deadline=None)
@given(st.text("ab\u00e9\u0301\u30cf\u309a \n", max_size=20))
def test_clean_text_is_in_nfc_and_clean_already(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_a_clean_line_has_no_line_end(text: str) -> None:
    assert "\n" not in clean_line(text)
