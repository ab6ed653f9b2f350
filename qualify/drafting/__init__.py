"""From a qualified call to the message that the tenant receives, every sentence proven."""
