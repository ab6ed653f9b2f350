"""Recordings of labeled calls: spoken by synthetic voices, for runs from the audio to the message."""
