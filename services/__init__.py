"""One article's way, in one direction.

    submission = receive(request)              # ingest: bytes to a Submission, by wire format
    draft      = normalize(submission)         # ingest: clean text, identity, tags, content hash
    event      = publish(draft)                # ingest: decide its version, XADD; only now the publisher hears 202
    ---------------- Redis stream `articles`, consumer group `indexer` ----------------
    entries    = consume(stream)               # indexer: new entries, own pending ones, those of dead consumers
    operation  = decide(entry)                 # indexer: Put, Tombstone or a dead letter
    verdicts   = store(operations)             # indexer: one _bulk, one verdict an item
    settle(verdicts)                           # indexer: refresh, then XACK with receipts and dead letters
    ---------------- OpenSearch alias `articles` ----------------
    hits       = search(query)                 # any client of OpenSearch

The services never import each other; both import `schemas`.
"""

__version__ = "0.1.0"
