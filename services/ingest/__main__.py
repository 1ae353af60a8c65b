"""`python -m services.ingest`"""

import gc
import logging
import sys

DEFAULT_PORT = 8000
_COLLECTED_AFTER = (10_000, 20, 50)
"""Objects, and younger collections, after which garbage is looked for: an article leaves none, so seldom is enough."""


def main() -> int:
    """Reads the settings and serves until told to stop."""
    # Worker processes import this module too, and need none of these.
    from services.ingest.app import build_app  # noqa: PLC0415
    from services.ingest.settings import IngestSettings  # noqa: PLC0415
    from services.logs import configure  # noqa: PLC0415
    from services.serve import listen, serve  # noqa: PLC0415
    from services.tracing import exporting  # noqa: PLC0415

    settings = IngestSettings()
    configure("ingest", settings.log_level, settings.log_articles)
    logging.getLogger(__name__).info("settings", extra={"settings": settings.redacted()})
    with exporting("ingest") as traces:
        return serve(
            lambda _: build_app(settings, _keep_what_is_loaded, traces),
            listen(settings.ingest_host, settings.ingest_port, DEFAULT_PORT),
        )


def _keep_what_is_loaded() -> None:
    """Tables and modules stay for good: looking through them for garbage takes a twentieth of the time."""
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


if __name__ == "__main__":
    sys.exit(main())
