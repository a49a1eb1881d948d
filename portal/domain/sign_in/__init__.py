"""Getting in: passwords, authenticator codes, sessions, and the throttles that lock nobody out."""
