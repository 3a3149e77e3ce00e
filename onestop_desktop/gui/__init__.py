"""The screen: the only room that knows PySide6; it asks the desk and never what lies behind it."""
