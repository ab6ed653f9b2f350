"""The routes, one file a resource; each answers by the store and tells nobody what isn't theirs."""
