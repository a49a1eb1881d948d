"""Before a visit: the person says that what the office has on file is still right, then that they are here (APT-11)."""
