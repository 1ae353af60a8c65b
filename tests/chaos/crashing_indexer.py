"""An indexer whose process ends as soon as it decides on an entry that holds the word CRASH."""

import os
import sys

from services.indexer import suspects
from services.indexer.__main__ import main
from services.indexer.decide import decide

suspects.__dict__["decide"] = lambda raw, now: os._exit(70) if b"CRASH" in (raw or b"") else decide(raw, now)
sys.exit(main())
