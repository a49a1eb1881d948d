"""THE PRODUCT: what is true here, and what can people do? Flask is unknown below this line."""
