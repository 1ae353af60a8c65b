"""From a Submission to a Draft: an ordered tuple of small steps, pure but for the two tables passed in."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.reasons import Reason
from schemas.receipt import FieldError
from schemas.submission import Submission
from services.errors import Rejected
from services.index.acronyms import ambiguous_acronyms
from services.ingest.cleaning import CLEANING, LINES, LISTS, TEXTS, distinct
from services.ingest.draft import Draft
from services.ingest.identity import article_id, canonical_url, content_hashes
from services.ingest.language import LanguageReader, canonical_language
from services.ingest.shingles import sketch
from services.ingest.tags import automatic_tags, tags_version
from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import canonical_tag


@dataclass(frozen=True, slots=True)
class Tables:
    """What normalizing looks things up in, loaded once a process."""

    gazetteer: Gazetteer
    language: LanguageReader


def normalize(
    submission: Submission,
    publisher: str,
    tables: Tables,
    max_text_bytes: int,
    automatic_tags: bool = True,
    repeated: frozenset[str] = frozenset(),
) -> Draft:
    """The article in its canonical form.

    `max_text_bytes` bounds title, summary and body together, as UTF-8; `repeated` are lines of earlier pages of the
    publisher. Raises Rejected with a pointer to each field that cannot be used.
    """
    draft = begin(submission, publisher, automatic_tags)
    draft.repeated = repeated
    for clean in CLEANING:
        clean(draft)
    _bound(draft, max_text_bytes)
    for understand in UNDERSTANDING:
        understand(draft, tables)
    return draft


def _bound(draft: Draft, max_text_bytes: int) -> None:
    """Refuses a large text before the steps that cost time in proportion to it."""
    size = sum(len(text.encode()) for text in (draft.title, draft.summary or "", draft.body))
    if size > max_text_bytes:
        detail = f"title, summary and body are {size} bytes of text; at most {max_text_bytes} are taken"
        raise Rejected(Reason.TOO_LARGE, detail, (FieldError(pointer="/body", detail=detail),))


def begin(submission: Submission, publisher: str, automatic_tags: bool) -> Draft:
    """What the steps begin with: the fields as they were posted."""
    renamed = {"id", "tags", "version"}
    fields = {name: getattr(submission, name) for name in Submission.model_fields if name not in renamed}
    return Draft(
        publisher=publisher,
        automatic_tags=automatic_tags,
        own_id=submission.id,
        labels=submission.tags,
        number=submission.version,
        **fields,
    )


def canonicalize_url(draft: Draft, _: Tables) -> None:
    """The address without tracking parameters."""
    if draft.url is None:
        return
    try:
        draft.url = canonical_url(draft.url)
    except ValueError as problem:
        error = FieldError(pointer="/url", detail=str(problem))
        raise Rejected(Reason.INVALID_FIELD, f"url: {problem}", (error,)) from problem


def identify(draft: Draft, _: Tables) -> None:
    """The id: the publisher's own, else by address, else by content."""
    content = f"{draft.title}\n{draft.body}"
    draft.id, draft.external_id = article_id(draft.publisher, draft.own_id, draft.url, content)


def recognize_language(draft: Draft, tables: Tables) -> None:
    """The publisher's language in BCP 47 form, else the one the text is in; a page's own only if the text agrees."""
    text = f"{draft.title} {draft.body}"
    if draft.language:
        draft.language = canonical_language(draft.language)
    read = None
    if draft.language is None:
        read = tables.language.read(text)
    elif "language" in draft.inferred:
        read = tables.language.settled(text, draft.language)
    if read:
        draft.language, draft.language_confidence = read.language, read.confidence


def tag(draft: Draft, tables: Tables) -> None:
    """The publisher's tags, section and subjects in canonical form, then the automatic ones."""
    gazetteer = tables.gazetteer
    own = [canonical_tag(label, gazetteer.aliases, gazetteer.shorts) for _, label in draft.stated_labels()]
    if draft.automatic_tags:
        draft.auto_tags = automatic_tags(draft.title, draft.body, gazetteer, draft.language or "und")
        draft.tags_version = tags_version(gazetteer)
    draft.tags = distinct([*own, *(auto.slug for auto in draft.auto_tags)])


def note_acronyms(draft: Draft, _: Tables) -> None:
    """Acronyms that only their capitals tell from common words."""
    draft.acronyms = ambiguous_acronyms(f"{draft.title}\n{draft.body}")


def hash_content(draft: Draft, _: Tables) -> None:
    """The hash that tells whether a reader could notice a difference; times of posting are no difference."""
    fields = {_PUBLIC_NAMES.get(name, name): getattr(draft, name) for name in _HASHED}
    draft.content_hash, draft.field_hashes = content_hashes(fields)


def sketch_text(draft: Draft, _: Tables) -> None:
    """What tells whether another text is much the same."""
    draft.sketch = sketch(draft.body)


_HASHED = (
    *("title", "body", "url", "image", "urgency", "language", "subjects", *LINES, *TEXTS, *LISTS),
    *("published_at", "embargoed_until", "expires_at"),
)
_PUBLIC_NAMES = {"labels": "tags"}
UNDERSTANDING: tuple[Callable[[Draft, Tables], None], ...] = (
    canonicalize_url,
    identify,
    recognize_language,
    tag,
    note_acronyms,
    hash_content,
    sketch_text,
)
