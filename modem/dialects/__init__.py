"""Families of modules, one file each with a `DIALECT`; a new file is found by being here."""

from __future__ import annotations

import importlib
import pkgutil

from modem.dialect import Dialect


def all_dialects() -> tuple[Dialect, ...]:
    """Every family, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").DIALECT for name in names)
