"""Where pages meet the desk: what happens when, and in which order; no widget is made here."""
