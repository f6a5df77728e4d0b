"""Images and labels: loading, checking, preparing, splitting, augmenting."""
