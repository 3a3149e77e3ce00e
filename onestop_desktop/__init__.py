"""OneStop Desktop: the one-stop desk of a Vietnamese commune."""

__version__ = "0.1.0"
