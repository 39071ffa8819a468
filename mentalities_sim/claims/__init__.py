"""The theory, claim by claim: what each needs, what it must show, and how it is put to the test."""
