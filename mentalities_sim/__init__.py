"""mentalities-sim: a laboratory for social mentalities."""
