"""Who asks, what they may do, what is kept of it, and how often they may ask."""
