"""The hub on the web: one table of operations, and the pages of the district and the citizen."""
