"""The toolkit around the program: it runs it without a cloud, judges its path, compares two versions."""
