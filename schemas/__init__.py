"""Wiredesk's public contract: what is posted, what travels, what is answered.

A Submission is what a publisher posts; an Article is its normalized form; an ArticleEvent is what travels on the
stream; a Receipt answers "where is my article?"; a DeadLetter is an event that can never be indexed.
This package imports pydantic and nothing of ours. Its JSON Schemas are in schemas/json/.
"""
