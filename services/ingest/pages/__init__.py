"""A page's whole text, as a scraper saw it, told apart into headline, body, facts and furniture."""
