"""Publishers and their keys, as one JSON file has them: ingest reads it, the command line writes it."""
