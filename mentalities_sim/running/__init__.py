"""Computing the runs of an experiment: which there are, in what batches, by whom, and what is kept.

`conditions` says what has to be run and under which id; `scripts` what a therapist replays; `batches`
computes runs and makes tables of them; `tasks` cuts work into pieces of some seconds; `executors` lends
hands; `sweep` drives it all and hands finished tables on; `progress` tells how far it has come.
"""
