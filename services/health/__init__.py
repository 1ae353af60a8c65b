"""How a running Wiredesk is, and whether one could start: readings in, findings in words out."""
