"""Measuring: scores predictions against human-labeled calls."""
