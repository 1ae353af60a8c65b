"""The tags that an article published before would get today."""

from schemas.article import Article
from services.ingest.draft import stated_labels
from services.ingest.tags import automatic_tags, tags_version
from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import canonical_tag


def retagged(article: Article, gazetteer: Gazetteer, automatic: bool = True) -> Article | None:
    """The same version of the article with today's tags; None where they are those that it has.

    Without `automatic` it keeps its publisher's own tags only. These are read from what the publisher wrote, so that
    they follow the table of aliases too.
    """
    auto = automatic_tags(article.title, article.body, gazetteer, article.language) if automatic else ()
    labels = stated_labels(article.tag_labels, article.section, article.subjects)
    own = [canonical_tag(label, gazetteer.aliases, gazetteer.shorts) for _, label in labels]
    tags = tuple(dict.fromkeys(filter(None, [*own, *(one.slug for one in auto)])))
    if set(tags) == set(article.tags) and {one.slug for one in auto} == {one.slug for one in article.auto_tags}:
        return None
    version = tags_version(gazetteer) if automatic else None
    return article.model_copy(update={"tags": tags, "auto_tags": auto, "tags_version": version})
