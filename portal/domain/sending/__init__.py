"""What stands before something is sent to an office: to whom it can go, and by when an answer comes."""
