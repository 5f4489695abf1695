"""Pages: they draw what the library answers."""
