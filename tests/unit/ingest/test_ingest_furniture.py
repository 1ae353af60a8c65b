"""What a line of a page is known as."""

import pytest

from services.ingest.furniture import Kind, recognize


@pytest.mark.parametrize(
    "line",
    [
        *("Home", "WORLD", "Markets", "Tech", "Log in", "login", "Sign up", "Subscribe", "About us", "Skip to content"),
        *("Skip to main content", "Menu", "Search", "Share", "Print", "Save", "Copy link", "Facebook", "E-mail"),
        *("Table of Content", "Table of Contents", "TABLE OF CONTENTS:", "In this article", "Contents", "Loading..."),
        *("Advertisement", "Sponsored", "Sponsored content", "Ad", "Breaking news", "Live", "X"),
    ],
)
def test_menu_words_are_menu(line: str) -> None:
    assert recognize(line) == (Kind.MENU, "")


@pytest.mark.parametrize(
    "line",
    [
        *("Recent News", "Popular News", "Latest", "Latest stories", "Top Stories", "Trending now", "Most read"),
        *("Most Popular:", "Editor's picks", "Recommended for you", "Recent posts", "Popular articles"),
    ],
)
def test_heads_of_lists_are_lists(line: str) -> None:
    assert recognize(line)[0] is Kind.LIST


@pytest.mark.parametrize(
    "line",
    [
        *("Recommended Article: Why the Ferry Was Late", "Related: More Ferries", "Related story: A", "Suggested: B"),
        *("Recommended Articles: Two of Them", "Read more: The Whole Tale", "See also: Another", "Also read: This"),
        *("Read next: That", "Don't miss: The Fair", "Share this article", "Share on Facebook", "Share via e-mail"),
        *("Photo: Ada Quill", "Image credit: Quay Wire", "Picture by: A. Quill", "5 min read", "12 comments"),
        *("3 shares", "Home > World > Ports", "Home › Business", "News / Ports / North"),
    ],
)
def test_inserts_are_inserts(line: str) -> None:
    assert recognize(line)[0] is Kind.INSERT


@pytest.mark.parametrize(
    "line",
    [
        *("© 2026 The Quay Courier", "(c) 2026 Quay", "Copyright 2026 Quay Courier", "All Rights Reserved."),
        *("The Quay Courier 2026. All rights reserved.", "Disclaimer: nothing here is advice.", "Related articles"),
        *(
            "Related Stories:",
            "More stories from the north",
            "You may also like",
            "Leave a comment",
            "14 comments below",
        ),
        *("Join the conversation", "Sign up for our newsletter", "Subscribe to get updates by e-mail today"),
        *("We use cookies to count visits.", "This website uses cookies", "Privacy Policy", "Terms of Service"),
        *("Cookie settings", "Terms and Conditions"),
    ],
)
def test_marks_of_the_end_are_ends(line: str) -> None:
    assert recognize(line)[0] is Kind.END


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        ("Source: Quay Wire", Kind.SOURCE, "Quay Wire"),
        ("source : Quay Wire", Kind.SOURCE, "Quay Wire"),
        ("Quelle: Hafenblatt", Kind.SOURCE, "Hafenblatt"),
        ("Via: Quay Wire", Kind.SOURCE, "Quay Wire"),
        ("By Ada Quill", Kind.BYLINE, "Ada Quill"),
        ("BY ADA QUILL", Kind.BYLINE, "ADA QUILL"),
        ("Written by Ada Quill", Kind.BYLINE, "Ada Quill"),
        ("By: Ada Quill", Kind.BYLINE, "Ada Quill"),
        ("By Ada Quill and Bo O’Dell", Kind.BYLINE, "Ada Quill and Bo O’Dell"),
        ("By Ada Quill, Bo Dell & Cy Ort", Kind.BYLINE, "Ada Quill, Bo Dell & Cy Ort"),
        ("By José Ñuñez-Löw", Kind.BYLINE, "José Ñuñez-Löw"),
        ("Quay Courier Staff", Kind.BYLINE, "Quay Courier Staff"),
        ("Harbour Newsroom", Kind.BYLINE, "Harbour Newsroom"),
        ("The Night Desk", Kind.BYLINE, "The Night Desk"),
        ("Published: 31 January 2026 09:00 UTC", Kind.DATE, "31 January 2026 09:00 UTC"),
        ("Updated 2026-01-31", Kind.DATE, "2026-01-31"),
        ("Last updated on: 31 Jan 2026", Kind.DATE, "31 Jan 2026"),
        ("Posted on 31 Jan 2026", Kind.DATE, "31 Jan 2026"),
        ("Tags: ports, ferries", Kind.TAGS, "ports, ferries"),
        ("Tags :", Kind.TAGS, ""),
        ("Topics: ports", Kind.TAGS, "ports"),
        ("Filed under: ports", Kind.TAGS, "ports"),
        ("Keywords: ports", Kind.TAGS, "ports"),
    ],
)
def test_a_fact_in_furniture_is_read(line: str, kind: Kind, value: str) -> None:
    assert recognize(line) == (kind, value)


@pytest.mark.parametrize(
    "line",
    [
        "The harbour master counted forty ships before noon.",
        "Ferry Returns to the Northern Islands",
        "Homeward bound, the crew sang.",
        "The world is watching the straits.",
        "Sources close to the port said nothing.",
        "A source: that is what the report calls her, and no more.",
        "Nobody was hurt, by the way.",
        "Businesses along the quay reopened on Monday.",
        "“By Tuesday we were out of rope,” she said, and laughed until the others laughed with her.",
        "Tagged birds were seen as far north as the cape.",
        "Publishers of sea charts are in trouble.",
        "Recommended by nobody, the inn was full.",
        "Searching went on all night.",
        "Related matters will be heard in May.",
        "A House for the Pilots",
        "橋が開通した。",
    ],
)
def test_ordinary_text_is_not_furniture(line: str) -> None:
    assert recognize(line) == (None, line)
