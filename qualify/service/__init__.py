"""The service: calls in by HTTP, messages out; what may be asked, by whom, and what is told of it."""
