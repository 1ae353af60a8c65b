"""An article on its way to its canonical form, before it has a place in the order of versions."""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.article import Article, AutoTag
from schemas.receipt import FieldWarning


@dataclass(slots=True)
class Draft:
    """What normalize's steps work on. `number` is the publisher's own version number, where it gives one."""

    publisher: str
    title: str
    body: str
    from_page: bool = False
    own_id: str | None = None
    url: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    labels: tuple[str, ...] = ()
    language: str | None = None
    number: int | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    embargoed_until: datetime | None = None
    expires_at: datetime | None = None
    id: str = ""
    external_id: str | None = None
    headings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    auto_tags: tuple[AutoTag, ...] = ()
    acronyms: tuple[str, ...] = ()
    content_hash: str = ""
    warnings: list[FieldWarning] = field(default_factory=list)

    def article(self, revision: int, accepted_at: datetime) -> Article:
        """The article as of this revision (µs since 1970)."""
        return Article(
            id=self.id,
            publisher=self.publisher,
            external_id=self.external_id,
            url=self.url,
            title=self.title,
            summary=self.summary,
            body=self.body,
            headings=self.headings,
            authors=self.authors,
            source=self.source,
            section=self.section,
            tags=self.tags,
            tag_labels=self.labels,
            auto_tags=self.auto_tags,
            acronyms=self.acronyms,
            language=self.language or "und",
            version=self.number or revision,
            revision=revision,
            published_at=self.published_at,
            updated_at=self.updated_at,
            accepted_at=accepted_at,
            embargoed_until=self.embargoed_until,
            expires_at=self.expires_at,
            content_hash=self.content_hash,
        )
