"""The words that tags are made of: one slug for every spelling, and the committed table of names."""
