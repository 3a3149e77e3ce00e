"""The figures of a day at this desk, recounted from the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from onestop_desktop.desk.core import Core
from onestop_desktop.domain.entry import Entry
from onestop_desktop.domain.figures import Passage, Standing, passages, standing
from onestop_desktop.store import journal
from onestop_desktop.store.connect import Connection


def all_passages(core: Core) -> Mapping[str, tuple[Passage, ...]]:
    """Return how each dossier passed from day to day, by its id; reads the whole journal."""

    def read(connection: Connection) -> dict[str, tuple[Passage, ...]]:
        kept: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in journal.entries(connection):
            if entry.dossier:
                kept[entry.dossier].append(entry)
        return {dossier: passages(entries) for dossier, entries in kept.items()}

    return core.store.read(read)


def standing_of(core: Core, day: str) -> Standing:
    """Return how the desk's dossiers stood at the end of a civil day (ISO)."""
    return standing(day, all_passages(core).values())
