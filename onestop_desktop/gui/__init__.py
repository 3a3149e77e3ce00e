"""The screen: the only room that knows PySide6; it asks the desk and never what lies behind it."""

from __future__ import annotations

import ctypes
import sys

_PLENTY = 1 << 40

if sys.version_info < (3, 12):
    # PySide6 6.12.0 gives away one reference to None with every call that answers None (focusWidget,
    # parentWidget, …), until the interpreter aborts in none_dealloc. From Python 3.12 on None cannot die
    # (PEP 683); before, it is given the same long life here.
    ctypes.c_ssize_t.from_address(id(None)).value += _PLENTY
