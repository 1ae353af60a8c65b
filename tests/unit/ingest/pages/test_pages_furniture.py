"""What a line of a page is known as."""

import pytest

from services.ingest.pages.furniture import recognize
from services.ingest.pages.kinds import Kind

KNOWN = {
    Kind.MENU: (
        *("Home", "WORLD", "Markets", "Tech", "Log in", "login", "Sign up", "Subscribe", "About us", "Skip to content"),
        *("Skip to main content", "Menu", "Search", "Print", "Save", "Table of Content", "Table of Contents", "Live"),
        *("TABLE OF CONTENTS:", "In this article", "Contents", "Loading...", "Breaking news", "X", "Impressum"),
        *("Se connecter", "Iniciar sesión", "Chi siamo", "Pular para o conteúdo", "ログイン", "もっと見る"),
    ),
    Kind.AD: ("Advertisement", "Sponsored", "Ad", "- Anzeige -", "Publicité", "PUBLICIDAD", "Pubblicità", "広告"),
    Kind.OTHERS: (
        *("Recent News", "Popular News", "Latest", "Latest stories", "Top Stories", "Trending now", "Most read"),
        *("Most Popular:", "Editor's picks", "Recommended for you", "Recent posts", "Popular articles"),
        *("Related articles", "Related Stories:", "More stories from the north", "You may also like"),
        *("Lesen Sie auch", "Mehr zum Thema", "À lire aussi", "Lo más leído", "Leggi anche", "Leia também", "関連記事"),
    ),
    Kind.LINK: (
        *("Recommended Article: Why the Ferry Was Late", "Related: More Ferries", "Related story: A", "Suggested: B"),
        *("Recommended Articles: Two of Them", "Read more: The Whole Tale", "See also: Another", "Also read: This"),
        *("Read next: That", "Don't miss: The Fair", "Lesen Sie auch: Die Fähre", "Lire aussi : Le bac"),
        *("Lea también: El puente", "Leggi anche: Il ponte", "Leia também: A ponte", "関連記事：新しい橋"),
        *("SEE ALL FERRIES BY CLICKING HERE", "Read more about ferries"),
    ),
    Kind.SHARE: (
        *("Share", "Facebook", "E-mail", "Copy link", "Share this article", "Share on Facebook", "Share via e-mail"),
        *("Click to share on Facebook (Opens in new window)", "Teilen", "Partager", "Condividi", "シェアする"),
    ),
    Kind.CAPTION: (
        *("Photo: Ada Quill", "Image credit: Quay Wire", "Picture by: A. Quill", "Foto: Ada Quill", "写真：桟橋"),
        *("The old ferry at its pier (Photo: Quay Wire)", "The pier in spring. © Ada Quill | Quay Wire"),
        *("Orla Penhallow, left, and her brother on the pier", "File photo: the pier", "Photo by Ada Quill/Quay Wire"),
    ),
    Kind.COUNT: (
        "5 min read",
        "12 comments",
        "3 shares",
        "1 / 8",
        "Image 1 of 8",
        "Lesezeit: 3 Min",
        "5 min de lecture",
    ),
    Kind.CRUMBS: ("Home > World > Ports", "Home › Business", "News / Ports / North"),
    Kind.NEWSLETTER: (
        *("Sign up for our newsletter", "Subscribe to get updates by e-mail today"),
        *("Abonnieren Sie unseren Newsletter", "Recevez notre newsletter", "Iscriviti alla newsletter"),
    ),
    Kind.PAYWALL: ("Already a subscriber? Log in", "To continue reading, subscribe", "この記事は有料会員限定です"),
    Kind.BROWSER: ("Please enable JavaScript to see the map.", "This slideshow requires JavaScript."),
    Kind.COMMENTS: (
        *("Leave a comment", "14 comments below", "Join the conversation", "34 responses to “The Ferry”"),
        *("Kommentare (12)", "Kommentar schreiben", "Laisser un commentaire", "コメントを書く"),
    ),
    Kind.COOKIES: (
        *("We use cookies to count visits.", "This website uses cookies", "Wir verwenden Cookies, um zu zählen."),
        *("Nous utilisons des cookies.", "Utilizamos cookies propias.", "Utilizziamo i cookie."),
    ),
    Kind.NOTICE: (
        *("© 2026 The Quay Courier", "(c) 2026 Quay", "Copyright 2026 Quay Courier", "All Rights Reserved."),
        *("The Quay Courier 2026. All rights reserved.", "Disclaimer: nothing here is advice.", "Privacy Policy"),
        *(
            "Terms of Service",
            "Cookie settings",
            "Terms and Conditions",
            "Alle Rechte vorbehalten",
            "無断転載を禁じます",
        ),
    ),
    Kind.DATE: (
        *(
            "January 31, 2026",
            "31 January 2026, 9:00",
            "31. Januar 2026 um 9:00 Uhr",
            "31.01.2026",
            "2026年1月31日 9時00分",
        ),
    ),
}


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, lines in KNOWN.items() for line in lines])
def test_a_line_of_furniture_is_known_in_many_languages(kind: Kind, line: str) -> None:
    assert recognize(line) == (kind, "")


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
        ("Von Anna Berg", Kind.BYLINE, "Anna Berg"),
        ("Von Anna Berg und Jan van der Kai", Kind.BYLINE, "Anna Berg und Jan van der Kai"),
        ("Par Luc Morel", Kind.BYLINE, "Luc Morel"),
        ("Por Ana Lima", Kind.BYLINE, "Ana Lima"),
        ("Di Carla Neri", Kind.BYLINE, "Carla Neri"),
        ("Door Piet Kade", Kind.BYLINE, "Piet Kade"),
        ("Autor: Jan Most", Kind.BYLINE, "Jan Most"),
        ("文＝橋本渡", Kind.BYLINE, "橋本渡"),
        ("橋本渡記者", Kind.BYLINE, "橋本渡"),
        ("記者：橋本渡", Kind.BYLINE, "橋本渡"),
        ("Published: 31 January 2026 09:00 UTC", Kind.DATE, "31 January 2026 09:00 UTC"),
        ("Updated 2026-01-31", Kind.DATE, "2026-01-31"),
        ("Last updated on: 31 Jan 2026", Kind.DATE, "31 Jan 2026"),
        ("Posted on 31 Jan 2026", Kind.DATE, "31 Jan 2026"),
        ("Stand: 31.01.2026", Kind.DATE, "31.01.2026"),
        ("Publié le 31/01/2026", Kind.DATE, "31/01/2026"),
        ("Tags: ports, ferries", Kind.TAGS, "ports, ferries"),
        ("Tags :", Kind.TAGS, ""),
        ("Topics: ports", Kind.TAGS, "ports"),
        ("Filed under: ports", Kind.TAGS, "ports"),
        ("Keywords: ports", Kind.TAGS, "ports"),
        ("Schlagworte: Häfen", Kind.TAGS, "Häfen"),
        ("#ports #ferries", Kind.TAGS, "#ports #ferries"),
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
        "Share prices of shipyards fall",
        "Von Kelport nach Arden in einer Stunde",
        "Par temps de brume, le bac attend.",
        "Por amor",
        "The photo by the stairs shows nobody.",
        "On 31 January 2026 the ferry stopped.",
        "Cookies are baked at the ferry house.",
        "The pilots agreed on Monday, the harbour master said. (qdp)",
        "橋が開通した。",
        "記者団は桟橋で待った。",
    ],
)
def test_ordinary_text_is_not_furniture(line: str) -> None:
    assert recognize(line) == (None, line)


def test_a_long_paragraph_is_never_looked_through() -> None:
    assert recognize("© " + "a ferry " * 200)[0] is None
