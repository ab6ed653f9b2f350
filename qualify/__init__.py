"""Qualifies recorded calls of telephone answering services and drafts the message to transmit."""

__version__ = "0.1.0"
