"""An Anki client beside us: obeys one JSON line a time, in Anki's own environment, where this project is not.

A document is a note, each of its facts a field, so that no name of a fact travels twice.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from anki.collection import AddNoteRequest, Collection  # type: ignore[import-not-found, unused-ignore]
from anki.decks import DeckId  # type: ignore[import-not-found, unused-ignore]

USER, PASSWORD = "desk", "tap"
Document = dict[str, Any]


def flat(value: Document, before: str = "") -> dict[str, str]:
    """Return a document's facts by their paths; a list stays one fact."""
    found: dict[str, str] = {}
    for key, one in value.items():
        if isinstance(one, dict):
            found |= flat(one, f"{before}{key} ")
        else:
            found[before + key] = one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
    return found


class Client:
    """One collection, its kind of note, and the notes by their documents' ids."""

    def __init__(self, folder: Path) -> None:
        self.collection = Collection(str(folder / "collection.anki2"))
        self.notes: dict[str, Any] = {}

    def begin(self, port: int, documents: list[Document]) -> dict[str, Any]:
        """Make the kind of note, and upload the empty collection whole, as Anki must once."""
        models = self.collection.models
        kind = models.new("dossier")
        for name in sorted({name for document in documents for name in flat(document)}):
            models.add_field(kind, models.new_field(name))
        template = models.new_template("card")
        template["qfmt"] = "{{_id}}"
        template["afmt"] = "{{_id}}"
        models.add_template(kind, template)
        models.add(kind)
        self.auth = self.collection.sync_login(USER, PASSWORD, f"http://127.0.0.1:{port}/")
        self._once(port)
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self.auth, server_usn=None, upload=True)
        self.collection.reopen(after_full_sync=True)
        # The next change must not fall into the same second as the upload.
        time.sleep(1.1)
        return {"required": self._once(port)}

    def put(self, documents: list[Document]) -> dict[str, Any]:
        """Add notes, or change those that are there."""
        kind = self.collection.models.by_name("dossier")
        new: list[Any] = []
        changed: list[Any] = []
        for document in documents:
            note = self.notes.get(document["_id"])
            (new if note is None else changed).append(note := note or self.collection.new_note(kind))
            for name, text in flat(document).items():
                note[name] = text
            self.notes[document["_id"]] = note
        if new:
            self.collection.add_notes([AddNoteRequest(note, DeckId(1)) for note in new])
        if changed:
            self.collection.update_notes(changed)
        return {}

    def sync(self, port: int, attempts: int) -> dict[str, Any]:
        """Synchronise, again and again where the line breaks."""
        error = ""
        for attempt in range(1, attempts + 1):
            try:
                required = self._once(port)
            except Exception as broken:  # noqa: BLE001  whatever broke, the next try tells
                error = str(broken)
                continue
            return {"attempts": attempt} if required == 0 else {"error": f"wants a whole upload ({required})"}
        return {"error": error}

    def _once(self, port: int) -> int:
        self.auth.endpoint = f"http://127.0.0.1:{port}/"
        return int(self.collection.sync_collection(self.auth, sync_media=False).required)


def main() -> None:
    client = Client(Path(sys.argv[1]))
    for line in sys.stdin:
        order = json.loads(line)
        act = getattr(client, order.pop("do"))
        try:
            answer = act(**order)
        except Exception as error:  # noqa: BLE001  told to the bench, which prints it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
