"""Files that people add: what is known of each, and the key that opens it. Their bytes lie in gateways/files."""
