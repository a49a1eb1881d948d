"""What all blueprints share: who is asking, how an answer is given, and when it is committed."""
