"""A small data set with recordings: four tenants, eight calls."""
