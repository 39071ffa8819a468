"""How claims are put to the test: what is run, how effects are measured, and what is told of them."""
