"""The help behind F1: short pages about the page in front."""
