"""Invented articles of invented publishers, as a desk would post them on a busy day."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks.articles import articles

_SOURCES = ("Harbor Wire", "Candle River Post", "Fjordline Business", "Northlight Gazette", "Tidal Courier")
_PACT = (
    "TOKYO — Negotiators closed a ten-year U.S.–Japan supply agreement on Tuesday that commits both governments "
    "to buy, "
    "refine and stockpile rare earth oxides together, ending three years of stop-start talks.",
    "Under the text, a new pit in northern Nevada will ship concentrate to a refinery outside Kitakyushu, where "
    "neodymium, dysprosium and terbium will be separated and sold at a floor price.",
    "If the market falls below that floor, the two treasuries share the loss in equal parts. “Nobody builds a "
    "separation plant on a promise,” said Halvard Quint, who led the American delegation.",
    "Buyers were more guarded. The Orrin Motor Alliance, a trade body for carmakers, said the first shipments would "
    "cover barely a tenth of its members’ rare earth demand before 2030.",
    "The pact still needs a vote in both legislatures. A working group is to meet every quarter to set stockpile "
    "targets, with the first session pencilled in for January in Fukuoka.",
)
PACT: dict[str, Any] = {
    "id": "minerals-pact",
    "title": "US and Japan Seal Rare Earth Supply Pact After Three Years of Talks",
    "summary": "A ten-year agreement ties mine output in Nevada to refineries in Kyushu.",
    "body": "\n\n".join(_PACT),
    "authors": ["Lena Oduya", "Kenji Marubashi"],
    "source": "Harbor Wire",
    "section": "World",
    "tags": ["U.S.–Japan", "Rare earths"],
    "language": "en",
    "url": "https://harborwire.example/world/2026/11/minerals-pact",
    "published_at": "2026-11-24T09:40:00Z",
    "version": 1,
}
CORRECTED = PACT | {
    "version": 2,
    "updated_at": "2026-11-24T12:05:00Z",
    "body": PACT["body"].replace("barely a tenth", "about a fifth").replace("before 2030", "before 2031"),
    "correction": "An earlier version gave the carmakers’ figure as a tenth; it is a fifth, before 2031.",
}
CORRECTED_AGAIN = CORRECTED | {
    "version": 3,
    "updated_at": "2026-11-24T15:30:00Z",
    "title": "US and Japan Seal Rare Earth Pact After Three Years of Talks",
    "body": CORRECTED["body"]
    .replace("January in Fukuoka", "February in Fukuoka")
    .replace("share the loss in equal parts", "share the loss, two thirds of it in Tokyo"),
    "correction": "The first session is in February, not in January, and the loss is not shared in equal parts.",
}
COPY = PACT | {
    "id": "pact-reprint",
    "source": "Candle River Post",
    "title": "Nevada to Kyushu: Rare Earth Pact Ties Two Capitals",
    "url": "https://candleriverpost.example/business/rare-earth-pact",
    "published_at": "2026-11-24T11:00:00Z",
    "authors": ["Priya Vandermolen"],
}
JAPANESE = {
    "id": "nichibei",
    "title": "日米首脳、レアアースの共同備蓄で合意　供給網の強化へ",
    "body": "日米両首脳は二十四日、レアアースの共同備蓄をめぐる十年間の協定に合意した。北九州市の製錬所で分離した"
    "ネオジムなどを、両国が最低価格で買い取る。\n\n政府関係者は「供給網の強化に向けた大きな一歩だ」と話した。"
    "一方、自動車業界からは、二〇三〇年までに需要の一割しか賄えないとの声も上がっている。\n\n"
    "協定は両国の議会の承認を経て発効する。最初の作業部会は来年一月に福岡で開かれる予定だ。",
    "source": "みなと新報",
    "section": "国際",
    "tags": ["日米", "レアアース"],
    "language": "ja",
    "published_at": "2026-11-24T10:15:00Z",
}
ARABIC = {
    "id": "wheat-arabic",
    "title": "ميناء الإسكندرية يستقبل أول شحنة قمح هذا الموسم",
    "body": "استقبل ميناء الإسكندرية يوم الاثنين أول شحنة من القمح هذا الموسم، وبلغت حمولتها ستين ألف طن.\n\n"
    "وقال مدير الميناء إن التفريغ سيستغرق أربعة أيام.",
    "source": "صحيفة المنارة",
    "language": "ar",
    "published_at": "2026-11-20T08:00:00Z",
}
_SHORTER = (
    (
        "magnets",
        "Motor Makers Redesign Around Scarce Magnets",
        "Fjordline Business",
        "Business",
        "2026-11-21",
        "Three of the four largest makers of electric motors are redesigning them so that they need less "
        "neodymium, a rare "
        "earth whose price has doubled in a year.\n\nThe new motors are heavier by a tenth. “Weight is a cost "
        "that we know,” "
        "said Ingrid Solheim of the Fjordline Institute. “Scarcity is one that we do not.”\n\nA plant in Germany is to "
        "recycle magnets of old pumps from spring.",
    ),
    (
        "radar",
        "Two Capitals, One Radar Picture: Allies Widen Defence Pact",
        "Candle River Post",
        "Security",
        "2026-11-12",
        "The United States and Japan signed a defence cooperation accord on Thursday that will let their coastal radar "
        "stations share raw tracking data for the first time.\n\n“We were mailing each other photographs of a "
        "race,” said "
        "Rear Admiral Corwin Stadt, retired. “From next spring we will be watching the same race.”",
    ),
    (
        "comet",
        "Rare Comet Passes Earth in Once-a-Lifetime Show",
        "The Night Desk",
        "Science",
        "2026-11-08",
        "Thousands left the lights of the cities behind on Saturday to see a comet that will not come back for eleven "
        "centuries.\n\nIts tail could be seen with bare eyes from Chile and South Africa.",
    ),
    (
        "jets",
        "Late Jets, Larger Bill: Norway’s Defence Budget Grows Again",
        "Northlight Gazette",
        "Security",
        "2026-10-30",
        "Norway will pay a fifth more than planned for its last six F-35 jets, the defence ministry said on "
        "Friday.\n\nThe "
        "jets come two years late. NATO allies in the north had counted on them for joint patrols.",
    ),
    (
        "cocoa",
        "Côte d’Ivoire Cocoa Growers Count the Cost of a Wet July",
        "Salt & Grain",
        "Business",
        "2026-10-22",
        "Cocoa growers in Côte d’Ivoire expect the smallest main crop in nine years after rain rotted the pods "
        "in July.\n\n"
        "Buyers in the Netherlands have begun to look to Ecuador and Ghana.",
    ),
    (
        "ports",
        "Tariff Cliff Sends Ships Racing for Last Berths",
        "Tidal Courier",
        "Business",
        "2026-10-14",
        "Ships queued outside four ports of the United States as importers tried to land goods before new tariffs on "
        "steel and furniture begin.\n\n“Everybody wants the same crane on the same night,” said a harbor pilot.",
    ),
    (
        "quotas",
        "China Loosens Rare Earth Export Quotas for Europe",
        "Fjordline Business",
        "Business",
        "2026-11-17",
        "China will let exporters ship a third more rare earth magnets to the European Union from "
        "December.\n\nThe quotas, "
        "which were set two years ago, had idled car plants in Germany and Italy.",
    ),
    (
        "bac",
        "Le dernier bac de la Loire reprend du service",
        "La Courrière",
        "Société",
        "2026-11-03",
        "Après deux ans de travaux, le dernier bac de la Loire reprend du service dimanche.\n\nIl relie deux "
        "villages que "
        "le pont le plus proche éloigne de trente kilomètres.",
    ),
)


def busy_day(fillers: int = 60) -> Iterator[dict[str, Any]]:
    """All of them but the corrected and hostile ones, and `fillers` more with generated texts, over two months."""
    yield from (PACT, COPY, JAPANESE, ARABIC)
    for own_id, title, source, section, published, body in _SHORTER:
        language = {"language": "fr"} if own_id == "bac" else {}
        yield {
            "id": own_id,
            "title": title,
            "source": source,
            "section": section,
            "body": body,
            "published_at": f"{published}T08:00:00Z",
            **language,
        }
    random = Random(7)
    for article in articles(fillers, seed=11, median_bytes=900):
        day = date(2026, 10, 1) + timedelta(days=int(random.triangular(0, 53, 44)))
        yield article | {
            "source": random.choice(_SOURCES),
            "published_at": f"{day}T{random.randrange(6, 20):02}:15:00Z",
        }


HOSTILE: dict[str, Any] = {
    "id": "hostile",
    "title": '<img src=x onerror="document.body.dataset.hacked=1"> “quarantined” <script>document.body.dataset.hacked=1'
    "</script>",
    "summary": '"><svg onload="document.body.dataset.hacked=1">',
    "body": "quarantined </p><script>document.body.dataset.hacked=1</script> & <b>bold</b> {{ 7 * 7 }}\n\n"
    "<mark>not ours</mark> &lt;i&gt;",
    "source": "<script>document.body.dataset.hacked=1</script>",
    "section": "'><img src=x onerror=document.body.dataset.hacked=1>",
    "authors": ["<u>Nobody</u>"],
    "tags": ['"><script>document.body.dataset.hacked=1</script>', "javascript:alert(1)"],
    "url": 'https://quay.example/"><script>',
    "rights": "<style>*{display:none}</style>",
    "editor_note": "<iframe src=https://quay.example></iframe>",
    "published_at": "2026-11-01T08:00:00Z",
}
