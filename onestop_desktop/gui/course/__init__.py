"""The course of the training desk, as the window shows it."""
