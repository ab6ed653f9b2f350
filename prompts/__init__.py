"""Prompts for language models, one file a version; none is used by the embedded engines.

`<id>/<version>.md`: front matter (id, version, JSON Schemas of the data that goes in and of the answer),
then the system message. A file named in `RELEASED.json` is never edited: its SHA-256 stands there, and a
prompt that differs is refused. A better prompt is a new version, with its hash.
"""
