"""Training material that several recipes share."""
