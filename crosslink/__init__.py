"""The toolkit around the program: what runs it without a cloud, judges its path, and compares two versions."""
