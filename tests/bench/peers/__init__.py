"""Other programs that synchronise, run beside ours on the same facts: PouchDB with express-pouchdb, and Anki."""
