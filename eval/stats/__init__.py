"""The statistics that figures and comparisons rest on: pure functions of counts and numbers."""
