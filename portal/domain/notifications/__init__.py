"""Who is told what, where, and in which language; and the receipt of what they sent in."""
