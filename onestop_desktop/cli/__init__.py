"""The command line: every desk action, for scripts and for tests."""
