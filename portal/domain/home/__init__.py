"""The first page: what needs the person, from every capability."""
