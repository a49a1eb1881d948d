"""The demonstration: who can be signed in as. Only looked at where DEMO is on."""

#: Everybody's password there. It opens nothing real: the people are invented, and the mode is loopback-only.
PASSPHRASE = "lantern river quiet maple"  # noqa: S105
