"""Models that the project trains and ships, one folder each: card, recipe, weights, metrics."""
