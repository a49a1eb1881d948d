"""Clinic devices at which people enroll, and the enrollments that staff send to them."""
