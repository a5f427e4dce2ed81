"""Rules: what the product decides, as pure functions of values.

No Django, no clock, no randomness, no I/O. Time comes in as `at`; what is refused is said in a sentence.
"""
