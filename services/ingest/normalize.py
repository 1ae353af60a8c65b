"""From a Submission to a Draft: an ordered tuple of small steps, pure but for the two tables passed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schemas.dates import parse_instant, precision_of
from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected
from services.index.acronyms import ambiguous_acronyms
from services.ingest.credit import credited
from services.ingest.draft import Draft
from services.ingest.identity import article_id, canonical_url, content_hashes
from services.ingest.language import LanguageReader, canonical_language
from services.ingest.pages.page import read_page
from services.ingest.shingles import sketch
from services.ingest.tags import automatic_tags, tags_version
from services.ingest.text import clean, clean_line, first_sentence
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
    for step in CLEANING:
        step(draft, tables)
    _bound(draft, max_text_bytes)
    for step in UNDERSTANDING:
        step(draft, tables)
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


def clean_texts(draft: Draft, _: Tables) -> None:
    """Every text in one Unicode form, without entities and stray whitespace."""
    draft.title = clean_line(draft.title)
    draft.body = clean(draft.body)
    for name in _LINES:
        text = getattr(draft, name)
        setattr(draft, name, clean_line(text) or None if text else None)
    for name in _TEXTS:
        text = getattr(draft, name)
        setattr(draft, name, clean(text) or None if text else None)
    for name in _LISTS:
        setattr(draft, name, _distinct(clean_line(text) for text in getattr(draft, name)))


def take_page_apart(draft: Draft, _: Tables) -> None:
    """A page's text becomes headline, body and the facts in its furniture; what the publisher said itself wins."""
    if not draft.from_page:
        return
    page = read_page(draft.body, draft.title or None, draft.repeated)
    draft.title, draft.body, draft.headings = page.title, page.body, tuple(page.headings)
    draft.source = draft.source or page.source
    draft.authors = draft.authors or tuple(page.authors)
    draft.labels = draft.labels or tuple(page.tags)
    draft.removed = page.reasons
    if draft.published_at is None and page.published:
        try:
            draft.published_at = parse_instant(page.published)
            draft.published_precision, draft.published_from = precision_of(page.published), "text"
        except ValueError:
            draft.warnings.append(FieldWarning(pointer="", detail=f"not read as a date: {page.published}"))


def complete(draft: Draft, _: Tables) -> None:
    """What lacks a title gets its first sentence for one; a foreign article without a text its summary."""
    if draft.from_page:
        draft.title = draft.title or first_sentence(draft.body)
    if not draft.is_foreign:
        return
    if not draft.body and draft.summary:
        draft.body, draft.summary = draft.summary, None
    draft.title = draft.title or first_sentence(draft.body)
    if not draft.body:
        draft.warnings.append(FieldWarning(pointer="", detail="it has no text, so only its title can be found"))


def credit_source(draft: Draft, _: Tables) -> None:
    """Whom the text credits, where the publisher names no source; a page's own is only the site's name."""
    if draft.source and "source" not in draft.inferred:
        return
    if source := credited(draft.body):
        draft.source, draft.is_credited = source, True


def require_title_and_body(draft: Draft, _: Tables) -> None:
    """Rejects what has no title or no body left."""
    what = "nothing is left of it on this page" if draft.from_page else "must not be empty"
    required = ("title",) if draft.is_foreign else ("title", "body")
    errors = tuple(FieldError(pointer=f"/{name}", detail=what) for name in required if not getattr(draft, name))
    if errors:
        raise Rejected(Reason.INVALID_FIELD, "an article needs a title and a body", errors)


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
    draft.tags = _distinct([*own, *(auto.slug for auto in draft.auto_tags)])


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


_LINES = ("subtitle", "source", "section", "slugline", "dateline")
_TEXTS = ("summary", "rights", "editor_note", "correction")
_LISTS = ("authors", "genre", "labels", "headings")
_HASHED = (
    *("title", "body", "url", "image", "urgency", "language", "subjects", *_LINES, *_TEXTS, *_LISTS),
    *("published_at", "embargoed_until", "expires_at"),
)
_PUBLIC_NAMES = {"labels": "tags"}
Step = Callable[[Draft, Tables], None]
CLEANING: tuple[Step, ...] = (clean_texts, take_page_apart, complete, credit_source, require_title_and_body)
UNDERSTANDING: tuple[Step, ...] = (
    canonicalize_url,
    identify,
    recognize_language,
    tag,
    note_acronyms,
    hash_content,
    sketch_text,
)
STEPS: tuple[Step, ...] = (*CLEANING, *UNDERSTANDING)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))
