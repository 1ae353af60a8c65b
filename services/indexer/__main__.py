"""`python -m services.indexer`"""

import gc
import logging
import sys

from services.consumer_name import claim_consumer_name
from services.indexer.app import build_app
from services.indexer.settings import IndexerSettings
from services.logs import configure
from services.serve import listen, serve
from services.tracing import exporting

DEFAULT_PORT = 8001
_COLLECTED_AFTER = 50_000
"""Objects; thousands are in hand at a time and none of them is in a cycle, so that looking for some is in vain."""


def main() -> int:
    """Reads the settings and works until told to stop."""
    settings = IndexerSettings()
    configure("indexer", settings.log_level, settings.log_articles)
    logging.getLogger(__name__).info("settings", extra={"settings": settings.redacted()})
    own_name, lock = claim_consumer_name(settings.redis_url, "indexer")
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)
    with lock, exporting("indexer") as traces:
        consumer = settings.consumer or own_name
        listening = listen(settings.indexer_host, settings.indexer_port, DEFAULT_PORT)
        return serve(lambda fail: build_app(settings, consumer, fail, traces), listening)


if __name__ == "__main__":
    sys.exit(main())
