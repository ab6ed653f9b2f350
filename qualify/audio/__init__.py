"""Any recording to 16 kHz samples, when somebody speaks in it, and which party that is."""
