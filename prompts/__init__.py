"""Prompts for language models, one file a version; none is used by the embedded engines."""
