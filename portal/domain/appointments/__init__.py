"""From the hours of an office to the visit of a patient."""
