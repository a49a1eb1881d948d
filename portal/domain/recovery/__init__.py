"""The way back in: a username that was forgotten, a password that was lost. The same for everybody who asks."""
