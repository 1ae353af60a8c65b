"""Wire formats: each module turns bytes into a Submission; nothing after it knows the format."""
