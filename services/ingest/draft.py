"""An article on its way to its canonical form, before it has a place in the order of versions."""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.article import Article, AutoTag, Tombstone, own_cluster
from schemas.receipt import FieldWarning
from schemas.submission import Subject
from services.ingest.date_flags import Dates, flags_of
from services.ingest.formats.provenance import PUBLISHER
from services.ingest.shingles import Sketch


def stated_labels(tags: tuple[str, ...], section: str | None, subjects: tuple[Subject, ...]) -> list[tuple[str, str]]:
    """What each of these labels is (tag, section, a subject's kind), and the label."""
    named = [
        (subject.kind or "subject", subject.name or ":".join(filter(None, (subject.scheme, subject.code))))
        for subject in subjects
    ]
    return [*(("tag", label) for label in tags), *([("section", section)] if section else []), *named]


@dataclass(frozen=True, slots=True)
class Became:
    """The version that a draft or a burial was accepted as; both times in µs since 1970."""

    id: str
    accepted_at: int
    revision: int
    cluster_id: str = ""


@dataclass(slots=True)
class Draft:
    """What normalize's steps work on.

    `number` is the publisher's own version number, where it gives one. `is_foreign` says that it was read out of a
    format in which a title alone, or a text alone, is an article. `inferred` names what a page says and not its
    publisher, `is_credited` says that the text names the source. `repeated` are lines of earlier pages of the
    publisher, `removed` leads from a line of a page to the reason why it is not in the body. `again` is what it became
    before, and is to become once more; `became` is set when it is published.
    """

    publisher: str
    title: str
    body: str
    from_page: bool = False
    is_foreign: bool = False
    inferred: tuple[str, ...] = ()
    is_credited: bool = False
    automatic_tags: bool = True
    own_id: str | None = None
    url: str | None = None
    subtitle: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    genre: tuple[str, ...] = ()
    slugline: str | None = None
    dateline: str | None = None
    urgency: int | None = None
    image: str | None = None
    rights: str | None = None
    editor_note: str | None = None
    correction: str | None = None
    subjects: tuple[Subject, ...] = ()
    labels: tuple[str, ...] = ()
    language: str | None = None
    language_confidence: float | None = None
    number: int | None = None
    published_at: datetime | None = None
    published_precision: str | None = None
    published_from: str | None = None
    date_flags: tuple[str, ...] = ()
    updated_at: datetime | None = None
    embargoed_until: datetime | None = None
    expires_at: datetime | None = None
    id: str = ""
    external_id: str | None = None
    headings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    auto_tags: tuple[AutoTag, ...] = ()
    tags_version: str | None = None
    acronyms: tuple[str, ...] = ()
    content_hash: str = ""
    sketch: Sketch | None = None
    cluster_id: str = ""
    field_hashes: str = ""
    warnings: list[FieldWarning] = field(default_factory=list)
    repeated: frozenset[str] = frozenset()
    removed: dict[str, str] = field(default_factory=dict)
    again: Became | None = None
    became: Became | None = None

    def stated_labels(self) -> list[tuple[str, str]]:
        """What the publisher files it under: what each label is (tag, section, a subject's kind), and the label."""
        return stated_labels(self.labels, self.section, self.subjects)

    def stated_dates(self) -> Dates:
        """Its dates, as far as they can be wrong."""
        is_read = self.published_from not in (None, PUBLISHER)
        return Dates(self.published_at, self.updated_at, self.embargoed_until, is_read, self.date_flags)

    def article(
        self, revision: int, accepted_at: datetime, supersedes: int | None = None, changed: tuple[str, ...] = ()
    ) -> Article:
        """The article as of this revision (µs since 1970), and the version before it with what has changed since."""
        return Article(
            id=self.id,
            publisher=self.publisher,
            external_id=self.external_id,
            url=self.url,
            title=self.title,
            subtitle=self.subtitle,
            summary=self.summary,
            body=self.body,
            headings=self.headings,
            authors=self.authors,
            source=self.source,
            section=self.section,
            genre=self.genre,
            slugline=self.slugline,
            dateline=self.dateline,
            urgency=self.urgency,
            image=self.image,
            rights=self.rights,
            editor_note=self.editor_note,
            correction=self.correction,
            subjects=self.subjects,
            tags=self.tags,
            tag_labels=self.labels,
            auto_tags=self.auto_tags,
            tags_version=self.tags_version,
            acronyms=self.acronyms,
            language=self.language or "und",
            language_confidence=self.language_confidence,
            version=self.number or revision,
            revision=revision,
            supersedes=supersedes,
            changed=changed,
            field_hashes=self.field_hashes or None,
            published_at=self.published_at,
            published_precision=self.published_precision if self.published_at else None,
            published_from=(self.published_from or PUBLISHER) if self.published_at else None,
            date_flags=flags_of(self.stated_dates(), accepted_at),
            updated_at=self.updated_at,
            accepted_at=accepted_at,
            embargoed_until=self.embargoed_until,
            expires_at=self.expires_at,
            content_hash=self.content_hash,
            cluster_id=self.cluster_id or own_cluster(self.id),
        )


@dataclass(slots=True)
class Burial:
    """A withdrawal on its way: of which article, as of when (now where `at` is None), by which number of its own.

    `again` and `became` are as a draft has them.
    """

    publisher: str
    id: str
    external_id: str | None = None
    number: int | None = None
    at: datetime | None = None
    warnings: list[FieldWarning] = field(default_factory=list)
    again: Became | None = None
    became: Became | None = None

    def tombstone(
        self,
        revision: int,
        accepted_at: datetime,
        supersedes: int | None,
        content_hash: str | None,
        cluster_id: str | None = None,
    ) -> Tombstone:
        """What stays of the article as of this revision (µs since 1970)."""
        return Tombstone(
            id=self.id,
            publisher=self.publisher,
            external_id=self.external_id,
            version=self.number or revision,
            revision=revision,
            supersedes=supersedes,
            withdrawn_at=self.at or accepted_at,
            accepted_at=accepted_at,
            content_hash=content_hash,
            cluster_id=cluster_id,
        )
